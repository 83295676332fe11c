#include "demos/picture_stream.h"

#include "demos/common.h"

#include <algorithm>
#include <array>
#include <map>

#include "io/read_image.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

bool looks_like_a_picture(const fs::path& path) {
    constexpr std::array kEndings{".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm"};
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(kEndings, ending) != kEndings.end();
}

StreamedPicture read(const fs::path& path, const ImageClassifier& classifier, bool keep) {
    StreamedPicture picture{.path = path, .prepared = {}, .image = {}, .error = {}};
    try {
        io::Image image = io::read_image(path);
        picture.prepared = classifier.prepare(image);
        if (keep) {
            picture.image = std::move(image);
        }
    } catch (const std::exception& error) {
        picture.error = error.what();
    }
    return picture;
}

}  // namespace

void add_vit_options(CLI::App& command, std::string& model, std::string& labels, Precision& precision) {
    command.add_option("--model", model, "A checkpoint's folder, as published (default: the model that comes with heed)")->type_name("DIR");
    command.add_option("--labels", labels, "Class names, one a line, instead of the checkpoint's")->type_name("FILE");
    add_precision(command, precision);
}

std::vector<fs::path> find_pictures(const std::vector<std::string>& paths) {
    std::vector<fs::path> out;
    for (const std::string& path : paths) {
        std::error_code ignored;
        if (!fs::is_directory(path, ignored)) {
            out.emplace_back(path);  // what is wrong with it is said when its turn comes
            continue;
        }
        std::vector<fs::path> inside;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied)) {
            if (entry.is_regular_file() && looks_like_a_picture(entry.path())) {
                inside.push_back(entry.path());
            }
        }
        if (inside.empty()) {
            fail(ErrorKind::bad_input, path, ": expected pictures (jpg, png, bmp, ppm) in the folder, got none");
        }
        std::ranges::sort(inside);
        std::ranges::move(inside, std::back_inserter(out));
    }
    return out;
}

PictureStream::PictureStream(std::vector<fs::path> paths, const ImageClassifier& classifier, const Options& options)
    : paths_(std::move(paths)), classifier_(classifier), options_(options), done_(paths_.size()) {
    const size_t cores = std::max(2u, std::thread::hardware_concurrency());
    for (size_t i = 0; i < std::min({cores - 1, size_t{8}, paths_.size()}); ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

PictureStream::~PictureStream() {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    changed_.notify_all();
}

void PictureStream::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stop_ || started_ == paths_.size() || started_ < taken_ + options_.ahead; });
        if (stop_ || started_ == paths_.size()) {
            return;
        }
        const size_t mine = started_++;
        lock.unlock();
        StreamedPicture picture = read(paths_[mine], classifier_, options_.keep_images);
        lock.lock();
        done_[mine] = std::move(picture);
        changed_.notify_all();
    }
}

std::vector<StreamedPicture> PictureStream::take(size_t readable) {
    std::vector<StreamedPicture> out;
    while (readable > 0) {
        std::optional<StreamedPicture> picture = next();
        if (!picture) {
            break;
        }
        readable -= picture->prepared.has_value() ? 1 : 0;
        out.push_back(std::move(*picture));
    }
    return out;
}

std::optional<StreamedPicture> PictureStream::next() {
    std::unique_lock lock(mutex_);
    if (taken_ == paths_.size()) {
        return {};
    }
    changed_.wait(lock, [&] { return done_[taken_].has_value(); });
    std::optional<StreamedPicture> picture = std::move(done_[taken_]);
    done_[taken_++].reset();
    changed_.notify_all();
    return picture;
}

}  // namespace heed
