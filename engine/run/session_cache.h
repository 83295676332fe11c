#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <utility>
#include <vector>

#include "run/session.h"

namespace heed {

// Plans of one model for several sizes. A Session is built when its sizes are first asked for and kept; the one unused for
// longest goes when there are too many. All share one Store: weights are uploaded once, states live on from plan to plan.
class SessionCache {
public:
    using Sizes = std::vector<int64_t>;  // whatever the model varies in: batch, length
    using Build = std::function<Graph(const Sizes& sizes)>;
    using Name = std::function<std::string(const Sizes& sizes)>;  // what a profile calls the plan

    SessionCache(Device& device, Build build, SessionOptions options = {}, size_t capacity = 8, Name name = joined);

    // Valid until as many other sizes as the capacity were asked for.
    Session& at(const Sizes& sizes);
    size_t size() const { return sessions_.size(); }
    void clear() { sessions_.clear(); }  // what the Store holds stays
    Store& store() { return store_; }
    static std::string joined(const Sizes& sizes);  // "1x224x224"

private:
    Device& device_;
    Build build_;
    SessionOptions options_;
    size_t capacity_;
    Name name_;
    Store store_;
    std::list<std::pair<Sizes, Session>> sessions_;  // the last used first
};

// The smallest of 8, 12, 16, 24, 32, 48... that holds n: buckets that waste at most half.
int64_t bucket(int64_t n);

}  // namespace heed
