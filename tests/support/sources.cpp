#include "support/sources.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "base/error.h"

namespace heed::tests {
namespace {

const std::filesystem::path kRoot = HEED_SOURCE_DIR;

bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

size_t indentation(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

// A line that a function's body begins behind: "int f(int x) const {", at the margin or in a class.
bool opens_function(std::string_view line) {
    const size_t indent = indentation(line);
    if ((indent != 0 && indent != 4) || (!line.ends_with(") {") && !line.ends_with(") const {"))) {
        return false;
    }
    for (std::string_view other : {"if (", "for (", "while (", "switch (", "} else", "TEST_CASE", "TEST_SUITE"}) {
        if (line.substr(indent).starts_with(other)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::filesystem::path repository() {
    return kRoot;
}

Source read_source(const std::string& path) {
    std::ifstream in(kRoot / path, std::ios::binary);
    if (!in) {
        fail(ErrorKind::bad_file, path, ": expected a file of the repository, got none");
    }
    return {path, std::string(std::istreambuf_iterator<char>(in), {})};
}

std::vector<Source> sources(const std::vector<std::string>& folders, const std::vector<std::string>& endings) {
    std::vector<std::string> paths;
    for (const std::string& folder : folders) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
            const std::string path = std::filesystem::relative(entry.path(), kRoot).generic_string();
            if (entry.is_regular_file() &&
                std::ranges::any_of(endings, [&](const std::string& ending) { return path.ends_with(ending); })) {
                paths.push_back(path);
            }
        }
    }
    std::ranges::sort(paths);
    std::vector<Source> out;
    for (const std::string& path : paths) {
        out.push_back(read_source(path));
    }
    return out;
}

std::vector<std::string_view> lines_of(const Source& source) {
    std::vector<std::string_view> out;
    for (std::string_view rest = source.text; !rest.empty();) {
        const size_t end = std::min(rest.find('\n'), rest.size() - 1);
        out.push_back(rest.substr(0, rest[end] == '\n' ? end : end + 1));
        rest.remove_prefix(end + 1);
    }
    return out;
}

bool has_word(std::string_view text, std::string_view word) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool starts = at == 0 || !in_word(text[at - 1]) || !in_word(word.front());
        const size_t end = at + word.size();
        if (starts && (end == text.size() || !in_word(text[end]) || !in_word(word.back()))) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> long_functions(const Source& source, size_t limit) {
    std::vector<std::string> out;
    const std::vector<std::string_view> lines = lines_of(source);
    for (size_t i = 0; i < lines.size(); ++i) {
        if (!opens_function(lines[i])) {
            continue;
        }
        const std::string close = std::string(indentation(lines[i]), ' ') + "}";
        size_t end = i + 1;
        while (end < lines.size() && lines[end] != close) {
            ++end;
        }
        if (end - i > limit) {
            out.push_back(text(source.path, ":", i + 1, ": a function of ", end - i, " lines, the limit is ", limit));
        }
    }
    return out;
}

int bindings_in_header(const Source& shader) {
    std::string header;
    for (std::string_view line : lines_of(shader)) {
        if (line.starts_with("//")) {
            header += std::string(line.substr(2));
        }
    }
    std::ranges::transform(header, header.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const size_t list = header.find("bindings:");
    if (list == std::string::npos) {
        return 0;
    }
    const std::string rest = header.substr(list + 9);
    int count = 0;
    const std::regex item("(^|,) *([0-9]+) ");
    for (std::sregex_iterator match(rest.begin(), rest.end(), item), end; match != end && std::stoi((*match)[2]) == count; ++match) {
        ++count;
    }
    return count;
}

}  // namespace heed::tests
