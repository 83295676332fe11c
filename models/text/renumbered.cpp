#include "models/text/renumbered.h"

namespace heed::tokens {
namespace {

class Renumbered : public SubwordModel {
public:
    Renumbered(std::unique_ptr<SubwordModel> model, Vocabulary vocabulary, int32_t unknown)
        : model_(std::move(model)), vocabulary_(std::move(vocabulary)), unknown_(unknown) {}

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        const size_t before = out.size();
        model_->cut(word, out);
        for (size_t i = before; i < out.size(); ++i) {
            out[i].id = vocabulary_.id_of(out[i].token).value_or(unknown_);
        }
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    std::unique_ptr<SubwordModel> model_;
    Vocabulary vocabulary_;
    int32_t unknown_;
};

}  // namespace

std::unique_ptr<SubwordModel> renumbered(std::unique_ptr<SubwordModel> model, Vocabulary vocabulary, int32_t unknown) {
    return std::make_unique<Renumbered>(std::move(model), std::move(vocabulary), unknown);
}

}  // namespace heed::tokens
