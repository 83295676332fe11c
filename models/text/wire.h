#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heed::tokens {

// A field of a protocol buffer: its number and its value, of which one kind is there.
struct WireField {
    uint64_t number = 0;
    uint64_t whole = 0;  // of an enum, a bool, an int
    float real = 0;
    std::string_view bytes;  // of text and of a message inside

    bool flag() const { return whole != 0; }
};

// The fields of a message one after the other. Throws bad_model, with name and position, where it is cut short or makes no sense.
class Wire {
public:
    Wire(std::string_view message, std::string name) : rest_(message), size_(message.size()), name_(std::move(name)) {}

    std::optional<WireField> next();

private:
    uint64_t varint();
    std::string_view take(uint64_t count);
    [[noreturn]] void refuse(std::string_view what) const;

    std::string_view rest_;
    size_t size_;
    std::string name_;
};

}  // namespace heed::tokens
