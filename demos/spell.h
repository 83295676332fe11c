#pragma once

#include <optional>
#include <string>

#include "demos/common.h"
#include "demos/generation_arguments.h"

namespace heed {

// A command that reads letters and writes others: `heed dates`, `heed pronounce`.
struct SpellCommand {
    std::string model;                                             // the shipped one that it takes unless it is told another
    std::string what;                                              // "a date", for sentences
    std::string title;                                             // of the picture of where it looked
    std::string (*problem)(const std::string& written) = nullptr;  // what is wrong with it, if anything: "" is nothing
    std::string written = "letter";                                // what each thing it writes is called
    double doubt = 0;  // where each letter was written with less probability than this it says so
};

struct SpellArguments {
    std::string text = "-", model, attention;
    size_t batch = 64;
    bool json = false, scores = false;
    Precision precision = Precision::automatic;
    GenerationArguments generation;
};

void add_spell_options(CLI::App& command, SpellArguments& arguments);
int spell(const CommonOptions& common, const SpellCommand& command, const SpellArguments& arguments);  // the command's status

}  // namespace heed
