#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace heed::tests {

// A file or folder of the data that is not part of the repository: below HEED_TEST_DATA, else ../shared/data beside the checkout.
// Where it is missing the test says so in one sentence and passes.
std::optional<std::filesystem::path> test_data(const std::string& name);

}  // namespace heed::tests
