#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "models/caption/captioner.h"
#include "models/scenes/scene.h"

namespace heed {

// How often captions of scenes are right to the word and, in those, how often the model looked at the thing whose colour or shape a word
// tells: the middle of the place it looked at most lies in the thing's box.
class CaptionScore {
public:
    // Boxes in pixels of the picture, as the caption names things; none: that is not asked.
    void count(const Caption& caption, const std::string& right, std::span<const scenes::Box> boxes, const Grid& grid, int width,
               int height);

    size_t captions() const { return captions_; }
    size_t right() const { return right_; }
    size_t named() const { return named_; }  // colours and shapes in captions that are right
    size_t pointed() const { return pointed_; }
    double exact() const { return share(right_, captions_); }
    double pointing() const { return share(pointed_, named_); }

private:
    static double share(size_t some, size_t all) { return all == 0 ? 0 : static_cast<double>(some) / static_cast<double>(all); }

    size_t captions_ = 0, right_ = 0, named_ = 0, pointed_ = 0;
};

}  // namespace heed
