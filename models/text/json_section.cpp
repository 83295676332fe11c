#include "models/text/json_section.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "heed.h"
#include "io/json_text.h"
#include "io/mapped_file.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

using nlohmann::json;

constexpr int kMostNested = 100;  // what works through a document calls itself for every level

json parse(std::string_view text, const std::string& file) {
    const auto within_limits = [&](int depth, json::parse_event_t, json&) {
        if (depth > kMostNested) {
            fail(ErrorKind::bad_file, file, ": expected JSON of at most ", kMostNested, " levels, got more");
        }
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), within_limits);
    } catch (const json::exception& error) {
        fail(ErrorKind::bad_file, file, ": expected JSON, got a ", io::json_complaint(error.what()));
    }
}

}  // namespace

Section::Section(const json& value, std::string file, std::string path) : value_(&value), file_(std::move(file)), path_(std::move(path)) {}

bool Section::has(std::string_view key) const {
    const auto found = value_->is_object() ? value_->find(std::string(key)) : value_->end();
    return found != value_->end() && !found->is_null();
}

Section Section::at(std::string_view key) const {
    const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    if (!has(key)) {
        fail(ErrorKind::bad_model, file_, ": expected ", path, ", got none");
    }
    return {*value_->find(std::string(key)), file_, path};
}

std::vector<Section> Section::items() const {
    if (!value_->is_array()) {
        refuse("a list");
    }
    std::vector<Section> out;
    out.reserve(value_->size());
    for (size_t i = 0; i < value_->size(); ++i) {
        out.emplace_back((*value_)[i], file_, heed::text(path_, "[", i, "]"));
    }
    return out;
}

std::vector<std::pair<std::string, Section>> Section::members() const {
    if (!value_->is_object()) {
        refuse("an object");
    }
    std::vector<std::pair<std::string, Section>> out;
    for (const auto& [key, value] : value_->items()) {
        if (!value.is_null()) {
            out.emplace_back(key, at(key));
        }
    }
    return out;
}

bool Section::is_text() const {
    return value_->is_string();
}

bool Section::is_object() const {
    return value_->is_object();
}

bool Section::is_list() const {
    return value_->is_array();
}

bool Section::is_flag() const {
    return value_->is_boolean();
}

std::string Section::text() const {
    if (!is_text()) {
        refuse("text");
    }
    return value_->get<std::string>();
}

char32_t Section::character() const {
    const std::u32string codes = decode_utf8(text());
    if (codes.size() != 1) {
        refuse("one character");
    }
    return codes[0];
}

bool Section::flag() const {
    if (!is_flag()) {
        refuse("true or false");
    }
    return value_->get<bool>();
}

int32_t Section::whole() const {
    if (!value_->is_number_unsigned() || value_->get<uint64_t>() > INT32_MAX) {
        refuse("a whole number from 0 to 2147483647");
    }
    return value_->get<int32_t>();
}

double Section::number() const {
    if (!value_->is_number()) {
        refuse("a number");
    }
    return value_->get<double>();
}

void Section::refuse(std::string_view expected) const {
    fail(ErrorKind::bad_model, file_, ": expected ", path_.empty() ? "it" : path_, " to be ", expected, ", got ",
         io::readable(value_->dump(-1, ' ', true, json::error_handler_t::replace), 60));
}

void Section::unsupported(std::string_view known) const {
    fail(ErrorKind::unsupported, file_, ": expected ", path_, " to be ", known, ", got ",
         io::readable(value_->dump(-1, ' ', true, json::error_handler_t::replace), 200));
}

void Section::each_token(const std::function<void(const std::string& token, int32_t id)>& found) const {
    if (!value_->is_object()) {
        refuse("an object of tokens and ids");
    }
    for (const auto& [token, id] : value_->items()) {
        if (!id.is_number_unsigned() || id.get<uint64_t>() >= Vocabulary::kMostIds) {
            fail(ErrorKind::bad_model, file_, ": expected the id of ", io::readable(token, 60), " in ", path_.empty() ? "it" : path_,
                 " to be a whole number from 0 to ", Vocabulary::kMostIds - 1, ", got ", io::readable(id.dump(-1, ' ', true), 60));
        }
        found(token, id.get<int32_t>());
    }
}

JsonFile::JsonFile(const std::filesystem::path& path, Top top) : file_(path.string()) {
    value_ = std::make_unique<json>(parse(io::MappedFile(path, kMostBytes).text(), file_));
    if (top == Top::object ? !value_->is_object() : !value_->is_array()) {
        fail(ErrorKind::bad_file, file_, ": expected a JSON ", top == Top::object ? "object" : "list", ", got ",
             io::readable(value_->dump(-1, ' ', true), 60));
    }
}

JsonFile::~JsonFile() = default;

Section JsonFile::root() const {
    return {*value_, file_, ""};
}

int32_t whole_number(const std::string& digits, const std::string& where) {
    int32_t out = -1;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (problem != std::errc() || end != digits.data() + digits.size() || out < 0) {
        fail(ErrorKind::bad_model, where, ": expected a whole number, got ", io::readable(digits, 60));
    }
    return out;
}

}  // namespace heed::tokens
