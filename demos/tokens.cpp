// heed tokens: what a tokenizer makes of texts: pieces, ids and the bytes that each stands for.
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "io/json_text.h"
#include "models/text/tokenizer.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

struct Arguments {
    std::string tokenizer = ".";
    std::string text = "-";
    std::string second;
    bool bare = false;
    bool json = false;
};

nlohmann::json as_json(const std::string& text, const Encoding& encoding, const std::string& decoded) {
    nlohmann::json offsets = nlohmann::json::array();
    for (const TextSpan& span : encoding.offsets) {
        offsets.push_back({span.begin, span.end});
    }
    return {{"text", text},       {"ids", encoding.ids},        {"tokens", encoding.tokens},
            {"offsets", offsets}, {"types", encoding.type_ids}, {"words", encoding.words},
            {"decoded", decoded}};
}

void print(const Encoding& encoding, const std::string& decoded) {
    for (size_t i = 0; i < encoding.size(); ++i) {
        std::cout << std::setw(8) << encoding.ids[i] << "  ";
        if (encoding.is_added(i)) {
            std::cout << std::setw(13) << "";
        } else {
            std::cout << std::setw(6) << encoding.offsets[i].begin << std::setw(7) << encoding.offsets[i].end;
        }
        std::cout << "  " << encoding.tokens[i] << "\n";
    }
    std::cout << encoding.size() << " tokens: " << decoded << "\n";
}

void show(const Tokenizer& tokenizer, const std::string& text, const Arguments& arguments) {
    const Encoding encoding =
        arguments.second.empty() ? tokenizer.encode(text, !arguments.bare) : tokenizer.encode_pair(text, arguments.second, !arguments.bare);
    const std::string decoded = tokenizer.decode(encoding.ids);
    if (arguments.json) {
        std::cout << as_json(text, encoding, decoded).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        print(encoding, decoded);
    }
}

void run(const Arguments& arguments) {
    const std::unique_ptr<Tokenizer> tokenizer = open_tokenizer(arguments.tokenizer);
    if (arguments.text != "-") {
        show(*tokenizer, arguments.text, arguments);
        return;
    }
    std::string line;
    for (size_t number = 1; std::getline(std::cin, line); ++number) {
        const std::string text = repair_utf8(line);
        if (text != line) {
            std::cerr << "heed: line " << number << ": expected UTF-8, got other bytes, which are read as U+FFFD\n";
        }
        show(*tokenizer, text, arguments);
    }
}

}  // namespace

void add_tokens(CLI::App& app) {
    auto* command = app.add_subcommand("tokens", "Show what a tokenizer makes of a text: pieces, ids, bytes");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("TEXT", arguments->text, "The text; - reads lines from standard input")->capture_default_str();
    command->add_option("--tokenizer", arguments->tokenizer, "A folder with tokenizer.json, vocab.txt or the like, or such a file")
        ->capture_default_str();
    command->add_option("--pair", arguments->second, "A second text, as question and context");
    command->add_flag("--bare", arguments->bare, "Without the special tokens that the model expects around a text");
    command->add_flag("--json", arguments->json, "Print JSON, a line for each text");
    command->callback([arguments] { run(*arguments); });
}

}  // namespace heed
