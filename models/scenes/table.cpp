#include "models/scenes/table.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>

#include "heed.h"
#include "io/file.h"

namespace heed::scenes {
namespace {

constexpr size_t kLongest = size_t{64} << 20;  // bytes

std::vector<std::string> parts_of(const std::string& line, char between) {
    std::vector<std::string> out;
    for (size_t at = 0; at <= line.size();) {
        const size_t end = std::min(line.find(between, at), line.size());
        out.push_back(line.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool read_box(const std::string& numbers, Box& box) {
    std::istringstream in(numbers);
    in.imbue(std::locale::classic());
    char comma = 0, more = 0;
    in >> box.left >> comma >> box.top >> comma >> box.right >> comma >> box.bottom;
    return !in.fail() && !(in >> more) && std::isfinite(box.left + box.top + box.right + box.bottom);
}

}  // namespace

TableRow table_row(std::string file, const Scene& scene) {
    TableRow row{.file = std::move(file), .caption = caption_text(scene), .boxes = {}};
    std::ranges::transform(scene.things, std::back_inserter(row.boxes), box_of);
    return row;
}

std::string write_table(const std::vector<TableRow>& rows) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    for (const TableRow& row : rows) {
        out << row.file << "\t" << row.caption;
        for (size_t i = 0; i < row.boxes.size(); ++i) {
            const Box& box = row.boxes[i];
            out << (i == 0 ? "\t" : " ") << box.left << "," << box.top << "," << box.right << "," << box.bottom;
        }
        out << "\n";
    }
    return out.str();
}

std::vector<TableRow> read_table(const std::filesystem::path& path) {
    const std::vector<std::byte> bytes = io::read_file(path, kLongest);
    std::istringstream in(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    std::vector<TableRow> rows;
    std::string line;
    for (size_t number = 1; std::getline(in, line); ++number) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        const std::vector<std::string> parts = parts_of(line, '\t');
        if (parts.size() < 2 || parts.size() > 3 || parts[0].empty() || parts[1].empty()) {
            fail(ErrorKind::bad_file, path.string(), ": expected a picture, a tab, its caption in line ", number, ", got '",
                 line.substr(0, 60), "'");
        }
        TableRow row{.file = parts[0], .caption = parts[1], .boxes = {}};
        for (const std::string& numbers : parts.size() == 3 ? parts_of(parts[2], ' ') : std::vector<std::string>()) {
            if (!read_box(numbers, row.boxes.emplace_back())) {
                fail(ErrorKind::bad_file, path.string(), ": expected left,top,right,bottom in line ", number, ", got '",
                     numbers.substr(0, 60), "'");
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace heed::scenes
