#include "models/shipped.h"

#include <cstdlib>
#include <vector>

#include "heed.h"

namespace heed {

std::filesystem::path shipped_model(std::string_view name) {
    std::vector<std::filesystem::path> places;
    if (const char* folder = std::getenv("HEED_MODELS"); folder != nullptr && folder[0] != '\0') {
        places.emplace_back(folder);
    } else {
        places = {HEED_INSTALLED_MODELS, HEED_SOURCE_MODELS};
    }
    std::string looked_at;
    for (const std::filesystem::path& place : places) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(place / name / "config.json", ignored)) {
            return place / name;
        }
        looked_at += (looked_at.empty() ? "" : " and ") + place.string();
    }
    fail(ErrorKind::bad_file, "the model '", name, "' that comes with heed: expected it in ", looked_at,
         ", got none there; HEED_MODELS may name another folder");
}

}  // namespace heed
