#pragma once

#include <string_view>

namespace heed {

// The files page.html, page.css and so on beside this one, as they were when the library was built (cmake/HeedPage.cmake).
struct PageFiles {
    std::string_view html, css, script;
};
PageFiles page_files();

}  // namespace heed
