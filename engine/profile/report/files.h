#pragma once

#include "io/html_page.h"

namespace heed::profile {

// page.html, page.css and the scripts beside this file.
io::HtmlFiles report_files();

}  // namespace heed::profile
