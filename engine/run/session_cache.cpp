#include "run/session_cache.h"

#include <algorithm>

namespace heed {

SessionCache::SessionCache(Device& device, Build build, SessionOptions options, size_t capacity)
    : device_(device), build_(std::move(build)), options_(std::move(options)), capacity_(std::max<size_t>(capacity, 1)), store_(device) {
    options_.store = &store_;
}

Session& SessionCache::at(const Sizes& sizes) {
    const auto found = std::ranges::find_if(sessions_, [&](const auto& entry) { return entry.first == sizes; });
    if (found != sessions_.end()) {
        sessions_.splice(sessions_.begin(), sessions_, found);
        return sessions_.front().second;
    }
    const Graph graph = build_(sizes);
    sessions_.emplace_front(sizes, Session(device_, graph, options_));
    if (sessions_.size() > capacity_) {
        sessions_.pop_back();
    }
    return sessions_.front().second;
}

int64_t bucket(int64_t n) {
    int64_t size = 8;
    while (size < n) {
        size += (size & (size - 1)) == 0 ? size / 2 : size / 3;  // a power of two, then one and a half of it
    }
    return size;
}

}  // namespace heed
