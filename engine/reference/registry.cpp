#include <array>

#include "reference/case.h"

namespace heed::reference {

#define HEED_OP(name) OpReference reference_##name();
#include "ir/op_list.def"
#undef HEED_OP

const OpReference& op_reference(OpKind op) {
    static const std::array<OpReference, kOpCount> references{
#define HEED_OP(name) reference_##name(),
#include "ir/op_list.def"
#undef HEED_OP
    };
    return references.at(static_cast<size_t>(op));
}

}  // namespace heed::reference
