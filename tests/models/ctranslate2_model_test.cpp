// A published model from end to end, in the three number formats it comes in.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/translate/translator.h"
#include "support/data.h"
#include "support/device.h"
#include "support/folder.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using tests::Folder;

// What CTranslate2 itself says with f32: آتزمون is in its own tests, the others with the sums of the logarithms are in the data's README.
struct Word {
    std::string source, target;
    std::optional<double> log_probability;
};
const std::vector<Word> kWords{{"آتزمون", "a t z m o n", {}},        {"أحمد", "a h m a d", -0.789},   {"سامي", "s a m i", -0.244},
                               {"خالد", "k h a l d", -0.816},        {"فاطمة", "f a t m a", -1.134},  {"محمد", "m a h m a d", -2.111},
                               {"إبراهيم", "i b r a h i m", -1.063}, {"لندن", "l e n d e n", -1.165}, {"باريس", "b a r r i s", -1.998}};

std::string spelled(const std::string& word) {
    std::string out;
    for (const char32_t letter : decode_utf8(word)) {
        out += out.empty() ? "" : " ";
        append_utf8(letter, out);
    }
    return out;
}

// The folder as CTranslate2 has it, of the file in that number format.
void lay_out(const fs::path& data, const std::string& format, const Folder& folder) {
    fs::create_symlink(data / "ct2-v2" / ("model-" + format + ".bin"), folder.path / "model.bin");
    for (const char* name : {"source_vocabulary.txt", "target_vocabulary.txt"}) {
        fs::create_symlink(data / name, folder.path / name);
    }
}

}  // namespace

TEST_SUITE("device translation") {
    TEST_CASE("ctranslate2: a published model transliterates as CTranslate2 does, whatever its numbers are stored as") {
        const auto data = tests::test_data("transliteration-ar-en");
        if (!data) {
            return;
        }
        // f32 is as near as three decimals tell; measured with the numbers that are stored shorter: 0.018 and 0.071 at the most
        for (const auto& [format, tolerance] : {std::pair<std::string, double>{"f32", 5e-4}, {"i16", 0.03}, {"i8", 0.12}}) {
            CAPTURE(format);
            const Folder folder;
            lay_out(*data, format, folder);
            Translator translator(tests::device(), open_translation_model(folder.path), {.precision = Precision::f32});
            GenerationOptions options = translator.model().generation;
            options.num_beams = 1;
            std::vector<std::string> sources;
            std::ranges::transform(kWords, std::back_inserter(sources), [](const Word& word) { return spelled(word.source); });
            const std::vector<Translation> found = translator.translate(sources, options);
            for (size_t i = 0; i < kWords.size(); ++i) {
                const Hypothesis& best = found[i].best.at(0);
                CHECK(best.text == kWords[i].target);
                CHECK(best.end == SequenceEnd::token);
                if (kWords[i].log_probability) {
                    CHECK(std::abs(best.log_probability - *kWords[i].log_probability) < tolerance);
                }
            }
        }
    }
}

}  // namespace heed
