#pragma once

#include "models/nn/linear.h"
#include "models/nn/scores/score.h"

namespace heed::nn {

// What each file of this folder defines one or two of.
class Mechanism {
public:
    virtual ~Mechanism() = default;
    virtual Tensor project(Tensor states) const;  // [B,S,He] -> [B,S,P]; unless said otherwise nothing
    virtual Looked look(Tensor query, const ScoreKeys& keys, const ScoreContext& context) const = 0;
};
using LoadedMechanism = std::shared_ptr<const Mechanism>;

LoadedMechanism load_additive(const Weights& weights, const ScoreShape& shape);
LoadedMechanism load_concat(const Weights& weights, const ScoreShape& shape);
LoadedMechanism load_linear_concat(const Weights& weights, const ScoreShape& shape);
LoadedMechanism load_dot(const Weights& weights, const ScoreShape& shape);  // and scaled_dot
LoadedMechanism load_general(const Weights& weights, const ScoreShape& shape);
LoadedMechanism load_location(const Weights& weights, const ScoreShape& shape);
LoadedMechanism load_local(const Weights& weights, const ScoreShape& shape);  // local_m and local_p

// A matrix without bias.
Linear load_matrix(const Weights& weights, std::string_view name, int64_t in, int64_t out);
// Some columns of one, as a matrix of its own.
Linear load_columns(const Weights& weights, std::string_view name, int64_t in, int64_t out, int64_t begin, int64_t end);

// [B,S,C] of each sentence as [R,S,C] of the sentence each row looks at, or [1,S,C] where there is but one.
Tensor of_owners(Tensor keys, Tensor owners);

// query . key over their channels: [R,T,C], [R,S,C] -> [R,T,S].
Tensor products(Tensor query, Tensor keys, double scale = 1);

// softmax(scores) and the states under it: scores [R,T,S], states [R,S,He].
Looked weigh(Tensor scores, Tensor states, const SoftmaxOptions& options);

// The same by one kernel, without a score in between: query [R,T,A], keys.projected [B,S,A], energy [A].
Looked weigh_additive(Tensor query, Tensor energy, const ScoreKeys& keys, const ScoreContext& context);

}  // namespace heed::nn
