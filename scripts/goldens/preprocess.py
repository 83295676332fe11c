#!/usr/bin/env python3
"""What the published processors make of small pictures, with Pillow and NumPy: tests/golden/preprocess.txt, one line a case: the name
of the config file, the config, width and height of the picture (drawn as resize.py does), width and height of the result, and its
float32 numbers in hexadecimal, low byte first. docs/preprocessing.md tells the rules in words.

With --photos FOLDER it writes tests/golden/preprocess_photos.txt instead: 64 numbers of each photo there, prepared for ViT-Tiny.
"""
import argparse
import json
import math
import pathlib

import numpy
from PIL import Image

from resize import drawn

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests/golden"
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
HALVES = ([0.5] * 3, [0.5] * 3)
DEFAULTS = {  # size, filter, crop, mean and deviation
    "ViT": ({"height": 224, "width": 224}, 2, None, HALVES),
    "DeiT": ({"height": 256, "width": 256}, 3, {"height": 224, "width": 224}, HALVES),
    "Bit": ({"shortest_edge": 224}, 3, {"height": 224, "width": 224}, CLIP),
}
TIMM_FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}


def shortest_edge(picture, edge):
    """width and height with the shorter side of that length, the longer truncated"""
    width, height = picture.size
    longer = int(edge * max(width, height) / min(width, height))
    return (edge, longer) if width <= height else (longer, edge)


def size_of(given, default, one_is_edge=False):
    if given is None:
        return default
    if isinstance(given, int):
        return {"shortest_edge": given} if one_is_edge else {"height": given, "width": given}
    return {"height": given[0], "width": given[1]} if isinstance(given, list) else given


def crop_numpy(pixels, height, width):
    """transformers' own: the offset rounded down; too small a picture is laid on black with the larger part of it before"""
    full_height, full_width = pixels.shape[:2]
    canvas = numpy.zeros((max(height, full_height), max(width, full_width), 3), pixels.dtype)
    above, left = math.ceil((canvas.shape[0] - full_height) / 2), math.ceil((canvas.shape[1] - full_width) / 2)
    canvas[above : above + full_height, left : left + full_width] = pixels
    top, start = (full_height - height) // 2 + above, (full_width - width) // 2 + left
    return canvas[top : top + height, start : start + width]


