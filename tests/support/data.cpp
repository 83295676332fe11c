#include "support/data.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "support/sources.h"

namespace heed::tests {

std::optional<std::filesystem::path> test_data(const std::string& name) {
    const char* chosen = std::getenv("HEED_TEST_DATA");
    const std::filesystem::path folder = chosen != nullptr ? chosen : repository().parent_path() / "shared" / "data";
    const std::filesystem::path path = folder / name;
    if (!std::filesystem::exists(path)) {
        MESSAGE("left out: there is no ", path.string(), " (HEED_TEST_DATA names the folder)");
        return std::nullopt;
    }
    return path;
}

}  // namespace heed::tests
