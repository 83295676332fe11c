#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "profile/profile.h"

namespace heed::profile {

// What the first two keys of such a file say. The version changes when a key changes its meaning or goes away.
constexpr std::string_view kSchema = "heed-profile";
constexpr uint64_t kSchemaVersion = 1;

// All of a Profile, as docs/profile-schema.md describes it, and under "summary" what summary_of() makes of it.
std::string to_json(const Profile& profile);

// Gives back what to_json() was given; summaries and keys that are not known are passed over. Throws bad_file naming the key that is
// damaged, or the schema and the version that the file is of; the name is what sentences begin with.
Profile read_json(std::string_view text, const std::string& name);
Profile read_json(const std::filesystem::path& path);

}  // namespace heed::profile
