// heed zoo: every system that heed runs, what it computes, how to run it, and its picture.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "draw/page.h"
#include "models/zoo/picture.h"
#include "models/zoo/systems.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

struct Arguments {
    std::string id, picture;
    bool json = false, markdown = false;
};

constexpr size_t kLine = 100;  // characters of a terminal

size_t characters(std::string_view utf8) {
    return decode_utf8(utf8).size();
}

std::string padded(std::string_view utf8, size_t width) {
    const size_t has = characters(utf8);
    return std::string(utf8) + std::string(has < width ? width - has : 1, ' ');
}

// In lines of a terminal, cut at spaces.
void print_wrapped(const std::string& indent, std::string_view words) {
    size_t at = 0, column = 0;
    while (at < words.size()) {
        const size_t end = std::min(words.find(' ', at), words.size());
        const std::string_view word = words.substr(at, end - at);
        if (column > 0 && column + 1 + characters(word) > kLine) {
            std::cout << "\n";
            column = 0;
        }
        std::cout << (column == 0 ? indent : " ") << word;
        column += (column == 0 ? indent.size() : 1) + characters(word);
        at = end + 1;
    }
    std::cout << "\n";
}

void print_table() {
    constexpr size_t kId = 5;
    const std::string indent(kId, ' ');
    for (const zoo::System& each : zoo::systems()) {
        std::cout << padded(each.id, kId) << each.name << "\n" << indent << each.equation << "\n" << indent << each.command << "\n";
        print_wrapped(indent, each.state);
    }
    std::cout << "\nheed zoo ID tells more of one, heed zoo ID --picture FILE draws it\n";
}

void print_list(const char* name, const std::vector<std::string_view>& paths) {
    for (const std::string_view path : paths) {
        std::cout << (path == paths.front() ? padded(name, 10) : std::string(10, ' ')) << path << "\n";
    }
}

void print_one(const zoo::System& system) {
    std::cout << system.id << "  " << system.name << "\n\n";
    print_wrapped("", system.explanation);
    std::cout << "\n" << padded("equation", 10) << system.equation << "\n" << padded("command", 10) << system.command << "\n";
    std::cout << padded("state", 10) << system.state << "\n";
    print_list("code", system.code);
    print_list("against", system.goldens);
    std::cout << padded("picture", 10) << system.picture << "\n";
}

nlohmann::ordered_json described(const zoo::System& system) {
    return {{"id", system.id},           {"name", system.name},   {"equation", system.equation},
            {"command", system.command}, {"state", system.state}, {"explanation", system.explanation},
            {"picture", system.picture}, {"code", system.code},   {"against", system.goldens}};
}

void print_json(const std::string& id) {
    if (!id.empty()) {
        std::cout << described(zoo::system(id)).dump(2) << "\n";
        return;
    }
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const zoo::System& each : zoo::systems()) {
        all.push_back(described(each));
    }
    std::cout << all.dump(2) << "\n";
}

void draw(const CommonOptions& common, const Arguments& arguments) {
    if (arguments.id.empty()) {
        fail(ErrorKind::bad_input, "--picture: expected the id of a system beside it, got none");
    }
    const std::string_view id = zoo::system(arguments.id).id;
    std::optional<Device> device;
    if (zoo::needs_device(id)) {
        device.emplace(open(common));
    }
    const zoo::Page page = zoo::picture_page(id, device ? &*device : nullptr);
    draw::write_page(arguments.picture, {.width = page.width, .height = page.height}, page.title, page.draw);
}

void run(const CommonOptions& common, const Arguments& arguments) {
    if (!arguments.picture.empty()) {
        draw(common, arguments);
    } else if (arguments.markdown) {
        std::cout << zoo::systems_page();
    } else if (arguments.json) {
        print_json(arguments.id);
    } else if (arguments.id.empty()) {
        print_table();
    } else {
        print_one(zoo::system(arguments.id));
    }
}

}  // namespace

void add_zoo(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("zoo", "Every system that heed runs: what it computes, its command, its state, its picture");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("ID", arguments->id, "One of them, told in full: A1");
    command->add_option("--picture", arguments->picture, "Draw the system's picture")->type_name("FILE")->check(ends_in({".svg", ".png"}));
    command->add_flag("--markdown", arguments->markdown, "Print docs/systems.md");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
