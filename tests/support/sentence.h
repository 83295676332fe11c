#pragma once

#include <doctest/doctest.h>

#include <string>

#include "base/error.h"

namespace heed::tests {

// What the Error says that `call` throws; empty, and a failed check, when it throws none or one of another kind.
template <typename Call>
std::string sentence(ErrorKind kind, Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK_MESSAGE(error.kind == kind, "expected ", std::string(to_string(kind)), ", got ", std::string(to_string(error.kind)), ": ",
                      std::string(error.what()));
        return error.kind == kind ? error.what() : "";
    }
    FAIL_CHECK("nothing was thrown");
    return "";
}

inline bool contains(const std::string& whole, const std::string& part) {
    return whole.find(part) != std::string::npos;
}

}  // namespace heed::tests
