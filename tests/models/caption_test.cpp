#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "io/file.h"
#include "models/caption/captioner.h"
#include "models/caption/picture.h"
#include "models/caption/steps.h"
#include "models/caption/word_list.h"
#include "models/checkpoint.h"
#include "models/model_check.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

struct Model {
    CaptionConfig config;
    std::unique_ptr<Checkpoint> weights;
    tests::GoldenTensors golden;

    explicit Model(const fs::path& folder)
        : config(read_caption_config(Config::read(folder / "config.json"))),
          weights(open_checkpoint(folder)),
          golden(folder / "golden.safetensors") {}
};

// The logits [V] of a row, of scores that hold all of them.
std::vector<float> logits_of(const StepScores& scores, size_t row, size_t words) {
    std::vector<float> out(words);
    for (size_t i = 0; i < words; ++i) {
        const ScoredToken& scored = scores.best[row * words + i];
        out.at(static_cast<size_t>(scored.token)) = scored.logit;
    }
    return out;
}

// Reads the golden's words, with the pictures' rows among others that go elsewhere: each row must go on from its own parent.
void check_golden(const std::string& kind, DType stored, float tolerance) {
    INFO(kind << " as " << to_string(stored));
    Model model(tests::golden("caption/" + kind));
    const std::vector<float> words = model.golden.floats("words"), logits = model.golden.floats("logits"),
                             shares = model.golden.floats("shares");
    const auto pictures = static_cast<size_t>(model.golden.sizes("words")[0]), steps = static_cast<size_t>(model.golden.sizes("words")[1]);
    const auto vocabulary = static_cast<size_t>(model.config.words), places = static_cast<size_t>(model.config.places());
    SearchableCaptioner captioner(tests::device(), model.config, *model.weights, {.stored = stored, .session = {}});
    captioner.begin(model.golden.floats("pictures"), 9);
    std::vector<int32_t> parents(pictures, -1);
    for (size_t t = 0; t < steps; ++t) {
        std::vector<StepRow> rows;
        std::vector<size_t> own(pictures);
        for (size_t p = pictures; p-- > 0;) {  // in another order than the pictures'
            const auto picture = static_cast<int32_t>(p);
            for (size_t stray = 0; stray < (t + p) % 3 && t > 0; ++stray) {
                rows.push_back({.token = static_cast<int32_t>(4 + stray), .parent = parents[p], .sentence = picture});
            }
            own[p] = rows.size();
            rows.push_back({.token = static_cast<int32_t>(words[p * steps + t]), .parent = parents[p], .sentence = picture});
        }
        const StepScores scores = captioner.step(rows, {.best = model.config.words, .attention = true});
        for (size_t p = 0; p < pictures; ++p) {
            const size_t at = p * steps + t;
            tests::check_close(logits_of(scores, own[p], vocabulary), std::span(logits).subspan(at * vocabulary, vocabulary), tolerance);
            tests::check_close(scores.attention[own[p]], std::span(shares).subspan(at * places, places), tolerance);
            parents[p] = static_cast<int32_t>(own[p]);
        }
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

Config config(const std::string& changes) {
    return Config::parse(R"({"model_type": "heed_caption", "image_size": 16, "channels": [4, 6, 8], "embedding": 5, "hidden": 7,
                             "attention_size": 6, "attention": "soft", "vocab_size": 9)" +
                             changes + "}",
                         "config.json");
}

std::string refusal(const std::string& changes) {
    return tests::sentence(ErrorKind::bad_model, [&] { read_caption_config(config(changes)); });
}

io::Image plain(int width, int height, int channels = 3) {
    io::Image image{.width = width, .height = height, .channels = channels, .pixels = {}};
    image.pixels.assign(image.bytes(), 200);
    return image;
}

}  // namespace

TEST_SUITE_BEGIN("device caption");

TEST_CASE("captioner: soft and hard give what PyTorch gives, in double precision, whatever rows are beside") {
    for (const char* kind : {"soft", "hard"}) {
        check_golden(kind, DType::f32, 3e-5f);
    }
    check_golden("soft", DType::f16, 3e-2f);
}

