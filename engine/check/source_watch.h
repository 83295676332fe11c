#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>

namespace heed::check {

// A shader and what it may include: the other files of its folder `include`. Looks at them four times a second, which follows editors
// that write in place and those that put a new file where the old one was.
class SourceWatch {
public:
    explicit SourceWatch(std::filesystem::path file);  // throws bad_file when it is not there

    // Until one of them is another than when this was last called and all have come to rest; false when `stop` said so first.
    bool wait(const std::function<bool()>& stop);

private:
    struct Stamp {
        std::filesystem::file_time_type time;
        uintmax_t size = 0;

        bool operator==(const Stamp&) const = default;
    };
    using Stamps = std::map<std::filesystem::path, Stamp>;

    Stamps look() const;

    std::filesystem::path file_;
    Stamps seen_;
};

}  // namespace heed::check
