#pragma once

namespace heed {

// While one of these is there Ctrl-C ends no program but is kept for whoever asks, once; a second Ctrl-C ends it as always.
class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    ~Interrupt();

    bool asked() const;

    static constexpr int kStatus = 130;  // of a command that was ended so, as shells have it
};

}  // namespace heed
