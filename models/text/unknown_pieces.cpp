#include "models/text/unknown_pieces.h"

#include "heed.h"
#include "models/text/byte_pair.h"

namespace heed::tokens {

void UnknownPieces::add(std::string_view word, uint32_t begin, uint32_t end, const Vocabulary& vocabulary,
                        std::vector<Subword>& out) const {
    const std::string part(word.substr(begin, end - begin));
    const size_t before = out.size();
    for (size_t i = 0; byte_fallback && i < part.size(); ++i) {
        const std::string token = byte_token(static_cast<unsigned char>(part[i]));
        const std::optional<int32_t> byte = vocabulary.id_of(token);
        if (!byte) {
            out.resize(before);
            break;
        }
        out.push_back({*byte, begin, end, token});
    }
    if (out.size() > before) {
        return;
    }
    if (!id) {
        fail(ErrorKind::bad_model, "vocabulary: expected an unknown token for ", part, ", got none among ", vocabulary.size());
    }
    out.push_back({*id, begin, end, part});
}

}  // namespace heed::tokens
