#include "models/seq2seq/symbols.h"

#include <algorithm>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed {

Symbols::Symbols(const Config& side) : name_(side.name()), symbols_(side.strings("symbols")) {
    const std::string unit = side.string("unit");
    if (unit != "letter" && unit != "word") {
        side.refuse("unit", "letter or word");
    }
    letters_ = unit == "letter";
    lower_ = side.boolean_or("lower", false);
    for (size_t i = 0; i < symbols_.size(); ++i) {
        if (!ids_.emplace(symbols_[i], static_cast<int32_t>(i)).second) {
            side.refuse("symbols", text("a list without repetitions, not with '", symbols_[i], "' twice"));
        }
    }
}

bool Symbols::is_special(int32_t id) const {
    const std::string& symbol = symbols_.at(static_cast<size_t>(id));
    return symbol.size() > 2 && symbol.front() == '<' && symbol.back() == '>';
}

bool Symbols::find(std::string_view symbol, std::vector<int32_t>& ids) const {
    const auto found = ids_.find(symbol);
    if (found == ids_.end() || is_special(found->second)) {
        return false;
    }
    ids.push_back(found->second);
    return true;
}

bool Symbols::find_letter(char32_t letter, std::vector<int32_t>& ids) const {
    std::u32string wanted;
    if (lower_) {
        unicode::append_lower(letter, wanted);
    } else {
        wanted.push_back(letter);
    }
    for (const char32_t code : wanted) {
        if (find(encode_utf8({&code, 1}), ids)) {
            continue;
        }
        std::u32string parts;
        unicode::append_decomposed(code, true, parts);
        std::erase_if(parts, unicode::is_mark);
        const bool bare = std::ranges::all_of(parts, [&](const char32_t part) { return find(encode_utf8({&part, 1}), ids); });
        if (!bare || (parts.empty() && !unicode::is_mark(code))) {
            return false;
        }
    }
    return true;
}

std::vector<int32_t> Symbols::encode(std::string_view text) const {
    require_utf8(text, "the text");
    std::vector<int32_t> ids;
    const auto refuse = [&](const std::string& symbol) {
        fail(ErrorKind::bad_input, "expected ", letters_ ? "letters" : "words", " that the model knows, got '", symbol, "'");
    };
    if (letters_) {
        for (const char32_t letter : decode_utf8(text)) {
            const char32_t plain = unicode::is_space(letter) ? U' ' : letter;
            if (!find_letter(plain, ids)) {
                refuse(encode_utf8({&letter, 1}));
            }
        }
    } else {
        for (size_t at = text.find_first_not_of(' '); at != std::string_view::npos;) {
            const size_t end = std::min(text.find(' ', at), text.size());
            const std::string_view word = text.substr(at, end - at);
            if (!find(word, ids)) {
                refuse(std::string(word));
            }
            at = text.find_first_not_of(' ', end);
        }
    }
    if (ids.empty()) {
        fail(ErrorKind::bad_input, "expected a text, got nothing that can be read");
    }
    return ids;
}

std::vector<std::string> Symbols::texts(std::span<const int32_t> ids) const {
    std::vector<std::string> out;
    for (const int32_t id : ids) {
        out.push_back(is_special(id) ? "" : symbols_.at(static_cast<size_t>(id)));
    }
    return out;
}

std::string Symbols::decode(std::span<const int32_t> ids) const {
    std::string out;
    for (const std::string& symbol : texts(ids)) {
        out += letters_ || out.empty() || symbol.empty() ? symbol : " " + symbol;
    }
    return out;
}

}  // namespace heed
