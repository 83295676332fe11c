#include "draw/page.h"

#include "base/error.h"
#include "draw/canvas.h"
#include "draw/svg.h"
#include "io/file.h"
#include "io/png.h"

namespace heed::draw {

void write_page(const std::filesystem::path& path, PageSize size, const std::string& title, const std::function<void(Surface&)>& draw) {
    if (path.extension() == ".png") {
        Canvas canvas(size.width, size.height);
        draw(canvas);
        io::write_png(path, canvas.image());
    } else if (path.extension() == ".svg") {
        Svg svg(size.width, size.height, title);
        draw(svg);
        const std::string file = svg.file();
        io::write_file(path, std::as_bytes(std::span(file)));
    } else {
        fail(ErrorKind::bad_input, path.string(), ": expected a name that ends in .png or .svg, got '", path.filename().string(), "'");
    }
}

void write_page(const std::filesystem::path& path, const Page& page) {
    write_page(path, page.size, page.title, page.draw);
}

}  // namespace heed::draw
