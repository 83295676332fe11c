#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed::zoo {

// One of the systems that heed runs, and what a person who meets it wants to know.
struct System {
    std::string_view id, name;
    std::string_view equation;                   // one line
    std::string_view command;                    // how to run it
    std::string_view state;                      // one sentence: whether it is trained, what it was compared with
    std::string_view explanation;                // some sentences for who learns attention
    std::string_view picture;                    // a file of this repository
    std::vector<std::string_view> code = {};     // files and folders
    std::vector<std::string_view> goldens = {};  // and tests, where numbers come from another implementation
};

// R1 ... R6, A1 ... A9, T1 ... T10, V1 ... V4, in that order.
const std::vector<System>& systems();
const System& system(std::string_view id);  // in any case; throws bad_input

// The parts of it, a file each.
std::vector<System> recurrent_systems();
std::vector<System> mechanism_systems();
std::vector<System> transformer_systems();
std::vector<System> picture_systems();

// docs/systems.md.
std::string systems_page();
// Its last part: the keys and tensors of heed's own recurrent folders.
std::string config_keys_page();

}  // namespace heed::zoo
