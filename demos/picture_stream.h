#pragma once

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/image.h"
#include "models/vision/image_classifier.h"

namespace heed {

// --model, --labels, --precision.
void add_vit_options(CLI::App& command, std::string& model, std::string& labels, Precision& precision);

// The files themselves, and the pictures in the folders, in order of their names. Throws bad_input for what is neither.
std::vector<std::filesystem::path> find_pictures(const std::vector<std::string>& paths);

// A file that was read, or why it was not.
struct StreamedPicture {
    std::filesystem::path path;
    std::optional<PreparedPicture> prepared;
    io::Image image;  // only if kept
    std::string error;
};

// Reads and prepares pictures on threads of its own while the caller works on others; hands them out in order.
class PictureStream {
public:
    struct Options {
        bool keep_images = false;
        size_t ahead = 64;  // pictures in memory at most
    };
    PictureStream(std::vector<std::filesystem::path> paths, const ImageClassifier& classifier, const Options& options);
    ~PictureStream();

    // Nothing at the end.
    std::optional<StreamedPicture> next();
    // As many as it takes to have so many that could be read; fewer at the end, then none.
    std::vector<StreamedPicture> take(size_t readable);

private:
    void work();

    const std::vector<std::filesystem::path> paths_;
    const ImageClassifier& classifier_;
    const Options options_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::optional<StreamedPicture>> done_;
    size_t taken_ = 0, started_ = 0;
    bool stop_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace heed
