#include "ir/attributes.h"

#include "base/error.h"

namespace heed {
namespace {

template <typename T>
const T& as(const Attributes::Value& value, std::string_view name, const char* expected) {
    const T* typed = std::get_if<T>(&value);
    ensure(typed != nullptr, "attribute ", name, ": expected ", expected, ", got a value of another type");
    return *typed;
}

std::string value_text(const Attributes::Value& value) {
    if (const auto* list = std::get_if<std::vector<int64_t>>(&value)) {
        std::string out = "[";
        for (size_t i = 0; i < list->size(); ++i) {
            out += (i == 0 ? "" : ",") + std::to_string((*list)[i]);
        }
        return out + "]";
    }
    if (const auto* string = std::get_if<std::string>(&value)) {
        return *string;
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return text(*real);
    }
    return text(std::get<int64_t>(value));
}

}  // namespace

Attributes& Attributes::set(std::string_view name, Value value) {
    for (auto& [key, old] : entries_) {
        if (key == name) {
            old = std::move(value);
            return *this;
        }
    }
    entries_.emplace_back(name, std::move(value));
    return *this;
}

const Attributes::Value* Attributes::find(std::string_view name) const {
    for (const auto& [key, value] : entries_) {
        if (key == name) {
            return &value;
        }
    }
    return nullptr;
}

int64_t Attributes::integer(std::string_view name, int64_t otherwise) const {
    const Value* value = find(name);
    return value == nullptr ? otherwise : as<int64_t>(*value, name, "an integer");
}

double Attributes::real(std::string_view name, double otherwise) const {
    const Value* value = find(name);
    return value == nullptr ? otherwise : as<double>(*value, name, "a real number");
}

std::string Attributes::string(std::string_view name, std::string_view otherwise) const {
    const Value* value = find(name);
    return value == nullptr ? std::string(otherwise) : as<std::string>(*value, name, "a string");
}

std::vector<int64_t> Attributes::integers(std::string_view name) const {
    const Value* value = find(name);
    return value == nullptr ? std::vector<int64_t>{} : as<std::vector<int64_t>>(*value, name, "a list of integers");
}

std::string to_string(const Attributes& attributes) {
    std::string out;
    for (const auto& [key, value] : attributes.entries()) {
        out += (out.empty() ? "{" : ", ") + key + "=" + value_text(value);
    }
    return out.empty() ? out : out + "}";
}

}  // namespace heed
