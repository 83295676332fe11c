#include "models/transformer/config.h"

#include <algorithm>

#include "models/transformer/families.h"

namespace heed {
namespace {

struct Family {
    std::string_view type;  // model_type
    TransformerConfig (*read)(const Config&, const Checkpoint&);
};

// Behind each: the files of Hugging Face's src/transformers/models it was checked against, and the commit.
constexpr Family kFamilies[] = {
    {"marian", read_bart_kin},  // marian/configuration_marian.py 4aa4342, modeling_marian.py 00b676f
    {"bart", read_bart_kin},    // bart/configuration_bart.py cb53d92, modeling_bart.py 5722822
    {"mbart", read_bart_kin},   // mbart/configuration_mbart.py 008f5c8, modeling_mbart.py 158e70c
    {"t5", read_t5},            // t5/configuration_t5.py 038869d, modeling_t5.py 6b8b757
};

const Family* find_family(const Config& config) {
    return std::ranges::find(kFamilies, config.string_or("model_type", ""), &Family::type);
}

}  // namespace

bool is_transformer(const Config& config) {
    return find_family(config) != std::end(kFamilies);
}

TransformerConfig read_transformer_config(const Config& config, const Checkpoint& checkpoint) {
    const Family* const found = find_family(config);
    if (found == std::end(kFamilies)) {
        std::string known;
        for (const Family& family : kFamilies) {
            known += text(known.empty() ? "" : ", ", family.type);
        }
        config.refuse("model_type", "one of " + known);
    }
    return found->read(config, checkpoint);
}

std::string first_present(const Checkpoint& checkpoint, std::initializer_list<std::string> names) {
    const auto* const found = std::ranges::find_if(names, [&](const std::string& name) { return checkpoint.has(name); });
    return found == names.end() ? *names.begin() : *found;
}

}  // namespace heed
