#pragma once

#include <memory>
#include <span>

#include "models/checkpoint.h"
#include "models/decode/device_scores.h"
#include "models/json_config.h"
#include "models/nn/recurrent.h"

namespace heed {

// Recurrent layers that say which token comes next, by a config.json of model_type "heed_language_model"; docs/systems.md has the keys.
struct LanguageModelConfig {
    int64_t words = 0, channels = 0;  // of the embedding
    nn::RecurrentShape recurrent;
};
LanguageModelConfig read_language_model_config(const Config& config);

// All steps at once. Input "ids" i32 [B,T], dynamic "lengths" [B]; output "logits" [B,T,V]: row t is of the token behind token t.
struct LanguageModelOptions {
    int64_t batch = 1, tokens = 1;
    DType stored = DType::f32;
};
Graph build_language_model(const LanguageModelConfig& config, WeightSource& source, const LanguageModelOptions& options);

// The same on a device, token after token, as a search wants it. One thread at a time; the config and the weights must outlive it.
class SearchableLanguageModel : public StepModel {
public:
    SearchableLanguageModel(Device& device, const LanguageModelConfig& config, WeightSource& weights, DType stored = DType::f32,
                            const SessionOptions& session = {});
    SearchableLanguageModel(SearchableLanguageModel&&) noexcept;
    ~SearchableLanguageModel() override;

    void begin(int64_t rows);  // the most that a step will have

    int64_t vocabulary() const override;
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
