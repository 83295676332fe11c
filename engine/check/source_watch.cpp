#include "check/source_watch.h"

#include <chrono>
#include <thread>

#include "base/error.h"

namespace heed::check {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause{250};

}  // namespace

SourceWatch::SourceWatch(fs::path file) : file_(std::move(file)), seen_(look()) {
    if (!seen_.contains(file_)) {
        fail(ErrorKind::bad_file, file_.string(), ": expected a shader, and there is no such file");
    }
}

SourceWatch::Stamps SourceWatch::look() const {
    Stamps stamps;
    const auto add = [&](const fs::path& path) {
        std::error_code gone;
        const Stamp stamp{fs::last_write_time(path, gone), gone ? 0 : fs::file_size(path, gone)};
        if (!gone) {
            stamps[path] = stamp;
        }
    };
    add(file_);
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(file_.parent_path() / "include", none)) {
        add(entry.path());
    }
    return stamps;
}

bool SourceWatch::wait(const std::function<bool()>& stop) {
    for (Stamps before = look(); !stop();) {
        std::this_thread::sleep_for(kPause);
        const Stamps now = look();
        if (now != seen_ && now == before && now.contains(file_)) {
            seen_ = now;
            return true;
        }
        before = now;
    }
    return false;
}

}  // namespace heed::check
