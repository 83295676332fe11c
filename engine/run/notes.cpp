#include "run/notes.h"

#include <nlohmann/json.hpp>

#include "base/cache_file.h"
#include "base/error.h"
#include "base/kernel.h"

namespace heed {
namespace {

std::filesystem::path path_of(const Caps& caps) {
    const std::filesystem::path directory = cache_directory();
    return directory.empty() ? directory : directory / text("device-", caps.uuid, ".json");
}

// A rebuilt kernel or an updated driver deserves a new trial.
std::string digest_of(std::string_view kernel) {
    const Kernel* found = find_kernel(kernel);
    return found == nullptr ? "" : std::to_string(found->digest);
}

std::string driver_of(const Caps& caps) {
    return text(caps.driver_name, " ", caps.driver_info, " ", caps.driver_version);
}

}  // namespace

DeviceNotes load_notes(const Caps& caps) {
    DeviceNotes notes;
    const std::vector<std::byte> bytes = read_cache_file(path_of(caps));
    const char* text_begin = reinterpret_cast<const char*>(bytes.data());
    const nlohmann::json json = nlohmann::json::parse(text_begin, text_begin + bytes.size(), nullptr, false);
    if (!json.is_object() || json.value("driver", "") != driver_of(caps)) {
        return notes;
    }
    const auto quarantined = json.find("quarantined");
    if (quarantined != json.end() && quarantined->is_object()) {
        for (const auto& [kernel, digest] : quarantined->items()) {
            if (digest.is_string() && digest == digest_of(kernel)) {
                notes.quarantined.insert(kernel);
            }
        }
    }
    const double flops = json.value("flops", 0.0), bytes_per_second = json.value("bytes_per_second", 0.0);
    if (flops > 0 && bytes_per_second > 0) {
        notes.rates = Rates{flops, bytes_per_second};
    }
    return notes;
}

void save_notes(const Caps& caps, const DeviceNotes& notes) {
    nlohmann::json json = {{"driver", driver_of(caps)}, {"device", caps.device_name}, {"quarantined", nlohmann::json::object()}};
    for (const std::string& kernel : notes.quarantined) {
        json["quarantined"][kernel] = digest_of(kernel);
    }
    if (notes.rates) {
        json["flops"] = notes.rates->flops;
        json["bytes_per_second"] = notes.rates->bytes_per_second;
    }
    const std::string out = json.dump(2) + "\n";
    const std::filesystem::path path = path_of(caps);
    if (path.empty() || !write_cache_file(path, std::as_bytes(std::span(out)))) {
        fail(ErrorKind::bad_file, "device notes: ", path.empty() ? "no cache directory is set" : path.string() + " cannot be written");
    }
}

}  // namespace heed
