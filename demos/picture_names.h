#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace heed {

// What files about pictures are called: "out.png" for one picture; for several, "out-NAME.png" for the picture NAME.jpg, "out-NAME-2.png"
// for the second of that name.
class PictureNames {
public:
    explicit PictureNames(bool several) : several_(several) {}

    void turn_to(const std::filesystem::path& picture);
    std::filesystem::path path(const std::filesystem::path& out) const;

private:
    bool several_;
    std::map<std::string, int> used_;
    std::string ending_;
};

}  // namespace heed
