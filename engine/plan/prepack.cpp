#include "plan/pass.h"

namespace heed::passes_detail {

void prepack(Plan&, const PassContext&) {}

}  // namespace heed::passes_detail
