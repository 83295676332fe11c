#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace heed::vk {

struct Message {
    bool error = false;  // else a warning
    std::string id;      // e.g. "SYNC-HAZARD-READ-AFTER-WRITE"
    std::string text;
};

// What the validation layer and the drivers said, kept for whoever asks. Thread-safe.
class Messages {
public:
    void add(Message message);
    uint64_t count() const;  // how many came, also those no longer kept
    std::vector<Message> all() const;
    void clear();

    // What kernels said with debugPrintfEXT under Validation::print: no complaints, so none of the above counts them.
    void add_print(std::string line);
    std::vector<std::string> take_prints();  // those since the last call

private:
    static constexpr size_t kKept = 1000;  // a message a dispatch must not eat the host's memory
    static constexpr size_t kKeptPrints = 100000;

    mutable std::mutex mutex_;
    std::vector<Message> kept_;
    uint64_t count_ = 0;
    std::vector<std::string> prints_;
};

}  // namespace heed::vk
