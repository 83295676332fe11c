#include "draw/colour.h"

#include <algorithm>
#include <cmath>
#include <glm/glm.hpp>
#include <numbers>

namespace heed::draw {
namespace {

// Oklab (Ottosson 2020): distances in it are about what eyes see. To linear sRGB.
glm::dvec3 linear_from_oklab(glm::dvec3 lab) {
    const glm::dvec3 root(lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z,  //
                          lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z,  //
                          lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z);
    const glm::dvec3 cone = root * root * root;
    return {4.0767416621 * cone.x - 3.3077115913 * cone.y + 0.2309699292 * cone.z,
            -1.2684380046 * cone.x + 2.6097574011 * cone.y - 0.3413193965 * cone.z,
            -0.0041960863 * cone.x - 0.7034186147 * cone.y + 1.7076147010 * cone.z};
}

glm::dvec3 oklab_from_linear(glm::dvec3 rgb) {
    const glm::dvec3 cone(0.4122214708 * rgb.x + 0.5363325363 * rgb.y + 0.0514459929 * rgb.z,
                          0.2119034982 * rgb.x + 0.6806995451 * rgb.y + 0.1073969566 * rgb.z,
                          0.0883024619 * rgb.x + 0.2817188376 * rgb.y + 0.6299787005 * rgb.z);
    const glm::dvec3 root(std::cbrt(cone.x), std::cbrt(cone.y), std::cbrt(cone.z));
    return {0.2104542553 * root.x + 0.7936177850 * root.y - 0.0040720468 * root.z,
            1.9779984951 * root.x - 2.4285922050 * root.y + 0.4505937099 * root.z,
            0.0259040371 * root.x + 0.7827717662 * root.y - 0.8086757660 * root.z};
}

double decode(uint8_t curved) {
    const double x = curved / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

uint8_t encode(double linear) {
    const double x = std::clamp(linear, 0.0, 1.0);
    const double curved = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
    return static_cast<uint8_t>(std::lround(255 * curved));
}

// Lightness falls evenly, the hue turns past green and blue, and the colours are fullest in the middle: as full as sRGB shows.
glm::dvec3 heat_in_oklab(double t) {
    constexpr double kLightest = 0.985, kDarkest = 0.26;
    constexpr double kFirstHue = 112, kLastHue = 305;  // degrees
    constexpr double kLeastChroma = 0.008, kMoreChroma = 0.122;
    const double hue = glm::radians(kFirstHue + (kLastHue - kFirstHue) * std::pow(t, 0.7));
    const double chroma = kLeastChroma + kMoreChroma * std::sin(0.8 * std::numbers::pi * t);
    return {kLightest + (kDarkest - kLightest) * t, chroma * std::cos(hue), chroma * std::sin(hue)};
}

double luminance(Colour c) {
    return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
}

}  // namespace

Colour heat(double value) {
    if (std::isnan(value)) {
        return {255, 0, 255};
    }
    const glm::dvec3 rgb = linear_from_oklab(heat_in_oklab(std::clamp(value, 0.0, 1.0)));
    return {encode(rgb.x), encode(rgb.y), encode(rgb.z)};
}

Colour night(Colour colour) {
    constexpr double kPaperAtNight = 0.2, kSteepness = 0.8;  // steeper at first, or lines would be lost in the dark
    const glm::dvec3 lab = oklab_from_linear({decode(colour.red), decode(colour.green), decode(colour.blue)});
    const double light = kPaperAtNight + (1 - kPaperAtNight) * std::pow(std::clamp(1 - lab.x, 0.0, 1.0), kSteepness);
    const glm::dvec3 rgb = linear_from_oklab({light, lab.y, lab.z});
    return {encode(rgb.x), encode(rgb.y), encode(rgb.z)};
}

Colour mix(Colour from, Colour to, double amount) {
    const glm::dvec3 a(from.red, from.green, from.blue), b(to.red, to.green, to.blue);
    const glm::dvec3 mixed = glm::round(glm::mix(a, b, std::clamp(amount, 0.0, 1.0)));
    return {static_cast<uint8_t>(mixed.x), static_cast<uint8_t>(mixed.y), static_cast<uint8_t>(mixed.z)};
}

Colour readable_on(Colour background) {
    return luminance(background) > 140 ? kInk : kPaper;
}

}  // namespace heed::draw
