#include "io/html_page.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "base/error.h"

namespace heed::io {
namespace {

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> with) {
    std::string out;
    for (const char c : text) {
        const auto found = std::ranges::find(with, c, [](const auto& pair) { return pair.first; });
        found == with.end() ? out += c : out += found->second;
    }
    return out;
}

// Changes with what is on the page, so that nothing else is let run there.
std::string nonce_of(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : text) {
        hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    }
    char digits[20];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    return digits;
}

// The template with what its {{names}} stand for; what is put in is not looked at again.
std::string filled(std::string_view html, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
    std::string out;
    for (size_t at = 0; at < html.size();) {
        const size_t begin = std::min(html.find("{{", at), html.size());
        out += html.substr(at, begin - at);
        if (begin == html.size()) {
            break;
        }
        const size_t end = html.find("}}", begin);
        const std::string_view name = html.substr(begin + 2, end - begin - 2);
        const auto value = std::ranges::find(values, name, [](const auto& pair) { return pair.first; });
        if (value == values.end()) {
            fail(ErrorKind::internal, "page: the template asks for ", name, ", which nothing stands for");
        }
        out += value->second;
        at = end + 2;
    }
    return out;
}

}  // namespace

std::string filled_html(const HtmlFiles& files, std::string_view title, std::string_view json) {
    const std::string data = replaced(json, {{'<', "\\u003c"}});  // no text can end the element it stands in
    const std::string safe = replaced(title, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
    return filled(files.html, {{"title", safe}, {"nonce", nonce_of(json)}, {"style", files.css}, {"script", files.script}, {"data", data}});
}

}  // namespace heed::io
