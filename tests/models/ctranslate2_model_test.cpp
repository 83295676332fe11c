// A published model from end to end, in the three number formats it comes in.
#include <doctest/doctest.h>

#include <cmath>

#include "models/ctranslate2/translation.h"
#include "models/decode/search.h"
#include "models/text/utf8.h"
#include "models/whole_model.h"
#include "support/data.h"
#include "support/device.h"
#include "support/folder.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using ctranslate2::open_translation;
using ctranslate2::Translation;
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
            Translation translation = open_translation(folder.path);
            std::vector<int32_t> ids, lengths;
            constexpr size_t kTokens = 8;
            for (const Word& word : kWords) {
                const std::vector<int32_t> own = translation.tokenizers.source->encode(spelled(word.source)).ids;
                lengths.push_back(static_cast<int32_t>(own.size()));
                ids.insert(ids.end(), own.begin(), own.end());
                ids.resize(lengths.size() * kTokens);
            }
            tests::WholeModel model(tests::device(), translation.config, *translation.weights, ids, lengths,
                                    {.rows = kWords.size(), .tokens = 12});
            CHECK(translation.weights->unused().empty());
            translation.generation.num_beams = 1;
            translation.generation.max_new_tokens = 11;
            const auto found = search(model, {.sentences = kWords.size()}, translation.generation);
            for (size_t i = 0; i < kWords.size(); ++i) {
                const GeneratedSequence& best = found[i].at(0);
                CHECK(translation.tokenizers.target().decode(best.tokens) == kWords[i].target);
                CHECK(best.end == SequenceEnd::token);
                if (kWords[i].log_probability) {
                    CHECK(std::abs(best.log_probability - *kWords[i].log_probability) < tolerance);
                }
            }
        }
    }
}

}  // namespace heed
