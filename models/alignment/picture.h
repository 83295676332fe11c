#pragma once

#include <filesystem>

#include "io/image.h"
#include "models/alignment/alignment.h"

namespace heed {

struct AlignmentPage {
    std::string title = "Where each word came from";
    std::string model;    // "Marian", under the title
    bool pieces = false;  // tokens on the axes, not words
    std::string row = "word that was written", column = "word that was read";
    AlignmentChoice large;   // what the large map shows
    bool every_head = true;  // beside it a small map for each head of each layer
};

// One page: the words that were written, one below the other, the words that were read beside one another, and how much each of the
// former looked at each of the latter.
io::Image draw_alignment(const Alignment& alignment, const AlignmentPage& page = {});
std::string alignment_svg(const Alignment& alignment, const AlignmentPage& page = {});

// A page where the name ends in .png or .svg, the bare weights where it ends in .safetensors or .json (write_attention(), by tokens).
// Throws bad_input for another name.
void write_alignment(const std::filesystem::path& path, const Alignment& alignment, const AlignmentPage& page = {});

}  // namespace heed