def crop_torchvision(pixels, height, width, border=(0, 0, 0)):
    """torchvision's: laid on a border with the smaller part of it before, then the offset rounded, halves to even"""
    missing_height, missing_width = max(height - pixels.shape[0], 0), max(width - pixels.shape[1], 0)
    canvas = numpy.empty((pixels.shape[0] + missing_height, pixels.shape[1] + missing_width, 3), pixels.dtype)
    canvas[:] = border
    above, left = missing_height // 2, missing_width // 2
    canvas[above : above + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    top, start = round((canvas.shape[0] - height) / 2), round((canvas.shape[1] - width) / 2)
    return canvas[top : top + height, start : start + width]


def hugging_face(config, picture):
    name = config.get("image_processor_type") or config["feature_extractor_type"]
    fast = name.endswith("Fast")
    family = name.replace("ImageProcessor", "").replace("FeatureExtractor", "").replace("Fast", "")
    size, resample, crop, (mean, deviation) = DEFAULTS[family]
    size = size_of(config.get("size"), size, one_is_edge=family == "Bit")
    if config.get("do_resize", True):
        wanted = shortest_edge(picture, size["shortest_edge"]) if "shortest_edge" in size else (size["width"], size["height"])
        picture = picture.resize(wanted, config.get("resample", resample))
    pixels = numpy.array(picture)
    can_crop = fast or family != "ViT"
    if can_crop and config.get("do_center_crop", crop is not None):
        crop = size_of(config.get("crop_size"), crop)
        pixels = (crop_torchvision if fast else crop_numpy)(pixels, crop["height"], crop["width"])
    if config.get("do_rescale", True):
        pixels = (pixels.astype(numpy.float64) * config.get("rescale_factor", 1 / 255)).astype(numpy.float32)
    pixels = pixels.astype(numpy.float32)
    if config.get("do_normalize", True):
        mean, deviation = config.get("image_mean", mean), config.get("image_std", deviation)
        pixels = (pixels - numpy.array(mean, numpy.float32)) / numpy.array(deviation, numpy.float32)
    return pixels


def keep_ratio(picture, width, height, longest):
    ratios = picture.size[0] / width, picture.size[1] / height
    ratio = max(ratios) if longest else min(ratios)
    return tuple(round(side / ratio) for side in picture.size)


def timm(config, picture):
    config = config.get("pretrained_cfg", config)
    _, height, width = config.get("input_size", [3, 224, 224])
    mean, deviation = config.get("mean", IMAGENET[0]), config.get("std", IMAGENET[1])
    resample = TIMM_FILTERS[config.get("interpolation", "bicubic")]
    scaled_height, scaled_width = (math.floor(side / config.get("crop_pct", 0.875)) for side in (height, width))
    border = (0, 0, 0)
    mode = config.get("crop_mode", "center")
    if mode == "squash":
        picture = picture.resize((scaled_width, scaled_height), resample)
    elif mode == "border":
        picture = picture.resize(keep_ratio(picture, scaled_width, scaled_height, True), resample)
        border = [round(255 * value) for value in mean]
    elif scaled_width == scaled_height:
        picture = picture.resize(shortest_edge(picture, scaled_width), resample)
    else:
        picture = picture.resize(keep_ratio(picture, scaled_width, scaled_height, False), Image.BILINEAR)
    pixels = crop_torchvision(numpy.array(picture), height, width, border).astype(numpy.float32) / numpy.float32(255)
    return (pixels - numpy.array(mean, numpy.float32)) / numpy.array(deviation, numpy.float32)


def cases():
    small = {"height": 11, "width": 11}
    mean = {"image_mean": IMAGENET[0], "image_std": IMAGENET[1]}
    for name in ("ViTImageProcessor", "ViTImageProcessorFast"):
        kind = {"image_processor_type": name}
        yield {**kind, "size": {"height": 9, "width": 13}}, (31, 20)
        yield {**kind, "size": 10, "resample": 3, **mean}, (17, 40)
        yield {**kind, "size": 12, "do_center_crop": True, "crop_size": 9}, (31, 20)  # only the fast one crops
    yield {"feature_extractor_type": "ViTFeatureExtractor", "size": [8, 12], "resample": 0}, (31, 20)
    yield {"image_processor_type": "ViTImageProcessor", "size": 8, "do_rescale": False}, (20, 31)
    yield {"image_processor_type": "ViTImageProcessor", "size": 8, "do_normalize": False, "rescale_factor": 1 / 127.5}, (20, 31)
    yield {"image_processor_type": "ViTImageProcessor", "do_resize": False}, (13, 10)
    for name in ("DeiTImageProcessor", "DeiTImageProcessorFast", "DeiTFeatureExtractor"):
        kind = {"image_processor_type": name}
        yield {**kind, "size": 14, "crop_size": small, **mean}, (31, 20)  # 3 too many: 1 before or 2
        yield {**kind, "size": {"height": 8, "width": 16}, "crop_size": small}, (20, 31)  # 3 missing above and below
        yield {**kind, "size": {"height": 8, "width": 12}, "do_center_crop": False}, (31, 20)
    for name in ("BitImageProcessor", "BitImageProcessorFast"):
        kind = {"image_processor_type": name}
        yield {**kind, "size": {"shortest_edge": 13}, "crop_size": {"height": 10, "width": 10}, **mean}, (31, 20)  # 20.15 wide
        yield {**kind, "size": 13, "crop_size": 10}, (20, 31)
        yield {**kind, "size": {"shortest_edge": 9}, "crop_size": {"height": 12, "width": 16}, "resample": 2}, (31, 20)
        yield {**kind, "size": {"shortest_edge": 7}, "do_center_crop": False}, (31, 20)
        yield {**kind, "size": {"height": 12, "width": 14}, "crop_size": [9, 9]}, (31, 20)


def timm_cases():
    tiny = {"input_size": [3, 10, 10], "crop_pct": 0.9, **{"mean": HALVES[0], "std": HALVES[1]}}
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "crop_mode": "center", "interpolation": "bicubic"}}, (31, 20)
    yield {"architecture": "vit", "pretrained_cfg": {"input_size": [3, 10, 10]}}, (20, 31)  # crop_pct 0.875: 11 before the crop
    yield {"architecture": "vit", **tiny, "interpolation": "bilinear"}, (20, 31)  # as older ones have it
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "crop_mode": "squash", "crop_pct": 0.7}}, (31, 20)
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "crop_mode": "border", "crop_pct": 1.0, "mean": IMAGENET[0]}}, (31, 20)
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "crop_mode": "border", "crop_pct": 0.6}}, (20, 31)
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "input_size": [3, 8, 12]}}, (31, 20)
    yield {"architecture": "vit", "pretrained_cfg": {**tiny, "input_size": [3, 12, 8], "interpolation": "lanczos"}}, (31, 20)


def line(file, config, size, prepare):
    pixels = prepare(config, Image.fromarray(drawn(*size, 3)))
    written = json.dumps(config, separators=(",", ":"))
    digits = numpy.ascontiguousarray(pixels.transpose(2, 0, 1)).astype("<f4").tobytes().hex()
    return f"{file} {written} {size[0]} {size[1]} {pixels.shape[1]} {pixels.shape[0]} {digits}\n"


def photo_line(path):
    config = {"input_size": [3, 224, 224], "crop_pct": 0.9, "mean": HALVES[0], "std": HALVES[1]}
    pixels = timm(config, Image.open(path).convert("RGB")).transpose(2, 0, 1).reshape(-1)
    chosen = [pixels[(k * 104729 + 17) % pixels.size] for k in range(64)]
    return " ".join([path.name, *(f"{round(float(value + 1) * 127.5)}" for value in chosen)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=pathlib.Path)
    options = parser.parse_args()
    if options.photos:
        (GOLDEN / "preprocess_photos.txt").write_text("".join(photo_line(path) for path in sorted(options.photos.iterdir())))
        return
    lines = [line("preprocessor_config.json", config, size, hugging_face) for config, size in cases()]
    lines += [line("config.json", config, size, timm) for config, size in timm_cases()]
    (GOLDEN / "preprocess.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
