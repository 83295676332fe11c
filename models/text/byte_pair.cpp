#include "models/text/byte_pair.h"

#include <array>
#include <optional>
#include <queue>
#include <unordered_map>

#include "heed.h"
#include "io/json_text.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

struct Merge {
    uint32_t rank = 0;
    int32_t id = 0;
};

uint64_t pair_key(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

constexpr uint32_t kNone = UINT32_MAX;

// A piece of the word as it grows, between its neighbours. One that was merged into the piece before it has no length.
struct Symbol {
    int32_t id = 0;
    uint32_t length = 0;
    uint32_t before = kNone, after = kNone;
};

struct Candidate {
    uint32_t rank = 0, at = 0;
    int32_t id = 0;
    bool operator>(const Candidate& other) const { return rank != other.rank ? rank > other.rank : at > other.at; }
};

class BytePair : public SubwordModel {
public:
    BytePair(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges, const BytePairOptions& options)
        : vocabulary_(std::move(vocabulary)), options_(options) {
        if (!options_.unknown.empty()) {
            unknown_ = vocabulary_.id_of(options_.unknown);
        }
        merges_.reserve(merges.size());
        for (size_t rank = 0; rank < merges.size(); ++rank) {
            add_merge(merges[rank].first, merges[rank].second, static_cast<uint32_t>(rank));
        }
    }

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        if (options_.whole_words) {
            if (const std::optional<int32_t> whole = vocabulary_.id_of(word)) {
                out.push_back({*whole, 0, static_cast<uint32_t>(word.size()), std::string(word)});
                return;
            }
        }
        std::vector<Symbol> symbols = characters(word);
        merge_all(symbols);
        uint32_t at = 0;
        for (const Symbol& symbol : symbols) {
            if (symbol.length > 0) {
                out.push_back({symbol.id, at, at + symbol.length, *vocabulary_.token_of(symbol.id)});
                at += symbol.length;
            }
        }
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    void add_merge(const std::string& left, const std::string& right, uint32_t rank) {
        const auto need = [&](const std::string& token) {
            const std::optional<int32_t> id = vocabulary_.id_of(token);
            if (!id) {
                fail(ErrorKind::bad_model, "merge ", rank, ": expected ", io::readable(token), " to be in the vocabulary, got none among ",
                     vocabulary_.size());
            }
            return *id;
        };
        const bool inside = !options_.continuing.empty() && right.starts_with(options_.continuing);
        const int32_t left_id = need(left), right_id = need(right);
        merges_.insert_or_assign(pair_key(left_id, right_id),
                                 Merge{rank, need(left + (inside ? right.substr(options_.continuing.size()) : right))});
    }

    static void add(std::vector<Symbol>& symbols, int32_t id, uint32_t length) {
        const auto at = static_cast<uint32_t>(symbols.size());
        if (at > 0) {
            symbols.back().after = at;
        }
        symbols.push_back({.id = id, .length = length, .before = at > 0 ? at - 1 : kNone});
    }

    bool add_bytes(std::vector<Symbol>& symbols, std::string_view spelled) const {
        std::vector<int32_t> ids;
        for (const char byte : spelled) {
            const std::optional<int32_t> id = vocabulary_.id_of(byte_token(static_cast<unsigned char>(byte)));
            if (!id) {
                return false;
            }
            ids.push_back(*id);
        }
        for (const int32_t id : ids) {
            add(symbols, id, 1);
        }
        return true;
    }

    std::vector<Symbol> characters(std::string_view word) const {
        std::vector<Symbol> out;
        uint32_t unknown_length = 0;  // of what is unknown and not in `out` yet
        const auto end_unknown = [&] {
            if (unknown_length > 0) {
                add(out, *unknown_, unknown_length);
                unknown_length = 0;
            }
        };
        for (size_t at = 0; at < word.size();) {
            const auto length = static_cast<uint32_t>(first_code(word.substr(at)).second);
            const bool last = at + length == word.size();
            const std::string spelled =
                (at > 0 ? options_.continuing : "") + std::string(word.substr(at, length)) + (last ? options_.end_of_word : "");
            at += length;
            if (const std::optional<int32_t> id = vocabulary_.id_of(spelled)) {
                end_unknown();
                add(out, *id, length);
            } else if ((!options_.byte_fallback || !add_bytes(out, spelled)) && !options_.unknown.empty()) {
                if (!unknown_) {
                    fail(ErrorKind::bad_model, "vocabulary: expected the unknown token ", options_.unknown, " to be in it, got none among ",
                         vocabulary_.size());
                }
                if (!options_.fuse_unknown) {
                    end_unknown();
                }
                unknown_length += length;
            }
        }
        end_unknown();
        return out;
    }

    void merge_all(std::vector<Symbol>& symbols) const {
        std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
        const auto offer = [&](uint32_t left) {
            if (left == kNone || symbols[left].after == kNone) {
                return;
            }
            const auto found = merges_.find(pair_key(symbols[left].id, symbols[symbols[left].after].id));
            if (found != merges_.end()) {
                queue.push({found->second.rank, left, found->second.id});
            }
        };
        for (uint32_t i = 0; i + 1 < symbols.size(); ++i) {
            offer(i);
        }
        while (!queue.empty()) {
            const Candidate best = queue.top();
            queue.pop();
            Symbol& left = symbols[best.at];
            if (left.length == 0 || left.after == kNone) {
                continue;
            }
            Symbol& right = symbols[left.after];
            const auto found = merges_.find(pair_key(left.id, right.id));
            if (found == merges_.end() || found->second.id != best.id) {
                continue;  // one of the two has grown since
            }
            left.id = best.id;
            left.length += right.length;
            left.after = right.after;
            right.length = 0;
            if (left.after != kNone) {
                symbols[left.after].before = best.at;
            }
            offer(left.before);
            offer(best.at);
        }
    }

    Vocabulary vocabulary_;
    BytePairOptions options_;
    std::optional<int32_t> unknown_;
    std::unordered_map<uint64_t, Merge> merges_;
};

}  // namespace

std::unique_ptr<SubwordModel> byte_pair(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges,
                                        const BytePairOptions& options) {
    return std::make_unique<BytePair>(std::move(vocabulary), merges, options);
}

std::string byte_token(unsigned char byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">";
}

}  // namespace heed::tokens
