#pragma once

// The passes, each in the file of its name. Graph passes rewrite Plan::graph; plan passes fill in the rest.

#include "base/caps.h"
#include "plan/compile.h"
#include "plan/plan.h"

namespace heed {

struct PassContext {
    const Caps& caps;
    const CompileOptions& options;
};

namespace passes_detail {

void infer(Plan& plan, const PassContext& context);
void widen(Plan& plan, const PassContext& context);
void simplify(Plan& plan, const PassContext& context);
void fuse(Plan& plan, const PassContext& context);
void prepack(Plan& plan, const PassContext& context);
void views(Plan& plan, const PassContext& context);
void lower(Plan& plan, const PassContext& context);
void order(Plan& plan, const PassContext& context);
void place(Plan& plan, const PassContext& context);
void fence(Plan& plan, const PassContext& context);
void verify(Plan& plan, const PassContext& context);

}  // namespace passes_detail
}  // namespace heed
