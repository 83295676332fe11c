#include "models/text/token_decoder.h"

#include <array>
#include <cctype>
#include <numeric>
#include <optional>

#include "models/text/byte_level.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

// The byte that a token like <0xE2> stands for.
std::optional<char> byte_of(const std::string& token) {
    const auto digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>' || !digit(token[3]) || !digit(token[4])) {
        return std::nullopt;
    }
    return static_cast<char>(std::stoi(token.substr(3, 2), nullptr, 16));
}

bool is_utf8(const std::string& bytes) {
    return repair_utf8(bytes) == bytes;
}

std::string stripped(const std::string& token, char32_t content, size_t start, size_t stop) {
    const std::u32string codes = decode_utf8(token);
    size_t begin = 0, end = codes.size();
    while (begin < start && begin < codes.size() && codes[begin] == content) {
        ++begin;
    }
    while (codes.size() - end < stop && end > begin && codes[end - 1] == content) {
        --end;
    }
    return encode_utf8(std::u32string_view(codes).substr(begin, end - begin));
}

void join_word_pieces(std::vector<std::string>& tokens, const std::string& continuing, bool tidy) {
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0) {
            tokens[i] = tokens[i].starts_with(continuing) ? tokens[i].substr(continuing.size()) : " " + tokens[i];
        }
        if (tidy) {
            tokens[i] = tidied(std::move(tokens[i]), true);
        }
    }
}

void join_bytes_of_level(std::vector<std::string>& tokens) {
    std::string bytes;
    for (const std::string& token : tokens) {
        bytes += bytes_of_level(token).value_or(token);
    }
    tokens = {repair_utf8(bytes)};
}

// Every `mark` becomes a space, but in the first or in the last token nothing.
void space_marks(std::vector<std::string>& tokens, const std::string& mark, size_t but_in) {
    for (size_t i = 0; i < tokens.size(); ++i) {
        replace_all(tokens[i], mark, i == but_in ? "" : " ");
    }
}

void join_fallback_bytes(std::vector<std::string>& tokens) {
    std::vector<std::string> out;
    std::string bytes;
    const auto end_bytes = [&] {
        if (is_utf8(bytes)) {
            out.push_back(bytes);
        } else {
            out.insert(out.end(), bytes.size(), "\xEF\xBF\xBD");
        }
        bytes.clear();
    };
    for (const std::string& token : tokens) {
        if (const std::optional<char> byte = byte_of(token)) {
            bytes.push_back(*byte);
            continue;
        }
        if (!bytes.empty()) {
            end_bytes();
        }
        out.push_back(token);
    }
    if (!bytes.empty()) {
        end_bytes();
    }
    tokens = std::move(out);
}

}  // namespace

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    if (what.empty() || text.find(what) == std::string::npos) {
        return;
    }
    std::string out;
    size_t from = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, from)) {
        out.append(text, from, at - from).append(by);
        from = at + what.size();
    }
    text = out.append(text, from);
}

std::string tidied(std::string text, bool do_not) {
    static constexpr std::array<std::array<std::string_view, 2>, 11> kSpaced{{{" .", "."},
                                                                              {" ?", "?"},
                                                                              {" !", "!"},
                                                                              {" ,", ","},
                                                                              {" ' ", "'"},
                                                                              {" n't", "n't"},
                                                                              {" 'm", "'m"},
                                                                              {" do not", " don't"},
                                                                              {" 's", "'s"},
                                                                              {" 've", "'ve"},
                                                                              {" 're", "'re"}}};
    for (const auto& [what, by] : kSpaced) {
        if (do_not || what != " do not") {
            replace_all(text, what, by);
        }
    }
    return text;
}

TokenDecoder word_piece_decoder(std::string continuing, bool tidy) {
    return [continuing = std::move(continuing), tidy](std::vector<std::string>& tokens) { join_word_pieces(tokens, continuing, tidy); };
}

TokenDecoder byte_level_decoder() {
    return join_bytes_of_level;
}

TokenDecoder metaspace_decoder(char32_t replacement, bool drops_first) {
    const size_t but_in = drops_first ? 0 : SIZE_MAX;
    return [mark = encode_utf8({&replacement, 1}), but_in](std::vector<std::string>& tokens) { space_marks(tokens, mark, but_in); };
}

TokenDecoder suffix_decoder(std::string suffix) {
    return [suffix = std::move(suffix)](std::vector<std::string>& tokens) { space_marks(tokens, suffix, tokens.size() - 1); };
}

TokenDecoder byte_fallback_decoder() {
    return join_fallback_bytes;
}

TokenDecoder fuse_decoder() {
    return [](std::vector<std::string>& tokens) { tokens = {std::accumulate(tokens.begin(), tokens.end(), std::string())}; };
}

TokenDecoder strip_decoder(char32_t content, size_t start, size_t stop) {
    return [=](std::vector<std::string>& tokens) {
        for (std::string& token : tokens) {
            token = stripped(token, content, start, stop);
        }
    };
}

TokenDecoder in_turn(std::vector<TokenDecoder> steps) {
    return [steps = std::move(steps)](std::vector<std::string>& tokens) {
        for (const TokenDecoder& step : steps) {
            step(tokens);
        }
    };
}

}  // namespace heed::tokens
