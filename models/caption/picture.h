#pragma once

#include <span>
#include <string>

#include "io/image.h"
#include "models/caption/captioner.h"

namespace heed {

struct CaptionedPicture {
    const io::Image& picture;  // RGB
    std::string name;          // "scene.png"
    const Caption& caption;
    Grid grid;          // of the places
    bool hard = false;  // one place a word
};

// One page: the picture, and for each word a tile with where the model looked before it wrote it.
io::Image draw_caption(const CaptionedPicture& captioned);
std::string caption_svg(const CaptionedPicture& captioned);  // the same as a file of its own

}  // namespace heed
