#include "models/text/bleu.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

bool is_space(char32_t code) {
    return unicode::is_space(code) || (code >= 0x1c && code <= 0x1f);  // and what Python takes for spaces besides
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_mark(char c) {
    return c == '.' || c == ',';
}

// ASCII's signs but for ' , - .
bool is_sign(char c) {
    return (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

std::string without_spaces_behind(std::string_view text) {
    size_t end = 0;
    for (size_t at = 0; at < text.size();) {
        const auto [code, bytes] = first_code(text.substr(at));
        at += bytes;
        end = is_space(code) ? end : at;
    }
    return std::string(text.substr(0, end));
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

// Spaces before and behind two bytes in a row. A regular expression's search goes on behind a pair that it found, so that of three dots in
// a row the last may be missed: so here too. Bytes do for characters, as no part of a longer one is a digit or a mark.
struct PairRule {
    bool (*first)(char);
    bool (*second)(char);
    std::string_view before, between, behind;
};

std::string put_spaces(const PairRule& rule, std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size(); ++at) {
        if (at + 1 < text.size() && rule.first(text[at]) && rule.second(text[at + 1])) {
            out.append(rule.before).append(1, text[at]).append(rule.between).append(1, text[at + 1]).append(rule.behind);
            ++at;
        } else {
            out.push_back(text[at]);
        }
    }
    return out;
}

constexpr PairRule kRules[] = {
    {.first = [](char c) { return !is_digit(c); }, .second = is_mark, .before = "", .between = " ", .behind = " "},
    {.first = is_mark, .second = [](char c) { return !is_digit(c); }, .before = " ", .between = " ", .behind = ""},
    {.first = is_digit, .second = [](char c) { return c == '-'; }, .before = "", .between = " ", .behind = " "}};

std::vector<std::string> split_at_spaces(std::string_view text) {
    std::vector<std::string> out;
    bool within = false;
    while (!text.empty()) {
        const auto [code, bytes] = first_code(text);
        if (is_space(code)) {
            within = false;
        } else {
            if (!within) {
                out.emplace_back();
            }
            out.back().append(text.substr(0, bytes));
            within = true;
        }
        text.remove_prefix(bytes);
    }
    return out;
}

// By the words in a row with spaces between them.
using Counts = std::unordered_map<std::string, int64_t>;

Counts count(const std::vector<std::string>& words, size_t order) {
    Counts counts;
    for (size_t i = 0; i + order <= words.size(); ++i) {
        std::string row = words[i];
        for (size_t k = 1; k < order; ++k) {
            row.append(" ").append(words[i + k]);
        }
        ++counts[row];
    }
    return counts;
}

}  // namespace

std::vector<std::string> bleu_words(std::string_view text) {
    std::string plain = without_spaces_behind(text);
    replace_all(plain, "<skipped>", "");
    replace_all(plain, "-\n", "");
    replace_all(plain, "\n", " ");
    replace_all(plain, "&quot;", "\"");
    replace_all(plain, "&amp;", "&");  // before the others: "&amp;lt;" ends as "<"
    replace_all(plain, "&lt;", "<");
    replace_all(plain, "&gt;", ">");
    std::string out = " ";
    for (const char c : plain) {
        out.append(is_sign(c) ? std::string{' ', c, ' '} : std::string{c});
    }
    out += " ";
    for (const PairRule& rule : kRules) {
        out = put_spaces(rule, out);
    }
    return split_at_spaces(out);
}

void Bleu::add(std::string_view written, std::span<const std::string> references) {
    if (references.empty()) {
        fail(ErrorKind::bad_input, "bleu: expected a reference or more for '", written, "', got none");
    }
    least_references_ = least_references_ == 0 ? references.size() : std::min(least_references_, references.size());
    most_references_ = std::max(most_references_, references.size());
    const std::vector<std::string> own = bleu_words(written);
    std::vector<std::vector<std::string>> meant;
    for (const std::string& reference : references) {
        meant.push_back(bleu_words(reference));
    }
    const auto length = static_cast<int64_t>(own.size());
    const auto nearest = std::ranges::min(meant, {}, [&](const std::vector<std::string>& words) {
        const auto other = static_cast<int64_t>(words.size());
        return std::pair(std::abs(other - length), other);
    });
    words_ += length;
    reference_words_ += static_cast<int64_t>(nearest.size());
    for (size_t order = 1; order <= kOrders; ++order) {
        Counts most;
        for (const std::vector<std::string>& words : meant) {
            for (const auto& [row, times] : count(words, order)) {
                most[row] = std::max(most[row], times);
            }
        }
        for (const auto& [row, times] : count(own, order)) {
            totals_[order - 1] += times;
            const auto found = most.find(row);
            matches_[order - 1] += found == most.end() ? 0 : std::min(times, found->second);
        }
    }
}

std::array<double, Bleu::kOrders> Bleu::precisions() const {
    std::array<double, kOrders> out{};
    if (matches_ == std::array<int64_t, kOrders>{}) {
        return out;
    }
    double smooth = 1;  // an order without a match counts as half a match, the next such as a quarter
    for (size_t i = 0; i < kOrders && totals_[i] > 0; ++i) {
        const auto total = static_cast<double>(totals_[i]);
        smooth *= matches_[i] == 0 ? 2 : 1;
        out[i] = matches_[i] == 0 ? 100 / (smooth * total) : 100 * static_cast<double>(matches_[i]) / total;
    }
    return out;
}

double Bleu::brevity_penalty() const {
    if (words_ >= reference_words_) {
        return 1;
    }
    return words_ == 0 ? 0 : std::exp(1 - static_cast<double>(reference_words_) / static_cast<double>(words_));
}

double Bleu::score() const {
    double sum = 0;
    for (const double precision : precisions()) {
        if (precision == 0) {
            return 0;
        }
        sum += std::log(precision);
    }
    return brevity_penalty() * std::exp(sum / kOrders);
}

std::string Bleu::signature() const {
    return text("nrefs:", least_references_ == most_references_ ? std::to_string(most_references_) : "var",
                "|case:mixed|eff:no|tok:13a|smooth:exp");
}

}  // namespace heed
