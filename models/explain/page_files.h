#pragma once

#include "io/html_page.h"

namespace heed {

// page.html, page.css and the scripts beside this file.
io::HtmlFiles explain_page_files();

}  // namespace heed
