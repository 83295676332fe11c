#include "models/vision/image_classifier.h"

#include "io/file.h"
#include "models/likeliest.h"
#include "models/vision/preprocessor_config.h"

namespace heed {
namespace {

constexpr uint64_t kMostLabelBytes = 16 << 20;

std::vector<std::string> read_labels(const std::filesystem::path& path, size_t classes) {
    const std::vector<std::byte> bytes = io::read_file(path, kMostLabelBytes);
    std::vector<std::string> labels;
    std::string line;
    for (const std::byte byte : bytes) {
        const char c = static_cast<char>(byte);
        if (c == '\n') {
            labels.push_back(std::move(line));
            line.clear();
        } else if (c != '\r') {
            line.push_back(c);
        }
    }
    if (!line.empty()) {
        labels.push_back(std::move(line));
    }
    if (labels.size() != classes) {
        fail(ErrorKind::bad_input, path.string(), ": expected a line for each of ", classes, " classes, got ", labels.size());
    }
    return labels;
}

std::vector<float> part_of(const std::vector<float>& all, size_t index, size_t count) {
    const size_t size = all.size() / count;
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(index * size);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

struct ImageClassifier::State {
    ClassifierOptions options;
    std::unique_ptr<Checkpoint> checkpoint;
    VitConfig config;
    Preprocessing preprocessing;
    DType stored = DType::f32;
    std::unique_ptr<SessionCache> sessions;  // by batch, height, width

    VitOptions vit_options(int64_t batch, int64_t height, int64_t width) const {
        return {
            .batch = batch, .height = height, .width = width, .stored = stored, .hidden = options.hidden, .attention = options.attention};
    }

    void run(std::span<const PreparedPicture> pictures, std::vector<Answer>& answers) {
        const int64_t height = pictures[0].height, width = pictures[0].width;
        const size_t batch = pictures.size();
        Session& session = sessions->at({static_cast<int64_t>(batch), height, width});
        std::vector<float> patches;
        for (const PreparedPicture& picture : pictures) {
            patches.insert(patches.end(), picture.patches.begin(), picture.patches.end());
        }
        session.write("patches", patches);
        session.run();
        const auto read = [&](bool wanted, const std::string& name) { return wanted ? session.read(name) : std::vector<float>(); };
        const std::vector<float> logits = read(!config.labels.empty(), "logits"), hidden = read(options.hidden, "hidden");
        const size_t first = answers.size();
        for (size_t i = 0; i < batch; ++i) {
            answers.push_back({.logits = part_of(logits, i, batch),
                               .hidden = part_of(hidden, i, batch),
                               .grid = patch_grid(config, vit_options(1, height, width))});
        }
        for (int layer = 0; options.attention && layer < config.encoder.layers; ++layer) {
            const std::vector<float> maps = session.read(text("attention.", layer));
            for (size_t i = 0; i < batch; ++i) {
                answers[first + i].attention.push_back(part_of(maps, i, batch));
            }
        }
    }
};

ImageClassifier::ImageClassifier(Device& device, const std::filesystem::path& folder, const ClassifierOptions& options)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.options = options;
    state.checkpoint = open_checkpoint(folder);
    state.config = read_vit_config(Config::read(folder / "config.json"), *state.checkpoint);
    state.preprocessing = read_preprocessing(folder);
    state.stored = storage(options.precision, device.caps());
    if (state.config.labels.empty() && !options.hidden && !options.attention) {
        fail(ErrorKind::bad_model, folder.string(), ": expected a model with a classifier, got a bare one, which can only give features");
    }
    if (!options.labels.empty()) {
        state.config.labels = read_labels(options.labels, state.config.labels.size());
    }
    const auto build = [&state](const SessionCache::Sizes& sizes) {
        return build_vit(state.config, *state.checkpoint, state.vit_options(sizes[0], sizes[1], sizes[2]));
    };
    state.sessions = std::make_unique<SessionCache>(device, build, options.session);
}

ImageClassifier::ImageClassifier(ImageClassifier&&) noexcept = default;
ImageClassifier::~ImageClassifier() = default;

PreparedPicture ImageClassifier::prepare(const io::Image& picture) const {
    const profile::Scope scope(state_->options.session.recorder, "preprocess");
    const PixelSize size = preprocessed_size(state_->preprocessing, {picture.width, picture.height});
    const VitOptions options{.height = size.height, .width = size.width};
    return {.height = size.height,
            .width = size.width,
            .patches = cut_patches(preprocess(picture, state_->preprocessing), state_->config, options)};
}

std::vector<Answer> ImageClassifier::answer(std::span<const PreparedPicture> pictures) {
    std::vector<Answer> answers;
    for (size_t begin = 0; begin < pictures.size();) {  // neighbours of one size go together
        size_t end = begin + 1;
        while (end < pictures.size() && pictures[end].height == pictures[begin].height && pictures[end].width == pictures[begin].width) {
            ++end;
        }
        state_->run(pictures.subspan(begin, end - begin), answers);
        begin = end;
    }
    return answers;
}

Answer ImageClassifier::answer(const io::Image& picture) {
    const PreparedPicture prepared = prepare(picture);
    return std::move(answer(std::span(&prepared, 1))[0]);
}

std::vector<Guess> ImageClassifier::best(const Answer& answer, size_t count) const {
    std::vector<Guess> guesses;
    for (const Likely& likely : likeliest(answer.logits, count)) {
        guesses.push_back({.label = state_->config.labels[likely.index], .index = likely.index, .probability = likely.probability});
    }
    return guesses;
}

const VitConfig& ImageClassifier::config() const {
    return state_->config;
}

const Preprocessing& ImageClassifier::preprocessing() const {
    return state_->preprocessing;
}

std::vector<std::string> ImageClassifier::unused_tensors() const {
    return state_->checkpoint->unused();
}

}  // namespace heed