TEST_CASE("captioner: both plans against the reference, with every optional pass left out in turn") {
    for (const char* kind : {"soft", "hard"}) {
        Model model(tests::golden(std::string("caption/") + kind));
        const CaptionMemory memory{.pictures = 2, .rows = 5};
        const Graph look = build_look(model.config, *model.weights, memory);
        tests::check_on_device(look, tests::feed_for(look, {{"zeros", {0, 0}}}));
        const Graph word =
            build_word(model.config, *model.weights, memory, {.rows = 3, .scores = {.logits = true}, .drawn = model.config.hard});
        tests::check_on_device(
            word, tests::feed_for(word, {{"zeros", {0, 0, 0}}, {"words", {4, 0, 8}}, {"pictures", {1, 0, 1}}, {"parents", {4, 0, 4}}}));
    }
}

TEST_CASE("captioner: soft shares are a whole, a hard look is one place") {
    for (const char* kind : {"soft", "hard"}) {
        Captioner captioner(tests::device(), tests::golden(std::string("caption/") + kind));
        const std::vector<io::Image> pictures{plain(20, 20), plain(1, 1), plain(300, 7)};
        const std::vector<Caption> captions = captioner.caption(pictures, captioner.generation());
        REQUIRE(captions.size() == 3);
        for (const Caption& caption : captions) {
            REQUIRE(caption.shares.size() == caption.words.size());
            CHECK(std::isfinite(caption.log_probability));
            for (const std::vector<float>& look : caption.shares) {
                CHECK(std::accumulate(look.begin(), look.end(), 0.0) == doctest::Approx(1).epsilon(1e-5));
                CHECK((kind == std::string("soft") || std::ranges::count(look, 1.0f) == 1));
            }
        }
        CHECK(captions[0].text() == captions[1].text());  // plain is plain, however large
    }
}

TEST_CASE("captioner: with more beams a caption is at least as likely, and pictures do not mind each other") {
    Captioner captioner(tests::device(), tests::golden("caption/soft"));
    io::Image shaded = plain(20, 20);
    for (size_t i = 0; i < shaded.pixels.size(); ++i) {
        shaded.pixels[i] = static_cast<uint8_t>(i * 7 % 251);
    }
    const std::vector<io::Image> pictures{plain(20, 20), shaded};
    GenerationOptions options = captioner.generation();
    options.length_penalty = 0;  // a score is the log-probability
    const std::vector<Caption> greedy = captioner.caption(pictures, options);
    options.num_beams = 4;
    const std::vector<Caption> beams = captioner.caption(pictures, options),
                               alone = captioner.caption(std::span(pictures).last(1), options);
    for (size_t i = 0; i < pictures.size(); ++i) {
        CHECK(beams[i].log_probability >= greedy[i].log_probability - 1e-4);
    }
    CHECK(alone[0].text() == beams[1].text());
}

TEST_CASE("captioner: looks are drawn as likely as the scores say, and the same for the same seed") {
    constexpr size_t kPictures = 64;
    Model model(tests::golden("caption/hard"));
    const std::vector<float> pictures = model.golden.floats("pictures");
    const auto each = static_cast<size_t>(3 * model.config.image_size * model.config.image_size);
    std::vector<float> same;
    for (size_t i = 0; i < kPictures; ++i) {
        same.insert(same.end(), pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(each));
    }
    std::vector<StepRow> rows;
    for (size_t i = 0; i < kPictures; ++i) {
        rows.push_back({.token = 2, .parent = -1, .sentence = static_cast<int32_t>(i)});
    }
    CaptionConfig soft = model.config;
    soft.hard = false;
    SearchableCaptioner mixing(tests::device(), soft, *model.weights), drawing(tests::device(), model.config, *model.weights);
    mixing.begin(same, kPictures);
    const std::vector<float> shares = mixing.step(rows, {.attention = true}).attention[0];
    std::vector<double> drawn(shares.size(), 0);
    std::vector<std::vector<float>> first;
    constexpr uint64_t kSeeds = 8;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        drawing.begin(same, kPictures, DrawnLooks{.seed = seed});
        const std::vector<std::vector<float>> looks = drawing.step(rows, {.attention = true}).attention;
        for (const std::vector<float>& look : looks) {
            drawn[static_cast<size_t>(std::ranges::max_element(look) - look.begin())] += 1.0 / (kSeeds * kPictures);
        }
        if (seed == 0) {
            first = looks;
        }
    }
    for (size_t i = 0; i < shares.size(); ++i) {
        CHECK(std::abs(drawn[i] - static_cast<double>(shares[i])) < 0.09);  // four deviations of 512 draws
    }
    drawing.begin(same, kPictures, DrawnLooks{.seed = 0});
    CHECK(drawing.step(rows, {.attention = true}).attention == first);
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { mixing.begin(same, 1, DrawnLooks{}); }), "hard attention"));
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { mixing.begin(std::span(same).first(7), 1); }), "got 7 numbers"));
}

