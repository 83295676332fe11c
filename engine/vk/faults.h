#pragma once

#include <atomic>
#include <cstdint>

namespace heed::vk {

// Plans failures for tests: the n-th creation from now fails as if memory had run out, the n-th submit as if the device
// were lost. Thread-safe. 0 turns a failure off.
class Faults {
public:
    void fail_creation(int64_t nth) { creation_ = nth; }
    void lose_submit(int64_t nth) { submit_ = nth; }

    bool creation_fails() { return strikes(creation_); }
    bool submit_fails() { return strikes(submit_); }

private:
    // Counts down to the strike and stays quiet after it.
    static bool strikes(std::atomic<int64_t>& left) { return left.load() > 0 && left.fetch_sub(1) == 1; }

    std::atomic<int64_t> creation_{0};
    std::atomic<int64_t> submit_{0};
};

}  // namespace heed::vk
