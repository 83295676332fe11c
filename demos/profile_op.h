#pragma once

#include <functional>
#include <string>

#include "check/trials.h"
#include "demos/common.h"
#include "profile/roofs.h"

namespace heed {

// What a shader engineer asks of one op, again and again.
struct OpLoop {
    std::string variants;  // "all"
    std::string watch;     // a shader
    bool once = false;     // with watch: only as it is now
    int turns = 15;

    bool asked() const { return !variants.empty() || !watch.empty(); }
    void add_to(CLI::App& command);  // which has --op
};

// The op, and who asks.
struct OpSetting {
    Device& device;
    const profile::Roofs& roofs;
    std::string op, shape, dtype;  // shape "197x768x3072"; none: the first size that `heed bench` times
    std::function<bool()> stop;    // Ctrl-C
    bool colours = false;

    reference::Case source() const;  // throws bad_input when there is no such op or size
    std::string title() const;       // "matmul 197x768x3072 f32 on llvmpipe"
    CompileOptions compile() const;  // without the kernels that failed on this device
    check::PreparedCase prepare(const reference::Case& source) const;
};

// The command's status: 1 when something is wrong that was asked about.
int run_op_loop(const OpSetting& setting, const OpLoop& loop);

// --variants all: every strategy and tile, ranked. False when one is wrong.
bool profile_variants(const OpSetting& setting, const OpLoop& loop);

// --watch FILE: the shader beside the one that was built, now and whenever it changes, until Ctrl-C. With --once only now, and false
// when it does not compile or is wrong.
bool profile_watch(const OpSetting& setting, const OpLoop& loop);

}  // namespace heed
