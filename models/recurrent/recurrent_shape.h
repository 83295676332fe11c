#pragma once

#include "models/json_config.h"
#include "models/nn/recurrent.h"

namespace heed {

// An object of a config file: "cell" lstm, gru or rnn; "layers"; "hidden"; "bidirectional" true, false or "first"; "residual_from" a layer.
nn::RecurrentShape read_recurrent_shape(const Config& stack, int64_t inputs);

}  // namespace heed
