#include "io/csv.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "io/gzip.h"

namespace heed::io {
namespace {

constexpr size_t kLongestFile = 64 << 20, kMostCells = 1 << 24;

std::string_view without_mark(std::string_view bytes, const std::string& name) {
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
        fail(ErrorKind::bad_file, name, ": expected a table in UTF-8, got the mark of UTF-16");
    }
    return bytes.starts_with("\xef\xbb\xbf") ? bytes.substr(3) : bytes;
}

// Whichever the first line has most of, outside quotes.
char separator_of(std::string_view bytes) {
    std::array<std::pair<char, size_t>, 3> counts{{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : bytes) {
        quoted ^= c == '"';
        if (!quoted && c == '\n') {
            break;
        }
        for (auto& [separator, count] : counts) {
            count += !quoted && c == separator ? 1 : 0;
        }
    }
    return std::ranges::max_element(counts, {}, &std::pair<char, size_t>::second)->first;
}

std::string_view trimmed(std::string_view cell) {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!cell.empty() && space(cell.front())) {
        cell.remove_prefix(1);
    }
    while (!cell.empty() && space(cell.back())) {
        cell.remove_suffix(1);
    }
    return cell;
}

class Reader {
public:
    Reader(std::string_view bytes, const std::string& name) : rest_(bytes), name_(name), separator_(separator_of(bytes)) {}

    // Nothing when the file is over.
    std::optional<CsvRow> next() {
        while (!rest_.empty()) {
            CsvRow row{.line = line_, .cells = {}};
            do {
                row.cells.push_back(cell());
            } while (taken(separator_));
            if (rest_.starts_with("\r\n")) {
                rest_.remove_prefix(1);
            }
            line_ += taken('\n') ? 1 : 0;
            if (row.cells.size() > 1 || !row.cells.front().empty()) {
                return row;
            }
        }
        return std::nullopt;
    }

private:
    bool taken(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    std::string cell() {
        const size_t first = rest_.find_first_not_of(' ');
        if (first != std::string_view::npos && rest_[first] == '"') {
            rest_.remove_prefix(first + 1);
            return quoted();
        }
        const std::array ends{separator_, '\n'};
        const size_t end = std::min(rest_.find_first_of(std::string_view(ends.data(), ends.size())), rest_.size());
        const std::string_view whole = trimmed(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return std::string(whole);
    }

    // What stands between quotes, the first of which is behind us.
    std::string quoted() {
        const size_t began = line_;
        std::string out;
        while (true) {
            const size_t end = rest_.find('"');
            if (end == std::string_view::npos) {
                fail(ErrorKind::bad_file, name_, ": line ", began, ": expected a second quotation mark, got the end of the file");
            }
            out += rest_.substr(0, end);
            line_ += static_cast<size_t>(std::ranges::count(rest_.substr(0, end), '\n'));
            rest_.remove_prefix(end + 1);
            if (!taken('"')) {
                break;
            }
            out += '"';
        }
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        if (!rest_.empty() && rest_.front() != separator_ && rest_.front() != '\n' && !rest_.starts_with("\r\n")) {
            fail(ErrorKind::bad_file, name_, ": line ", line_, ": expected '", separator_,
                 "' or the line's end behind a quotation mark, got '", rest_.front(), "'");
        }
        return out;
    }

    std::string_view rest_;
    const std::string& name_;
    char separator_;
    size_t line_ = 1;
};

}  // namespace

CsvTable parse_csv(std::string_view bytes, const std::string& name) {
    Reader reader(without_mark(bytes, name), name);
    std::optional<CsvRow> first = reader.next();
    if (!first) {
        fail(ErrorKind::bad_file, name, ": expected a table, got an empty file");
    }
    CsvTable table{.names = std::move(first->cells), .rows = {}};
    while (std::optional<CsvRow> row = reader.next()) {
        if (row->cells.size() != table.names.size()) {
            fail(ErrorKind::bad_file, name, ": line ", row->line, ": expected ", table.names.size(), " cells, as the first line has, got ",
                 row->cells.size());
        }
        table.rows.push_back(std::move(*row));
        if (table.rows.size() * table.names.size() > kMostCells) {
            fail(ErrorKind::unsupported, name, ": expected at most ", kMostCells, " cells, got more");
        }
    }
    return table;
}

CsvTable read_csv(const std::filesystem::path& path) {
    return parse_csv(read_text(path, kLongestFile), path.string());
}

}  // namespace heed::io
