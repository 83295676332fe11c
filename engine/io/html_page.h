#pragma once

#include <string>
#include <string_view>

namespace heed::io {

// The files of a page as they were when the library was built (cmake/HeedPage.cmake).
struct HtmlFiles {
    std::string_view html, css, script;
};

// One file that needs nothing else: the HTML with {{title}}, {{style}}, {{script}} and {{data}} in it, and {{nonce}}, which lets
// nothing but that style and script be used there. No text in `json` or the title can become a part of the page.
std::string filled_html(const HtmlFiles& files, std::string_view title, std::string_view json);

}  // namespace heed::io
