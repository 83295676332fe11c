#include "models/text/wire.h"

#include <cstring>

#include "heed.h"

namespace heed::tokens {

void Wire::refuse(std::string_view what) const {
    fail(ErrorKind::bad_model, name_, ": expected a SentencePiece model, got ", what, " at byte ", size_ - rest_.size(), " of ", size_);
}

uint64_t Wire::varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) {
            refuse("its end inside a number");
        }
        const auto byte = static_cast<unsigned char>(rest_[0]);
        rest_.remove_prefix(1);
        value |= static_cast<uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    refuse("a number of more than 64 bits");
}

std::string_view Wire::take(uint64_t count) {
    if (count > rest_.size()) {
        refuse("a field that is longer than the rest");
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::optional<WireField> Wire::next() {
    if (rest_.empty()) {
        return std::nullopt;
    }
    const uint64_t key = varint();
    WireField out{.number = key >> 3};
    switch (key & 7) {
        case 0: out.whole = varint(); break;
        case 1: out.bytes = take(8); break;
        case 2: out.bytes = take(varint()); break;
        case 5: std::memcpy(&out.real, take(sizeof(out.real)).data(), sizeof(out.real)); break;
        default: refuse("a field of an unknown kind");
    }
    return out;
}

}  // namespace heed::tokens
