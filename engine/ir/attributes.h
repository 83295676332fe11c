#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace heed {

// The constants of a node, by name. Few and small, so a flat list; the text form prints them in the order they were set.
class Attributes {
public:
    using Value = std::variant<int64_t, double, std::string, std::vector<int64_t>>;

    Attributes& set(std::string_view name, Value value);
    bool has(std::string_view name) const { return find(name) != nullptr; }

    // The value, or `otherwise` when the attribute was never set; throws when it has another type.
    int64_t integer(std::string_view name, int64_t otherwise = 0) const;
    double real(std::string_view name, double otherwise = 0) const;
    std::string string(std::string_view name, std::string_view otherwise = "") const;
    std::vector<int64_t> integers(std::string_view name) const;

    const std::vector<std::pair<std::string, Value>>& entries() const { return entries_; }
    friend bool operator==(const Attributes&, const Attributes&) = default;

private:
    const Value* find(std::string_view name) const;

    std::vector<std::pair<std::string, Value>> entries_;
};

std::string to_string(const Attributes& attributes);  // "{axis=1, scale=0.125}", empty when there are none

}  // namespace heed
