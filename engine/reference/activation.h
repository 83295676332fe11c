#pragma once

#include "ops/ops.h"

namespace heed::reference {

double activate(Activation activation, double x);

}  // namespace heed::reference
