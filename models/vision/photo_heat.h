#pragma once

#include <span>

#include "draw/heat_map.h"
#include "io/image.h"
#include "models/vision/preprocess.h"
#include "models/vit/positions.h"

namespace heed {

// Throws bad_input for a photo that is not RGB, or of which nothing was seen.
void check_seen(const io::Image& photo, const Region& seen);

// A part of a photo in as many pixels as a page has for it; paper where it reaches beyond the photo.
struct PhotoView {
    io::Image image;
    Region seen;                       // what a model saw of it, in pixels of the view
    double darkest = 0, lightest = 1;  // of the photo there, but for a few pixels
};
PhotoView view_photo(const io::Image& photo, const Region& part, const Region& seen, PixelSize size);

// How weights look where the photo under them is as light as that, 0 to 1.
draw::Colour heat_on_photo(double value, double light = 0.8);

// From the least to the largest of the values, in those colours.
draw::ColourScale scale_on_photo(std::span<const float> values);

// The values [grid.cells()] laid over what was seen of the view: each in the middle of its patch as it is, and even slopes between. The
// photo shows through in grey, its black as light as `black`; what was not seen is pale.
io::Image lay_heat(const PhotoView& view, const Grid& grid, std::span<const float> values, const draw::ColourScale& scale,
                   double black = 0.35);

}  // namespace heed
