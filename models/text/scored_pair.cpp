#include "models/text/scored_pair.h"

#include <queue>

#include "models/text/piece_trie.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// A part of the word between its neighbours. One that was merged into the part before it has no length.
struct Part {
    uint32_t begin = 0, length = 0;
    uint32_t before = kNone, after = kNone;
    bool stays = false;
};

struct Candidate {
    double score = 0;
    uint32_t left = 0, length = 0;
    bool operator<(const Candidate& other) const { return score != other.score ? score < other.score : left > other.left; }
};

class ScoredPair : public SubwordModel {
public:
    ScoredPair(const std::vector<ScoredPiece>& pieces, const UnknownPieces& unknown) : unknown_(unknown) {
        std::vector<std::pair<std::string_view, int32_t>> symbols;
        for (const ScoredPiece& piece : pieces) {
            const auto id = static_cast<int32_t>(scores_.size());
            vocabulary_.add(piece.token, id);
            scores_.push_back(piece.score);
            in_text_.push_back(piece.in_text);
            if (piece.always) {
                symbols.emplace_back(piece.token, id);
            }
        }
        symbols_ = symbols.empty() ? PieceTrie() : PieceTrie(std::move(symbols));
    }

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        std::vector<Part> parts = characters(word);
        merge_all(word, parts);
        uint32_t unknown_begin = kNone;
        const auto end_unknown = [&](uint32_t end) {
            if (unknown_begin != kNone) {
                unknown_.add(word, unknown_begin, end, vocabulary_, out);
                unknown_begin = kNone;
            }
        };
        for (const Part& part : parts) {
            if (part.length == 0) {
                continue;
            }
            const std::string_view token = word.substr(part.begin, part.length);
            if (const std::optional<int32_t> id = id_in_text(token)) {
                end_unknown(part.begin);
                out.push_back({*id, part.begin, part.begin + part.length, std::string(token)});
            } else if (unknown_begin == kNone) {
                unknown_begin = part.begin;
            }
        }
        end_unknown(static_cast<uint32_t>(word.size()));
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    std::optional<int32_t> id_in_text(std::string_view token) const {
        const std::optional<int32_t> id = vocabulary_.id_of(token);
        return id && in_text_[static_cast<size_t>(*id)] ? id : std::nullopt;
    }

    std::vector<Part> characters(std::string_view word) const {
        std::vector<Part> out;
        for (uint32_t at = 0; at < word.size(); at += out.back().length) {
            const auto symbol = static_cast<uint32_t>(symbols_.longest_prefix(word.substr(at)).first);
            const auto index = static_cast<uint32_t>(out.size());
            const auto length = symbol > 0 ? symbol : static_cast<uint32_t>(first_code(word.substr(at)).second);
            if (index > 0) {
                out.back().after = index;
            }
            out.push_back({.begin = at, .length = length, .before = index > 0 ? index - 1 : kNone, .stays = symbol > 0});
        }
        return out;
    }

    void merge_all(std::string_view word, std::vector<Part>& parts) const {
        std::priority_queue<Candidate> queue;
        const auto offer = [&](uint32_t left) {
            if (left == kNone || parts[left].after == kNone || parts[left].stays || parts[parts[left].after].stays) {
                return;
            }
            const uint32_t length = parts[left].length + parts[parts[left].after].length;
            if (const std::optional<int32_t> id = id_in_text(word.substr(parts[left].begin, length))) {
                queue.push({scores_[static_cast<size_t>(*id)], left, length});
            }
        };
        for (uint32_t i = 0; i + 1 < parts.size(); ++i) {
            offer(i);
        }
        while (!queue.empty()) {
            const Candidate best = queue.top();
            queue.pop();
            Part& left = parts[best.left];
            if (left.length == 0 || left.after == kNone || left.length + parts[left.after].length != best.length) {
                continue;  // one of the two has grown since
            }
            Part& right = parts[left.after];
            left.length = best.length;
            left.after = right.after;
            right.length = 0;
            if (left.after != kNone) {
                parts[left.after].before = best.left;
            }
            offer(left.before);
            offer(best.left);
        }
    }

    UnknownPieces unknown_;
    Vocabulary vocabulary_;
    std::vector<double> scores_;
    std::vector<bool> in_text_;
    PieceTrie symbols_;
};

}  // namespace

std::unique_ptr<SubwordModel> scored_pair(const std::vector<ScoredPiece>& pieces, const UnknownPieces& unknown) {
    return std::make_unique<ScoredPair>(pieces, unknown);
}

}  // namespace heed::tokens
