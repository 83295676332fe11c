#pragma once

// heed: attention models on any GPU that speaks Vulkan. This is the one header to include.

#include "base/caps.h"
#include "base/dtype.h"
#include "base/error.h"
#include "base/half.h"
#include "base/shape.h"
#include "ir/graph.h"
#include "ops/ops.h"
#include "plan/compile.h"
#include "plan/plan.h"
#include "run/session.h"
#include "run/session_cache.h"