TEST_CASE("captioner: a page has a tile a word, as pixels and as SVG") {
    Captioner captioner(tests::device(), tests::golden("caption/hard"));
    const io::Image picture = plain(30, 20);
    const std::vector<Caption> captions = captioner.caption(std::span(&picture, 1), captioner.generation());
    const CaptionedPicture captioned{
        .picture = picture, .name = "plain.png", .caption = captions[0], .grid = captioner.config().grid(), .hard = true};
    const io::Image page = draw_caption(captioned);
    CHECK(page.width > 600);
    CHECK(page.pixels.size() == page.bytes());
    const std::string svg = caption_svg(captioned);
    size_t images = 0;
    for (size_t at = svg.find("<image"); at != std::string::npos; at = svg.find("<image", at + 1)) {
        ++images;
    }
    CHECK(images == captions[0].words.size() + 1);
    const io::Image grey = plain(3, 3, 1);
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { captioner.caption(std::span(&grey, 1), captioner.generation()); }),
                          "RGB picture"));
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("models");

TEST_CASE("caption config: what does not go together is a sentence") {
    const CaptionConfig plain = read_caption_config(config(""));
    CHECK(plain.grid() == Grid{4, 4});
    CHECK(!plain.hard);
    CHECK(read_caption_config(config(R"(, "attention": "hard")")).hard);
    CHECK(tests::contains(refusal(R"(, "model_type": "vit")"), "expected model_type to be heed_caption, got \"vit\""));
    CHECK(tests::contains(refusal(R"(, "attention": "firm")"), "soft or hard"));
    CHECK(tests::contains(refusal(R"(, "image_size": 18)"), "a multiple of 4"));
    CHECK(tests::contains(refusal(R"(, "image_size": 0)"), "image_size"));
    CHECK(tests::contains(refusal(R"(, "channels": [4])"), "2 to 10 convolutions"));
    CHECK(tests::contains(refusal(R"(, "channels": [4, -6])"), "channels"));
    CHECK(tests::contains(refusal(R"(, "hidden": 1e9)"), "hidden"));
    CHECK(tests::contains(refusal(R"(, "vocab_size": 1)"), "vocab_size"));
    CHECK(tests::contains(refusal(R"(, "embedding": null)"), "embedding"));
}

TEST_CASE("caption words: as many as the config says, all different") {
    const fs::path path = tests::golden("caption/soft") / "symbols.json";
    CHECK(read_word_list(path, 9)[5] == "red");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { read_word_list(path, 10); }), "expected 10 different words"));
    const tests::Folder folder;
    const auto write = [&](const std::string& json) {
        io::write_file(folder.path / "symbols.json", std::as_bytes(std::span(json)));
        return tests::sentence(ErrorKind::bad_model, [&] { read_word_list(folder.path / "symbols.json", 2); });
    };
    CHECK(tests::contains(write(R"({"target": {"unit": "word", "symbols": ["a", "a"]}})"), "1 of them different"));
    CHECK(tests::contains(write(R"({"target": {"unit": "letter", "symbols": ["a", "b"]}})"), "word"));
}

TEST_CASE("captioner: another model's sizes are a sentence") {
    Model model(tests::golden("caption/soft"));
    CaptionConfig other = model.config;
    other.hidden = 12;
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { build_word(other, *model.weights, {}, {}); }),
                          "attention.query.weight"));
}

TEST_SUITE_END();
