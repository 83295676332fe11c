#include "vk/messages.h"

#include <utility>

namespace heed::vk {

void Messages::add(Message message) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (kept_.size() < kKept) {
        kept_.push_back(std::move(message));
    }
}

uint64_t Messages::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

std::vector<Message> Messages::all() const {
    const std::lock_guard lock(mutex_);
    return kept_;
}

void Messages::clear() {
    const std::lock_guard lock(mutex_);
    kept_.clear();
    count_ = 0;
}

void Messages::add_print(std::string line) {
    const std::lock_guard lock(mutex_);
    if (prints_.size() < kKeptPrints) {
        prints_.push_back(std::move(line));
    }
}

std::vector<std::string> Messages::take_prints() {
    const std::lock_guard lock(mutex_);
    return std::exchange(prints_, {});
}

}  // namespace heed::vk
