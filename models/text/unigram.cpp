#include "models/text/unigram.h"

#include <algorithm>
#include <cfloat>

#include "heed.h"
#include "models/text/piece_trie.h"
#include "models/text/unknown_pieces.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

constexpr double kUnknownPenalty = 10;
constexpr int32_t kUnknown = -1;
constexpr uint32_t kNowhere = UINT32_MAX;

class Unigram : public SubwordModel {
public:
    Unigram(const std::vector<ScoredPiece>& pieces, const UnigramOptions& options)
        : options_(options), unknown_{options.unknown, options.byte_fallback} {
        double least = DBL_MAX, most = FLT_MIN;
        for (const ScoredPiece& piece : pieces) {
            least = piece.normal ? std::min(least, piece.score) : least;
            most = piece.normal ? std::max(most, piece.score) : most;
        }
        unknown_score_ = least - kUnknownPenalty;
        unknown_score_ = options.single_precision ? static_cast<float>(unknown_score_) : unknown_score_;
        std::vector<std::pair<std::string_view, int32_t>> searched;
        for (const ScoredPiece& piece : pieces) {
            const auto id = static_cast<int32_t>(scores_.size());
            vocabulary_.add(piece.token, id);
            scores_.push_back(piece.always ? static_cast<double>(static_cast<float>(piece.token.size()) * static_cast<float>(most)) - 0.1
                                           : piece.score);
            if (piece.in_text && !piece.token.empty()) {
                searched.emplace_back(piece.token, id);
            }
        }
        trie_ = PieceTrie(std::move(searched));
    }

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        const std::vector<Node> best = options_.single_precision ? best_paths<float>(word) : best_paths<double>(word);
        std::vector<Subword> parts;  // from the end
        for (auto end = static_cast<uint32_t>(word.size()); end > 0; end = best[end].begin) {
            const auto [begin, id] = best[end];
            if (is_unknown(id) && !parts.empty() && is_unknown(parts.back().id)) {
                parts.back().begin = begin;
            } else {
                parts.push_back({id, begin, end, {}});
            }
        }
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            if (is_unknown(part->id)) {
                unknown_.add(word, part->begin, part->end, vocabulary_, out);
                continue;
            }
            part->token = word.substr(part->begin, part->end - part->begin);
            out.push_back(std::move(*part));
        }
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    // The last piece of the best way to cut up all that ends here.
    struct Node {
        uint32_t begin = kNowhere;
        int32_t id = kUnknown;
    };

    bool is_unknown(int32_t id) const { return id == kUnknown || id == options_.unknown; }

    template <typename Sum>
    std::vector<Node> best_paths(std::string_view word) const {
        std::vector<Node> best(word.size() + 1);
        std::vector<Sum> sums(word.size() + 1, 0);
        for (size_t at = 0; at < word.size();) {
            const size_t character = first_code(word.substr(at)).second;
            bool has_character = false;
            const auto offer = [&](size_t length, int32_t id, double score) {
                const double sum = score + static_cast<double>(sums[at]);
                Node& node = best[at + length];
                if (node.begin == kNowhere || sum > static_cast<double>(sums[at + length])) {
                    sums[at + length] = static_cast<Sum>(sum);
                    node = {static_cast<uint32_t>(at), id};
                }
                has_character = has_character || length == character;
            };
            trie_.each_prefix(word.substr(at), [&](size_t length, int32_t id) { offer(length, id, scores_[static_cast<size_t>(id)]); });
            if (!has_character) {
                offer(character, kUnknown, unknown_score_);
            }
            at += character;
        }
        return best;
    }

    UnigramOptions options_;
    UnknownPieces unknown_;
    Vocabulary vocabulary_;
    std::vector<double> scores_;
    double unknown_score_ = 0;
    PieceTrie trie_;
};

}  // namespace

std::unique_ptr<SubwordModel> unigram(const std::vector<ScoredPiece>& pieces, const UnigramOptions& options) {
    if (pieces.empty()) {
        fail(ErrorKind::bad_model, "vocabulary: expected at least one piece, got none");
    }
    if (options.unknown && static_cast<size_t>(*options.unknown) >= pieces.size()) {
        fail(ErrorKind::bad_model, "vocabulary: expected the id of the unknown token to be below ", pieces.size(), ", got ",
             *options.unknown);
    }
    return std::make_unique<Unigram>(pieces, options);
}

}  // namespace heed::tokens
