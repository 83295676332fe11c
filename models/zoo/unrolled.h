#pragma once

#include <string>
#include <vector>

#include "draw/surface.h"
#include "models/seq2seq/config.h"

namespace heed::zoo {

// A recurrent model as its shape has it: a column for each step, a box for each layer, arrows for what is handed on.
struct UnrolledModel {
    std::string heading;
    std::vector<std::string> reads;  // a step each
    size_t padding = 0;              // of them, at the end
    nn::RecurrentShape encoder;

    std::vector<std::string> heads = {};  // boxes over all of the encoder's steps, the lowest first
    bool last_alone = false;              // the lowest reads the last state and nothing else
    std::vector<std::string> says = {};   // above: of each step, or of the heads together

    std::vector<std::string> given = {}, writes = {};  // below and above the decoder's steps; none: no decoder
    nn::RecurrentShape decoder = {};
    FirstState first = FirstState::zero;
    SourceContext context = SourceContext::initial;
    AttentionOrder order = AttentionOrder::bahdanau;
    bool input_feeding = false;

    bool attends() const { return !writes.empty() && context == SourceContext::attention; }
    bool luong() const { return attends() && order == AttentionOrder::luong; }
};

struct UnrolledSize {
    double width = 0, height = 0;
};
UnrolledSize measure(const UnrolledModel& model);

void draw_unrolled(draw::Surface& surface, draw::Point top_left, const UnrolledModel& model);

}  // namespace heed::zoo
