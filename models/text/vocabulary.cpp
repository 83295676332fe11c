#include "models/text/vocabulary.h"

#include "heed.h"

namespace heed::tokens {

void Vocabulary::add(std::string token, int32_t id) {
    if (id < 0 || id >= kMostIds) {
        fail(ErrorKind::bad_model, "vocabulary: expected ids from 0 to ", kMostIds - 1, ", got ", id);
    }
    if (static_cast<size_t>(id) >= tokens_.size()) {
        tokens_.resize(static_cast<size_t>(id) + 1);
    }
    tokens_[static_cast<size_t>(id)] = token;
    ids_.insert_or_assign(std::move(token), id);
}

std::optional<int32_t> Vocabulary::id_of(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Vocabulary::token_of(int32_t id) const {
    if (id < 0 || static_cast<size_t>(id) >= tokens_.size() || !tokens_[static_cast<size_t>(id)]) {
        return nullptr;
    }
    return &*tokens_[static_cast<size_t>(id)];
}

}  // namespace heed::tokens
