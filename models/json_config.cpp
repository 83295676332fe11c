#include "models/json_config.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "heed.h"
#include "io/json_text.h"
#include "io/mapped_file.h"

namespace heed {
namespace {

using nlohmann::json;

constexpr uint64_t kMostBytes = 32 << 20;
constexpr int kMostNested = 100;  // what works through a document calls itself for every level

json parse_json(std::string_view text, const std::string& name) {
    const auto within_limits = [&](int depth, json::parse_event_t, json&) {
        if (depth > kMostNested) {
            fail(ErrorKind::bad_file, name, ": expected JSON of at most ", kMostNested, " levels, got more");
        }
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), within_limits);
    } catch (const json::exception& error) {
        fail(ErrorKind::bad_file, name, ": expected JSON, got a ", io::json_complaint(error.what()));
    }
}

std::string shown(const json& value) {
    return io::readable(value.dump(-1, ' ', true), 60);
}

std::string whole_number(const WholeRange& range) {
    return text("a whole number from ", range.least, " to ", range.most);
}

std::optional<int64_t> as_integer(const json& value, const WholeRange& range) {
    const auto inside = [&](auto number) { return std::cmp_greater_equal(number, range.least) && std::cmp_less_equal(number, range.most); };
    if (value.is_number_unsigned() && inside(value.get<uint64_t>())) {
        return static_cast<int64_t>(value.get<uint64_t>());
    }
    if (value.is_number_integer() && !value.is_number_unsigned() && inside(value.get<int64_t>())) {
        return value.get<int64_t>();
    }
    if (value.is_number_float() && std::abs(value.get<double>()) < 0x1p53 && std::trunc(value.get<double>()) == value.get<double>()) {
        const int64_t whole = static_cast<int64_t>(value.get<double>());
        return inside(whole) ? std::optional(whole) : std::nullopt;
    }
    return std::nullopt;
}

// Each element through `convert`, which answers with nothing for one that is wrong; so does this.
template <typename T, typename Convert>
std::optional<std::vector<T>> as_list(const json& value, const Convert& convert) {
    if (!value.is_array()) {
        return std::nullopt;
    }
    std::vector<T> out;
    for (const json& element : value) {
        const std::optional<T> converted = convert(element);
        if (!converted) {
            return std::nullopt;
        }
        out.push_back(*converted);
    }
    return out;
}

}  // namespace

struct Config::Document {
    json root;

    const json* find(std::string_view key) const {
        const auto found = root.find(std::string(key));
        return found == root.end() || found->is_null() ? nullptr : &*found;
    }
};

Config::Config(std::unique_ptr<const Document> document, std::string name, std::string scope)
    : document_(std::move(document)), name_(std::move(name)), scope_(std::move(scope)) {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;

Config Config::read(const std::filesystem::path& path) {
    return parse(io::MappedFile(path, kMostBytes).text(), path.string());
}

Config Config::parse(std::string_view json_text, std::string name) {
    auto document = std::make_unique<Document>(Document{parse_json(json_text, name)});
    if (!document->root.is_object()) {
        fail(ErrorKind::bad_file, name, ": expected a JSON object, got ", shown(document->root));
    }
    return {std::move(document), std::move(name), ""};
}

void Config::refuse(std::string_view key, std::string_view expected) const {
    const json* value = document_->find(key);
    if (value == nullptr) {
        fail(ErrorKind::bad_model, name_, ": expected ", where(key), ", ", expected, ", got none");
    }
    fail(ErrorKind::bad_model, name_, ": expected ", where(key), " to be ", expected, ", got ", shown(*value));
}

Config::Kind Config::kind(std::string_view key) const {
    const json* value = document_->find(key);
    if (value == nullptr) {
        return Kind::absent;
    }
    return value->is_boolean()  ? Kind::boolean
           : value->is_number() ? Kind::number
           : value->is_string() ? Kind::text
           : value->is_array()  ? Kind::list
                                : Kind::object;
}

std::vector<std::string> Config::keys() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : document_->root.items()) {
        if (!value.is_null()) {
            out.push_back(key);
        }
    }
    return out;
}

