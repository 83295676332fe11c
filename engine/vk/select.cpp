#include "vk/select.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/error.h"

namespace heed::vk {

namespace {

constexpr uint32_t kVulkan12 = (1u << 22) | (2u << 12);  // as Vulkan packs it

std::string lower(std::string_view s) {
    std::string out(s);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

int rank(const Caps& caps) {
    if (caps.heaps.empty()) {
        return -1;  // a driver without hardware, which compiles and runs nothing
    }
    switch (caps.type) {
        case DeviceType::discrete: return 4;
        case DeviceType::integrated: return 3;
        case DeviceType::virtual_gpu: return 2;
        case DeviceType::other: return 1;
        case DeviceType::cpu: return 0;
    }
    return 0;
}

uint64_t local_memory(const Caps& caps) {
    uint64_t bytes = 0;
    for (const MemoryHeap& heap : caps.heaps) {
        bytes += heap.device_local ? heap.size : 0;
    }
    return bytes;
}

std::string list(const std::vector<Caps>& devices) {
    if (devices.empty()) {
        return "no Vulkan device at all";
    }
    std::string out;
    for (size_t i = 0; i < devices.size(); ++i) {
        out += text(i == 0 ? "" : ", ", i, ": ", devices[i].device_name, " (", to_string(devices[i].type), ")");
    }
    return out;
}

// Of the candidates the best: by type, memory and, as with two versions of one driver, Vulkan version; the first wins a tie.
size_t best_of(const std::vector<Caps>& devices, const std::vector<size_t>& candidates) {
    return *std::ranges::max_element(
        candidates, {}, [&](size_t i) { return std::tuple(rank(devices[i]), local_memory(devices[i]), devices[i].api_version); });
}

std::optional<DeviceType> parse_type(std::string_view word) {
    for (const DeviceType type : {DeviceType::cpu, DeviceType::integrated, DeviceType::discrete, DeviceType::virtual_gpu}) {
        if (word == to_string(type)) {
            return type;
        }
    }
    return std::nullopt;
}

std::optional<size_t> parse_index(std::string_view word) {
    size_t index = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    return error == std::errc() && end == word.data() + word.size() ? std::optional(index) : std::nullopt;
}

std::vector<size_t> matching(const std::vector<Caps>& devices, std::string_view spec) {
    const std::string word = lower(spec);
    if (const auto index = parse_index(word)) {
        return *index < devices.size() ? std::vector<size_t>{*index} : std::vector<size_t>{};
    }
    const std::optional<DeviceType> type = parse_type(word);
    std::vector<size_t> found;
    for (size_t i = 0; i < devices.size(); ++i) {
        const Caps& caps = devices[i];
        // the driver's name tells two drivers of one device apart
        const std::string names = lower(text(caps.device_name, "\n", caps.driver_name, " ", caps.driver_info));
        const bool fits = type ? caps.type == *type : lower(caps.uuid) == word || names.find(word) != std::string::npos;
        if (fits) {
            found.push_back(i);
        }
    }
    return found;
}

std::vector<size_t> only_usable(const std::vector<Caps>& devices, std::vector<size_t> indices) {
    std::erase_if(indices, [&](size_t i) { return !unusable(devices[i]).empty(); });
    return indices;
}

Choice select_best(const std::vector<Caps>& devices) {
    std::vector<size_t> all(devices.size());
    std::iota(all.begin(), all.end(), size_t{0});
    const std::vector<size_t> usable = only_usable(devices, all);
    if (usable.empty()) {
        fail(ErrorKind::no_device,
             devices.empty()
                 ? text("no Vulkan device was found")
                 : text("no usable Vulkan device: there is ", list(devices), ", and ", devices[0].device_name, " ", unusable(devices[0])),
             "; lavapipe, in the package mesa-vulkan-drivers, runs on any CPU");
    }
    const size_t best = best_of(devices, usable);
    const DeviceType type = devices[best].type;
    if (type == DeviceType::cpu) {
        return {best, usable.size() == 1 ? "the only device, a software one" : "the best of the software devices; there is nothing else"};
    }
    const auto alike = std::ranges::count_if(usable, [&](size_t i) { return devices[i].type == type; });
    return {best, text(usable.size() == 1 ? "the only" : alike == 1 ? "the only" : "the largest", " ", to_string(type), " GPU")};
}

}  // namespace

std::string_view to_string(DeviceType type) {
    switch (type) {
        case DeviceType::other: return "other";
        case DeviceType::integrated: return "integrated";
        case DeviceType::discrete: return "discrete";
        case DeviceType::virtual_gpu: return "virtual";
        case DeviceType::cpu: return "cpu";
    }
    return "?";
}

std::string unusable(const Caps& caps) {
    if (caps.api_version < kVulkan12) {
        return text("speaks Vulkan ", (caps.api_version >> 22) & 0x7f, ".", (caps.api_version >> 12) & 0x3ff, ", heed needs 1.2");
    }
    if (!caps.compute) {
        return "has no compute queue";
    }
    return "";
}

Choice select(const std::vector<Caps>& devices, std::string_view spec, std::string_view origin) {
    if (spec.empty()) {
        return select_best(devices);
    }
    const std::vector<size_t> found = matching(devices, spec);
    if (found.empty()) {
        fail(ErrorKind::no_device, origin, ": no device matches '", spec, "'; there is ", list(devices));
    }
    const std::vector<size_t> usable = only_usable(devices, found);
    const size_t best = best_of(devices, usable.empty() ? found : usable);
    if (const std::string why = unusable(devices[best]); !why.empty()) {
        fail(ErrorKind::no_device, origin, ": '", spec, "' is ", devices[best].device_name, ", which ", why);
    }
    return {best, text(origin, " '", spec, "' names it", found.size() > 1 ? text(", the best of ", found.size(), " that fit") : "")};
}

}  // namespace heed::vk
