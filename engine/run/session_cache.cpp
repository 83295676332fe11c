#include "run/session_cache.h"

#include <algorithm>

namespace heed {

SessionCache::SessionCache(Device& device, Build build, SessionOptions options, size_t capacity, Name name)
    : device_(device),
      build_(std::move(build)),
      options_(std::move(options)),
      capacity_(std::max<size_t>(capacity, 1)),
      name_(std::move(name)),
      store_(device) {
    options_.store = &store_;
}

Session& SessionCache::at(const Sizes& sizes) {
    const auto found = std::ranges::find_if(sessions_, [&](const auto& entry) { return entry.first == sizes; });
    if (found != sessions_.end()) {
        sessions_.splice(sessions_.begin(), sessions_, found);
        return sessions_.front().second;
    }
    SessionOptions options = options_;
    options.name = name_(sizes);
    const profile::Scope scope(options.recorder, "plan", options.name);
    const Graph graph = build_(sizes);
    sessions_.emplace_front(sizes, Session(device_, graph, options));
    if (sessions_.size() > capacity_) {
        sessions_.pop_back();
    }
    return sessions_.front().second;
}

std::string SessionCache::joined(const Sizes& sizes) {
    std::string out;
    for (const int64_t size : sizes) {
        out += (out.empty() ? "" : "x") + std::to_string(size);
    }
    return out;
}

int64_t bucket(int64_t n) {
    int64_t size = 8;
    while (size < n) {
        size += (size & (size - 1)) == 0 ? size / 2 : size / 3;  // a power of two, then one and a half of it
    }
    return size;
}

}  // namespace heed
