#include "models/caption/word_list.h"

#include <set>

#include "heed.h"
#include "models/json_config.h"

namespace heed {

std::vector<std::string> read_word_list(const std::filesystem::path& path, int64_t count) {
    const Config target = Config::read(path).object("target");
    if (target.string("unit") != "word") {
        target.refuse("unit", "word");
    }
    std::vector<std::string> words = target.strings("symbols");
    const std::set<std::string> different(words.begin(), words.end());
    if (static_cast<int64_t>(words.size()) != count || different.size() != words.size()) {
        fail(ErrorKind::bad_model, path.string(), ": expected ", count,
             " different words in target.symbols, as config.json's vocab_size says, got ", words.size(), ", ", different.size(),
             " of them different");
    }
    return words;
}

}  // namespace heed
