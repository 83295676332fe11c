#include "demos/interrupt.h"

#include <csignal>

namespace heed {
namespace {

volatile std::sig_atomic_t asked_for = 0;

extern "C" void keep(int) {
    asked_for = 1;
    std::signal(SIGINT, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
    asked_for = 0;
    std::signal(SIGINT, keep);
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, SIG_DFL);
}

bool Interrupt::asked() const {
    return asked_for != 0;
}

}  // namespace heed