int64_t Config::integer(std::string_view key, const WholeRange& range) const {
    const json* value = document_->find(key);
    const std::optional<int64_t> out = value == nullptr ? std::nullopt : as_integer(*value, range);
    if (!out) {
        refuse(key, whole_number(range));
    }
    return *out;
}

double Config::number(std::string_view key) const {
    if (kind(key) != Kind::number) {
        refuse(key, "a number");
    }
    return document_->find(key)->get<double>();
}

bool Config::boolean(std::string_view key) const {
    if (kind(key) != Kind::boolean) {
        refuse(key, "true or false");
    }
    return document_->find(key)->get<bool>();
}

std::string Config::string(std::string_view key) const {
    if (kind(key) != Kind::text) {
        refuse(key, "text");
    }
    return document_->find(key)->get<std::string>();
}

std::array<int64_t, 2> Config::pair(std::string_view key, const WholeRange& range) const {
    if (kind(key) != Kind::list) {
        const int64_t both = integer(key, range);
        return {both, both};
    }
    const std::vector<int64_t> list = integers(key, range);
    if (list.size() != 2) {
        refuse(key, "one number or two");
    }
    return {list[0], list[1]};
}

std::vector<int64_t> Config::integers(std::string_view key, const WholeRange& range) const {
    const json* value = document_->find(key);
    const auto convert = [&](const json& element) { return as_integer(element, range); };
    const auto out = value == nullptr ? std::nullopt : as_list<int64_t>(*value, convert);
    if (!out) {
        refuse(key, text("a list, each ", whole_number(range)));
    }
    return *out;
}

std::vector<std::vector<int64_t>> Config::lists(std::string_view key, const WholeRange& range) const {
    const json* value = document_->find(key);
    const auto number = [&](const json& element) { return as_integer(element, range); };
    const auto convert = [&](const json& element) { return as_list<int64_t>(element, number); };
    const auto out = value == nullptr ? std::nullopt : as_list<std::vector<int64_t>>(*value, convert);
    if (!out) {
        refuse(key, text("a list of lists, in them ", whole_number(range)));
    }
    return *out;
}

std::vector<double> Config::numbers(std::string_view key) const {
    const json* value = document_->find(key);
    const auto convert = [](const json& element) { return element.is_number() ? std::optional(element.get<double>()) : std::nullopt; };
    const auto out = value == nullptr ? std::nullopt : as_list<double>(*value, convert);
    if (!out) {
        refuse(key, "a list of numbers");
    }
    return *out;
}

std::vector<std::string> Config::strings(std::string_view key) const {
    const json* value = document_->find(key);
    const auto convert = [](const json& element) { return element.is_string() ? std::optional(element.get<std::string>()) : std::nullopt; };
    const auto out = value == nullptr ? std::nullopt : as_list<std::string>(*value, convert);
    if (!out) {
        refuse(key, "a list of texts");
    }
    return *out;
}

Config Config::object(std::string_view key) const {
    if (kind(key) != Kind::object) {
        refuse(key, "an object");
    }
    return {std::make_unique<Document>(Document{*document_->find(key)}), name_, where(key)};
}

int64_t Config::integer_or(std::string_view key, int64_t otherwise, const WholeRange& range) const {
    return has(key) ? integer(key, range) : otherwise;
}

double Config::number_or(std::string_view key, double otherwise) const {
    return has(key) ? number(key) : otherwise;
}

bool Config::boolean_or(std::string_view key, bool otherwise) const {
    return has(key) ? boolean(key) : otherwise;
}

std::string Config::string_or(std::string_view key, std::string_view otherwise) const {
    return has(key) ? string(key) : std::string(otherwise);
}

}  // namespace heed
