#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace heed::io {

struct ProcessResult {
    int status = 0;      // of its exit; 128 and the signal's number when one ended it
    std::string output;  // what it wrote to standard output and standard error, at most the first megabyte
};

// Runs a program, found as a shell would find it but without one, with nothing to read, and waits. Throws bad_file when there is no
// such program, and when it has not ended in time; it is killed then.
ProcessResult run_process(const std::vector<std::string>& command, std::chrono::milliseconds limit);

}  // namespace heed::io
