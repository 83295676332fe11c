#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "heed.h"
#include "models/precision.h"

namespace heed {

// What every subcommand understands.
struct CommonOptions {
    std::string device;    // --device; empty: HEED_DEVICE, else the best
    bool verbose = false;  // --verbose
};

// The device the options name. Says on stderr which it is and why, and that it is a software device if it is one.
Device open(const CommonOptions& common);

// What a person calls a device: "llvmpipe (LLVM 15.0.6, 256 bits)".
std::string device_title(const Caps& caps);

// A line on stderr that is written over and over; only where stderr is a terminal.
void progress_line(const std::string& what, size_t done, size_t total);
void end_progress();

void add_precision(CLI::App& command, Precision& precision);  // --precision

// For files to be written: what one may be called.
CLI::Validator ends_in(const std::vector<std::string>& endings);

std::filesystem::path model_folder(const std::string& model);  // the folder itself, or the one of heed's own of that name

std::string human_bytes(uint64_t bytes);  // "128 MiB"

// Each subcommand is in the file of its name.
void add_answer(CLI::App& app, CommonOptions& common);
void add_caption(CLI::App& app, CommonOptions& common, int& status);
void add_classify(CLI::App& app, CommonOptions& common, int& status);
void add_encode(CLI::App& app, CommonOptions& common, int& status);
void add_eval(CLI::App& app, CommonOptions& common, int& status);
void add_explain(CLI::App& app, CommonOptions& common);
void add_fill_mask(CLI::App& app, CommonOptions& common);
void add_label(CLI::App& app, CommonOptions& common, int& status);
void add_dates(CLI::App& app, CommonOptions& common, int& status);
void add_pronounce(CLI::App& app, CommonOptions& common, int& status);
void add_spam(CLI::App& app, CommonOptions& common, int& status);
void add_forecast(CLI::App& app, CommonOptions& common);
void add_regress(CLI::App& app, CommonOptions& common);
void add_demo(CLI::App& app, CommonOptions& common);
void add_devices(CLI::App& app, CommonOptions& common);
void add_plan(CLI::App& app, CommonOptions& common);
void add_doctor(CLI::App& app, CommonOptions& common, int& status);
void add_bench(CLI::App& app, CommonOptions& common);
void add_profile(CLI::App& app, CommonOptions& common, int& status);
void add_bench_recurrent(CLI::App& bench, CommonOptions& common);
void add_bench_translate(CLI::App& bench, CommonOptions& common);
void add_bench_vit(CLI::App& bench, CommonOptions& common);
void add_scenes(CLI::App& app);
void add_translate(CLI::App& app, CommonOptions& common, int& status);
void add_weights(CLI::App& app);
void add_tokens(CLI::App& app);
void add_zoo(CLI::App& app, CommonOptions& common);

}  // namespace heed
