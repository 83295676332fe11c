#include "demos/picture_names.h"

#include "heed.h"

namespace heed {

void PictureNames::turn_to(const std::filesystem::path& picture) {
    const std::string stem = picture.stem().string();
    const int count = ++used_[stem];
    ending_ = several_ ? text("-", stem, count == 1 ? std::string() : text("-", count)) : "";
}

std::filesystem::path PictureNames::path(const std::filesystem::path& out) const {
    return out.parent_path() / text(out.stem().string(), ending_, out.extension().string());
}

}  // namespace heed
