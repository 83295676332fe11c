#pragma once

#include <cstdlib>
#include <string>

#include "support/folder.h"

namespace heed::tests {

// A cache of a test's own, in which nothing is: what it notes on devices goes with it.
struct OwnCache {
    Folder folder;

    OwnCache() { setenv("HEED_CACHE", folder.path.c_str(), 1); }
    ~OwnCache() { before_.empty() ? unsetenv("HEED_CACHE") : setenv("HEED_CACHE", before_.c_str(), 1); }
    OwnCache(const OwnCache&) = delete;
    OwnCache& operator=(const OwnCache&) = delete;

private:
    std::string before_ = std::getenv("HEED_CACHE") != nullptr ? std::getenv("HEED_CACHE") : "";
};

}  // namespace heed::tests
