#include "models/text/tokenizer.h"

#include <array>

#include "heed.h"
#include "models/text/tokenizer_json.h"
#include "models/text/vocab_txt.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

using Reader = std::unique_ptr<Tokenizer> (*)(const fs::path& path);

// What a folder may have, the first that it does have counting.
struct Kind {
    std::string_view file;
    Reader read;
};
constexpr std::array kKinds{Kind{"tokenizer.json", tokens::read_tokenizer_json}, Kind{"vocab.txt", tokens::read_vocab_txt}};

std::string known_names() {
    std::string out;
    for (const Kind& kind : kKinds) {
        out += (out.empty() ? "" : ", ") + std::string(kind.file);
    }
    return out;
}

}  // namespace

std::unique_ptr<Tokenizer> open_tokenizer(const fs::path& path) {
    const bool is_file = fs::is_regular_file(path);
    for (const auto& [file, read] : kKinds) {
        if (is_file ? path.filename() == file : fs::is_regular_file(path / file)) {
            return read(is_file ? path : path / file);
        }
    }
    fail(ErrorKind::bad_file, path.string(), ": expected a tokenizer (", known_names(), "), got ",
         is_file                  ? "another file"
         : fs::is_directory(path) ? "none of these"
                                  : "no such file or folder");
}

}  // namespace heed
