#include "models/scenes/outline.h"

#include <array>

namespace heed::scenes {
namespace {

constexpr int kFull = kOutlineRadius;
constexpr int kArm = 380;  // half the width of a cross's arms

constexpr std::array<Corner, 4> kSquare{{{-kFull, -kFull}, {kFull, -kFull}, {kFull, kFull}, {-kFull, kFull}}};
constexpr std::array<Corner, 3> kTriangle{{{0, -kFull}, {kFull, kFull}, {-kFull, kFull}}};
constexpr std::array<Corner, 4> kDiamond{{{0, -kFull}, {kFull, 0}, {0, kFull}, {-kFull, 0}}};
// Five points at full radius, the notches at 0.42 of it, both on the circle's tenths.
constexpr std::array<Corner, 10> kStar{
    {{0, -1024}, {253, -348}, {974, -316}, {409, 133}, {602, 828}, {0, 430}, {-602, 828}, {-409, 133}, {-974, -316}, {-253, -348}}};
constexpr std::array<Corner, 12> kCross{{{-kArm, -kFull},
                                         {kArm, -kFull},
                                         {kArm, -kArm},
                                         {kFull, -kArm},
                                         {kFull, kArm},
                                         {kArm, kArm},
                                         {kArm, kFull},
                                         {-kArm, kFull},
                                         {-kArm, kArm},
                                         {-kFull, kArm},
                                         {-kFull, -kArm},
                                         {-kArm, -kArm}}};

}  // namespace

std::span<const Corner> outline(Figure figure) {
    switch (figure) {
        case Figure::circle: return {};
        case Figure::square: return kSquare;
        case Figure::triangle: return kTriangle;
        case Figure::diamond: return kDiamond;
        case Figure::star: return kStar;
        case Figure::cross: return kCross;
    }
    return {};
}

}  // namespace heed::scenes
