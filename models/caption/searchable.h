#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/caption/config.h"
#include "models/decode/step_model.h"
#include "models/weights.h"

namespace heed {

struct SearchableCaptionerOptions {
    DType stored = DType::f32;
    SessionOptions session;
};

// How hard looks are drawn: as likely as the model finds each place, and the same for the same seed, picture and word.
struct DrawnLooks {
    uint64_t seed = 0;
    uint64_t first = 0;  // the number of the first picture
};

// A captioner on a device, as a search wants it: a picture is a sentence, and a row's attention are the shares of the places in what it
// looked at before it read its word. What was seen and read stays on the device. One thread at a time; the config and the weights must
// outlive it.
class SearchableCaptioner : public StepModel {
public:
    SearchableCaptioner(Device& device, const CaptionConfig& config, WeightSource& weights, const SearchableCaptionerOptions& options = {});
    SearchableCaptioner(SearchableCaptioner&&) noexcept;
    ~SearchableCaptioner() override;

    // Begins anew with these pictures, [N,S,S,3] from -1 to 1; rows: the most that a step will have.
    void begin(std::span<const float> pictures, int64_t rows, const std::optional<DrawnLooks>& drawn = {});

    int64_t vocabulary() const override;
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
