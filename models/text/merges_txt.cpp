#include "models/text/merges_txt.h"

#include <algorithm>

#include "heed.h"
#include "io/json_text.h"
#include "io/mapped_file.h"
#include "models/text/byte_pair.h"
#include "models/text/json_section.h"
#include "models/text/pipeline.h"
#include "models/text/pre_tokenizer.h"
#include "models/text/tokenizer_config.h"

namespace heed::tokens {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostBytes = 256 << 20;

std::vector<std::pair<std::string, std::string>> read_merges(const fs::path& path) {
    const io::MappedFile file(path, kMostBytes);
    std::string_view rest = file.text();
    std::vector<std::pair<std::string, std::string>> out;
    for (size_t number = 1; !rest.empty(); ++number) {
        const size_t length = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, length);
        rest.remove_prefix(std::min(length + 1, rest.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with("#version")) {
            continue;
        }
        const size_t space = line.find(' ');
        if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
            fail(ErrorKind::bad_model, path.string(), ", line ", number, ": expected two pieces, got ", io::readable(line, 60));
        }
        out.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return out;
}

std::vector<AddedToken> added_tokens(const TokenizerConfig& config, const Vocabulary& vocabulary) {
    std::vector<AddedToken> out = config.added;
    const auto add = [&](AddedToken token) {
        const auto same = [&](const AddedToken& other) { return other.content == token.content; };
        if (const std::optional<int32_t> id = vocabulary.id_of(token.content); id && std::ranges::none_of(out, same)) {
            token.id = *id;
            out.push_back(std::move(token));
        }
    };
    for (const auto& [role, token] : config.special) {
        add(token);
        if (role == "mask_token" && !out.empty() && out.back().content == token.content) {
            out.back().takes_left = true;  // what the mask stands for has the space before it
        }
    }
    for (const char* usual : {"<s>", "<pad>", "</s>", "<unk>", "<|endoftext|>"}) {
        add({.content = usual, .special = true});
    }
    add({.content = "<mask>", .special = true, .takes_left = true});
    return out;
}

}  // namespace

std::unique_ptr<Tokenizer> read_merges_txt(const fs::path& merges) {
    const fs::path numbers = merges.parent_path() / "vocab.json";
    if (!fs::is_regular_file(numbers)) {
        fail(ErrorKind::bad_file, merges.string(), ": expected vocab.json beside it, got none");
    }
    const TokenizerConfig config = read_tokenizer_config(merges.parent_path());
    Vocabulary vocabulary;
    JsonFile(numbers).root().each_token([&](const std::string& token, int32_t id) { vocabulary.add(token, id); });
    const std::string begin = config.token("cls_token", "<s>"), end = config.token("sep_token", "</s>");
    const std::optional<int32_t> begin_id = vocabulary.id_of(begin), end_id = vocabulary.id_of(end);
    const bool prefix_space = config.on("add_prefix_space", false);
    Stages stages;
    stages.pre_tokenizer = byte_level_words({.prefix_space = prefix_space});
    stages.post_processor = trim_offsets(prefix_space);
    if (begin_id && end_id) {
        stages.post_processor = in_turn({stages.post_processor, roberta_processing({begin, *begin_id}, {end, *end_id})});
    }
    stages.decoder = byte_level_decoder();
    stages.added = AddedTokens(added_tokens(config, vocabulary), {});
    stages.special = find_special(config, [&](std::string_view token) { return vocabulary.id_of(token); });
    stages.tidy = config.on("clean_up_tokenization_spaces", false);
    stages.description = text(merges.string(), ": byte-level BPE");
    stages.model = byte_pair(std::move(vocabulary), read_merges(merges), {});
    return make_tokenizer(std::move(stages));
}

}  // namespace heed::tokens
