#include "models/text/pairs.h"

#include <algorithm>
#include <unordered_map>

#include "heed.h"
#include "io/gzip.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

constexpr size_t kLongestFile = size_t{1} << 30;
constexpr uint64_t kParts = 60;

std::string_view next_line(std::string_view& text) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

}  // namespace

uint64_t split_hash(std::string_view text) {
    constexpr uint64_t kBasis = 0xcbf29ce484222325, kPrime = 0x100000001b3;
    uint64_t hash = kBasis;
    for (const char c : text) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9')) {
            hash = (hash ^ static_cast<unsigned char>(small)) * kPrime;
        }
    }
    return hash;
}

Part part_of(std::string_view source) {
    const uint64_t rest = split_hash(source) % kParts;
    return rest == 0 ? Part::test : rest == 1 ? Part::development : Part::train;
}

std::vector<Translated> read_pairs(const std::filesystem::path& path, std::optional<Part> part) {
    const std::string text = io::read_text(path, kLongestFile);
    const std::string name = path.string();
    std::vector<Translated> out;
    std::unordered_map<std::string_view, size_t> known;
    std::string_view rest = text;
    for (size_t number = 1; !rest.empty(); ++number) {
        const std::string_view line = next_line(rest);
        if (line.empty()) {
            continue;
        }
        const std::string where = name + ", line " + std::to_string(number);
        require_utf8(line, where);
        const size_t tab = line.find('\t');
        const std::string_view source = line.substr(0, tab);
        const std::string_view target = tab == std::string_view::npos ? "" : line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1);
        if (source.empty() || target.empty()) {
            fail(ErrorKind::bad_file, where, ": expected a sentence, a tab and another sentence, got '", line, "'");
        }
        if (part && part_of(source) != *part) {
            continue;
        }
        const auto [at, is_new] = known.try_emplace(source, out.size());
        if (is_new) {
            out.push_back({.source = std::string(source), .references = {}});
        }
        out[at->second].references.emplace_back(target);
    }
    return out;
}

}  // namespace heed
