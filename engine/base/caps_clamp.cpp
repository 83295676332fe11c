#include "base/caps_clamp.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.h"

namespace heed {

namespace {

enum class Kind { number, size, toggle };

struct Key {
    std::string_view name;
    Kind kind;
    std::string_view meaning;
    void (*apply)(Caps& caps, uint64_t value);
};

template <typename T>
void shrink(T& limit, uint64_t value) {
    limit = static_cast<T>(std::min<uint64_t>(limit, value));
}

void no_subgroups(Caps& caps) {
    caps.subgroup_size = caps.min_subgroup_size = caps.max_subgroup_size = 1;
    caps.subgroup_basic = caps.subgroup_vote = caps.subgroup_arithmetic = caps.subgroup_ballot = false;
    caps.subgroup_shuffle = caps.subgroup_shuffle_relative = caps.subgroup_clustered = caps.subgroup_quad = false;
    caps.subgroup_size_control = caps.full_subgroups = false;
    caps.cooperative_matrix.clear();  // its matrices live in a subgroup
}

// A kernel reads its subgroup's size from the device, so only sizes the device can really be told are possible.
void set_subgroup(Caps& caps, uint64_t size) {
    if (size == 1) {
        no_subgroups(caps);
        return;
    }
    if (size >= caps.max_subgroup_size) {
        return;
    }
    const bool power_of_two = (size & (size - 1)) == 0;
    if (!caps.subgroup_size_control || !power_of_two || size < caps.min_subgroup_size) {
        fail(ErrorKind::bad_input, "HEED_CAPS: subgroup=", size, " is not possible on ", caps.device_name, ", whose subgroups have ",
             caps.min_subgroup_size, " to ", caps.max_subgroup_size,
             caps.subgroup_size_control ? " invocations" : " invocations and a fixed size", "; subgroup=1 always is");
    }
    caps.forced_subgroup_size = static_cast<uint32_t>(size);
    caps.subgroup_size = caps.min_subgroup_size = caps.max_subgroup_size = static_cast<uint32_t>(size);
}

void set_memory(Caps& caps, uint64_t bytes) {
    for (MemoryHeap& heap : caps.heaps) {
        shrink(heap.size, bytes);
        shrink(heap.budget, bytes);
    }
}

constexpr Key kKeys[] = {
    {"subgroup", Kind::number, "subgroup size; 1 means no subgroup operations", set_subgroup},
    {"arithmetic", Kind::toggle, "subgroup arithmetic", [](Caps& c, uint64_t) { c.subgroup_arithmetic = c.subgroup_clustered = false; }},
    {"shuffle", Kind::toggle, "subgroup shuffles", [](Caps& c, uint64_t) { c.subgroup_shuffle = c.subgroup_shuffle_relative = false; }},
    {"size_control", Kind::toggle, "choosing the subgroup size",
     [](Caps& c, uint64_t) { c.subgroup_size_control = c.full_subgroups = false; }},
    {"fp16", Kind::toggle, "16-bit floats, storage and arithmetic",
     [](Caps& c, uint64_t) { c.fp16_storage = c.fp16_arithmetic = c.bf16_storage = false; }},
    {"fp16_arithmetic", Kind::toggle, "16-bit float arithmetic", [](Caps& c, uint64_t) { c.fp16_arithmetic = false; }},
    {"bf16", Kind::toggle, "bfloat16, storage and arithmetic", [](Caps& c, uint64_t) { c.bf16_storage = c.bf16_arithmetic = false; }},
    {"int8", Kind::toggle, "8-bit integers, storage and arithmetic",
     [](Caps& c, uint64_t) { c.int8_storage = c.int8_arithmetic = c.integer_dot = false; }},
    {"int16", Kind::toggle, "16-bit integer arithmetic", [](Caps& c, uint64_t) { c.int16 = false; }},
    {"int64", Kind::toggle, "64-bit integers", [](Caps& c, uint64_t) { c.int64 = false; }},
    {"fp64", Kind::toggle, "64-bit floats", [](Caps& c, uint64_t) { c.fp64 = false; }},
    {"dot", Kind::toggle, "integer dot product", [](Caps& c, uint64_t) { c.integer_dot = false; }},
    {"matrix", Kind::toggle, "cooperative matrices", [](Caps& c, uint64_t) { c.cooperative_matrix.clear(); }},
    {"timestamps", Kind::toggle, "timestamps on the queue", [](Caps& c, uint64_t) { c.timestamp_bits = 0; }},
    {"calibrated", Kind::toggle, "reading the device's clock from the host", [](Caps& c, uint64_t) { c.calibrated_timestamps = false; }},
    {"unified", Kind::toggle, "device memory that the host can map", [](Caps& c, uint64_t) { c.unified_memory = false; }},
    {"shared", Kind::size, "shared memory of a workgroup", [](Caps& c, uint64_t v) { shrink(c.shared_bytes, v); }},
    {"invocations", Kind::number, "invocations of a workgroup",
     [](Caps& c, uint64_t v) {
         shrink(c.max_invocations, v);
         for (uint32_t& size : c.max_workgroup_size)
             shrink(size, v);
     }},
    {"groups", Kind::number, "workgroups along an axis",
     [](Caps& c, uint64_t v) {
         for (uint32_t& count : c.max_workgroup_count)
             shrink(count, v);
     }},
    {"push", Kind::size, "push constants", [](Caps& c, uint64_t v) { shrink(c.push_bytes, v); }},
    {"storage_buffers", Kind::number, "storage buffers of a kernel", [](Caps& c, uint64_t v) { shrink(c.max_storage_buffers, v); }},
    {"binding", Kind::size, "the widest window a kernel can see", [](Caps& c, uint64_t v) { shrink(c.max_binding_range, v); }},
    {"allocation", Kind::size, "the largest single allocation",
     [](Caps& c, uint64_t v) {
         shrink(c.max_allocation, v);
         shrink(c.max_buffer, v);
     }},
    {"memory", Kind::size, "each memory heap", set_memory},
};

std::string known_keys() {
    std::string names;
    for (const Key& key : kKeys) {
        names += (names.empty() ? "" : ", ") + std::string(key.name);
    }
    return names;
}

const Key& find_key(std::string_view name) {
    for (const Key& key : kKeys) {
        if (key.name == name) {
            return key;
        }
    }
    fail(ErrorKind::bad_input, "HEED_CAPS: '", name, "' is no key; the keys are ", known_keys());
}

uint64_t parse_value(const Key& key, std::string_view digits) {
    const auto bad = [&](std::string_view expected) {
        fail(ErrorKind::bad_input, "HEED_CAPS: ", key.name, " takes ", expected, ", got '", digits, "'");
    };
    uint64_t value = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const std::string_view suffix(rest, static_cast<size_t>(digits.data() + digits.size() - rest));
    if (key.kind == Kind::toggle) {
        if (error != std::errc() || !suffix.empty() || value > 1) {
            bad("0 or 1");
        }
        return value;
    }
    const std::string_view expected = key.kind == Kind::size ? "a size such as 16384, 16K, 64M or 1G" : "a number of at least 1";
    const size_t unit = suffix.empty() ? 0 : std::string_view("KMG").find(suffix.front()) + 1;
    const bool unit_allowed = suffix.empty() || (key.kind == Kind::size && suffix.size() == 1 && unit != 0);
    if (error != std::errc() || value == 0 || !unit_allowed || value > std::numeric_limits<uint64_t>::max() >> (10 * unit)) {
        bad(expected);
    }
    return value << (10 * unit);
}

std::string_view trim(std::string_view s) {
    const size_t first = s.find_first_not_of(" \t");
    return first == s.npos ? std::string_view() : s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Caps clamp(Caps caps, std::string_view spec) {
    while (!spec.empty()) {
        const std::string_view item = trim(spec.substr(0, spec.find(',')));
        spec = spec.find(',') == spec.npos ? std::string_view() : spec.substr(spec.find(',') + 1);
        if (item.empty()) {
            continue;
        }
        const size_t equals = item.find('=');
        const Key& key = find_key(trim(item.substr(0, equals)));
        const uint64_t value = parse_value(key, equals == item.npos ? std::string_view() : trim(item.substr(equals + 1)));
        if (key.kind != Kind::toggle || value == 0) {
            key.apply(caps, value);
        }
    }
    return caps;
}

std::string clamp_help() {
    std::string lines;
    for (const Key& key : kKeys) {
        lines += text("  ", key.name, key.kind == Kind::toggle ? "=0" : key.kind == Kind::size ? "=SIZE" : "=N", "  ", key.meaning, "\n");
    }
    return lines;
}

}  // namespace heed
