#!/usr/bin/env python3
"""Writes tests/golden/vit: small vision transformers of every family with random weights, and what they answer in double precision.

    scripts/goldens/vit.py [FOLDER]

Each folder is a checkpoint as its family publishes it, and golden-HxW.safetensors: "pixels" [B,3,H,W], "logits" [B,labels],
"hidden" [B,T,hidden], "attentions" [layers,B,heads,T,T]. One of the sizes differs from that of training, so positions are interpolated.
"""
import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors
from families import Deit, Dinov2, Dinov2WithRegisters, HuggingFace, Shape, Timm, TimmDistilled, TimmGap, TimmPooledNorm, TimmRegisters
from forward import forward

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def random_weights(names, dice):
    """Wide enough that attention is uneven and logits are of the order of one; rounded to f32."""
    shape, w = names.shape, {}
    normal = lambda *size, std=1.0: torch.randn(*size, generator=dice) * std

    def add(name, outputs, inputs, gain=1.0, bias=True):
        w[name + ".weight"] = normal(outputs, inputs, std=gain / inputs ** 0.5)
        if bias:
            w[name + ".bias"] = normal(outputs, std=0.1)

    def add_norm(name):
        w[name + ".weight"], w[name + ".bias"] = 1 + normal(shape.hidden, std=0.1), normal(shape.hidden, std=0.1)

    for token in names.first:
        w[token] = normal(1, 1, shape.hidden)
    w[names.positions] = normal(1, (shape.image // shape.patch) ** 2 + names.prefix, shape.hidden, std=0.7)
    if names.registers:
        w[names.registers] = normal(1, shape.registers, shape.hidden)
    for name, size in names.unused.items():
        w[name] = normal(*size)
    w[names.patch + ".weight"] = normal(shape.hidden, 3, shape.patch, shape.patch, std=(3 * shape.patch ** 2) ** -0.5)
    w[names.patch + ".bias"] = normal(shape.hidden, std=0.1)
    for i in range(shape.layers):
        for part in names.block:
            name = names.layer(i, part)
            if part in ("before", "after"):
                add_norm(name)
            elif part == "qkv":
                add(name, 3 * shape.hidden, shape.hidden, 1.4, names.bias)
            elif part in ("up", "down"):
                sizes = (shape.mlp * (2 if shape.swiglu else 1), shape.hidden) if part == "up" else (shape.hidden, shape.mlp)
                add(name, *sizes)
            else:
                add(name, shape.hidden, shape.hidden, 1.4)
        for part in names.scales:
            w[names.layer(i, part)] = 0.8 + normal(shape.hidden, std=0.3)
    add_norm(names.norm or names.pooled_norm)
    for name in names.classifiers:
        add(name, shape.labels, shape.hidden * (2 if isinstance(names, Dinov2) else 1))
    return w


def labelled(config, shape):
    return {**config, "id2label": {str(i): f"LABEL_{i}" for i in range(shape.labels)}, "label2id": {f"LABEL_{i}": i for i in range(shape.labels)}}


def config_of(kind, shape, **more):
    """As the family's save_pretrained writes it; the epsilon only where it is not the family's default."""
    return labelled({
        "architectures": [kind], "hidden_act": "gelu", "hidden_size": shape.hidden, "image_size": shape.image, "num_attention_heads": shape.heads,
        "num_channels": 3, "num_hidden_layers": shape.layers, "patch_size": shape.patch, "qkv_bias": True, "torch_dtype": "float32", **more}, shape)


def timm_config(shape, architecture, **arguments):
    return {
        "architecture": architecture, "num_classes": shape.labels, "num_features": shape.hidden, "global_pool": shape.pool,
        "model_args": {"img_size": shape.image, "patch_size": shape.patch, "embed_dim": shape.hidden, "depth": shape.layers,
                       "num_heads": shape.heads, "mlp_ratio": shape.mlp / shape.hidden, **arguments},
        "pretrained_cfg": {"num_classes": shape.labels, "input_size": [3, shape.image, shape.image], "fixed_input_size": True,
                           "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
                           "first_conv": "patch_embed.proj", "classifier": "head"}}


def processor(kind, **more):
    return {"image_processor_type": kind, "do_resize": True, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, **more}


def cases():
    """name, tensor names, config.json, preprocessor_config.json, sizes of pictures."""
    half = [0.5, 0.5, 0.5]
    s = Shape(image=16, patch=4, hidden=24, layers=2, heads=2, mlp=56, labels=7, eps=1e-12)
    yield ("vit", HuggingFace(s), config_of("ViTForImageClassification", s, model_type="vit", intermediate_size=s.mlp),
           processor("ViTImageProcessor", size={"height": 16, "width": 16}, resample=2, image_mean=half, image_std=half), [(16, 16), (24, 20)])
    s = Shape(image=24, patch=8, hidden=36, layers=2, heads=3, mlp=72, labels=5, eps=1e-12)
    yield ("deit", Deit(s), config_of("DeiTForImageClassificationWithTeacher", s, model_type="deit", intermediate_size=s.mlp),
           processor("DeiTImageProcessor", size={"height": 28, "width": 28}, resample=3, do_center_crop=True,
                     crop_size={"height": 24, "width": 24}, image_mean=MEAN, image_std=STD), [(24, 24), (32, 40)])
    s = Shape(image=28, patch=7, hidden=32, layers=3, heads=2, mlp=64, labels=6, eps=1e-6)
    yield ("dinov2", Dinov2(s), config_of("Dinov2ForImageClassification", s, model_type="dinov2", mlp_ratio=2, layerscale_value=1.0, use_swiglu_ffn=False),
           processor("BitImageProcessor", size={"shortest_edge": 32}, resample=3, do_center_crop=True, do_convert_rgb=True,
                     crop_size={"height": 28, "width": 28}, image_mean=MEAN, image_std=STD), [(28, 28), (21, 35)])
    s = Shape(image=30, patch=6, hidden=32, layers=2, heads=4, mlp=88, labels=4, eps=1e-6, registers=3, swiglu=True)
    yield ("dinov2-registers", Dinov2WithRegisters(s),
           config_of("Dinov2WithRegistersForImageClassification", s, model_type="dinov2_with_registers", mlp_ratio=4, layerscale_value=1.0,
                     use_swiglu_ffn=True, num_register_tokens=3),
           processor("BitImageProcessor", size={"shortest_edge": 34}, resample=3, do_center_crop=True, do_convert_rgb=True,
                     crop_size={"height": 30, "width": 30}, image_mean=MEAN, image_std=STD), [(30, 30), (18, 42)])
    s = Shape(image=20, patch=4, hidden=32, layers=2, heads=2, mlp=64, labels=9, eps=1e-6)
    yield "timm", Timm(s), timm_config(s, "vit_tiny_patch16_224"), None, [(20, 20), (12, 28)]
    s = Shape(image=16, patch=4, hidden=24, layers=2, heads=3, mlp=48, labels=8, eps=1e-6)
    yield "timm-distilled", TimmDistilled(s), timm_config(s, "deit_tiny_distilled_patch16_224"), None, [(16, 16), (12, 20)]
    s = Shape(image=16, patch=4, hidden=24, layers=2, heads=2, mlp=48, labels=3, eps=1e-6, registers=4)
    yield ("timm-registers", TimmRegisters(s),
           timm_config(s, "vit_small_patch14_reg4_dinov2", reg_tokens=4, no_embed_class=True, init_values=1e-5), None, [(16, 16), (8, 24)])
    s = Shape(image=16, patch=4, hidden=24, layers=2, heads=3, mlp=48, labels=8, eps=1e-6, pool="avg")
    yield ("timm-gap", TimmGap(s), timm_config(s, "vit_medium_patch16_gap_256", class_token=False, global_pool="avg", qkv_bias=False,
                                               init_values=1e-6, fc_norm=False), None, [(16, 16), (20, 12)])
    s = Shape(image=12, patch=4, hidden=24, layers=2, heads=2, mlp=48, labels=6, eps=1e-6, pool="avg")
    yield "timm-pooled-norm", TimmPooledNorm(s), timm_config(s, "vit_base_patch16_224", global_pool="avg"), None, [(12, 12), (16, 16)]


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "tests" / "golden" / "vit"
    for number, (name, names, config, preprocessor, sizes) in enumerate(cases()):
        dice = torch.Generator().manual_seed(100 + number)
        at = folder / name
        at.mkdir(parents=True, exist_ok=True)
        weights = random_weights(names, dice)
        tensors.write(at / "model.safetensors", weights, torch.float32)
        (at / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        if preprocessor:
            (at / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=2) + "\n")
        for height, width in sizes:
            pixels = torch.randn(2, 3, height, width, generator=dice)
            logits, hidden, attentions = forward(names, {k: v.double() for k, v in weights.items()}, pixels.double())
            tensors.write(at / f"golden-{height}x{width}.safetensors",
                          {"pixels": pixels, "logits": logits, "hidden": hidden, "attentions": attentions}, torch.float32)


if __name__ == "__main__":
    main()
