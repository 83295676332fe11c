#include "demos/profile_outputs.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <span>

#include "io/file.h"
#include "profile/csv.h"
#include "profile/json.h"
#include "profile/memory_page.h"
#include "profile/report/report.h"
#include "profile/roofline_page.h"
#include "profile/trace.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

// What is there stays: what is not a regular file is written to as it is, anything else is replaced by a file made beside it.
void check_place(const std::string& path) {
    const fs::path place(path);
    std::error_code error;
    const fs::file_status status = fs::status(place, error);
    if (fs::is_directory(status)) {
        fail(ErrorKind::bad_file, path, ": expected a file to write, got a folder");
    }
    const bool special = fs::exists(status) && !fs::is_regular_file(status);
    const fs::path folder = place.has_parent_path() ? place.parent_path() : fs::path(".");
    const fs::path& asked = special ? place : folder;
    if (!special && !fs::is_directory(folder, error)) {
        fail(ErrorKind::bad_file, path, ": there is no folder ", folder.string(), " to write it into");
    }
    if (::access(asked.c_str(), W_OK) != 0) {
        fail(ErrorKind::bad_file, path, ": cannot be written, as ", asked.string(), " is not ours to write");
    }
}

void write_text(const std::string& path, const std::string& bytes) {
    io::write_file(path, std::as_bytes(std::span(bytes)));
    std::cerr << "wrote " << path << "\n";
}

void write_picture(const std::string& path, const draw::Page& page) {
    draw::write_page(path, page);
    std::cerr << "wrote " << path << "\n";
}

}  // namespace

void ProfileOutputs::add_to(CLI::App& command) {
    command.add_option("--json", json, "Write everything that was measured, by the schema of docs/profile-schema.md")->type_name("FILE");
    command.add_option("--csv", csv, "Write a line for every dispatch")->type_name("FILE");
    command.add_option("--trace", trace, "Write host and device on one clock, for ui.perfetto.dev or chrome://tracing")->type_name("FILE");
    command.add_option("--html", html, "Write a page with an interactive roofline, timeline and memory map")->type_name("FILE");
    command.add_option("--roofline", roofline, "Draw the roofline (.svg, .png)")->check(ends_in({".svg", ".png"}));
    command.add_option("--memory", memory, "Draw the scratch memory over the plan (.svg, .png)")->check(ends_in({".svg", ".png"}));
}

void ProfileOutputs::check() const {
    for (const std::string* path : {&json, &csv, &trace, &html, &roofline, &memory}) {
        if (!path->empty()) {
            check_place(*path);
        }
    }
}

void ProfileOutputs::write(const profile::Profile& measured) const {
    struct Text {
        const std::string& path;
        std::string (*made)(const profile::Profile&);
    };
    for (const Text& one :
         {Text{json, profile::to_json}, Text{csv, profile::to_csv}, Text{trace, profile::to_trace}, Text{html, profile::report_page}}) {
        if (!one.path.empty()) {
            write_text(one.path, one.made(measured));
        }
    }
    if (!roofline.empty()) {
        write_picture(roofline, profile::roofline_page(measured));
    }
    if (!memory.empty()) {
        write_picture(memory, profile::memory_page(measured, profile::plan_with_most_scratch(measured)));
    }
}

}  // namespace heed
