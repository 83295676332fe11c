"""Writes the folder that heed and Hugging Face's transformers read, and computes it as they do, in f32."""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

import pictures
import vit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors


def write(folder, shape, weights):
    config = {
        "architectures": ["ViTForImageClassification"], "model_type": "vit", "hidden_size": shape.hidden, "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads, "intermediate_size": shape.mlp, "hidden_act": "gelu", "layer_norm_eps": vit.EPS,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "image_size": shape.image, "patch_size": shape.patch,
        "num_channels": 3, "qkv_bias": True, "torch_dtype": "float16",
        "id2label": {str(i): name for i, name in enumerate(pictures.NAMES)}, "label2id": {name: i for i, name in enumerate(pictures.NAMES)},
    }
    processor = {
        "image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": shape.image, "width": shape.image}, "resample": 2,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": pictures.MEAN, "image_std": pictures.STD,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")
    tensors.write(folder / "model.safetensors", weights, torch.float16)


def exact(w, shape, x):
    """x [N,3,S,S] -> logits [N,labels] in f32, from the weights as they are published."""
    n, c, heads, d = len(x), shape.hidden, shape.heads, shape.head
    linear = lambda x, name: F.linear(x, w[name + ".weight"], w[name + ".bias"])
    norm = lambda x, name: F.layer_norm(x, (c,), w[name + ".weight"], w[name + ".bias"], vit.EPS)
    patch = "vit.embeddings.patch_embeddings.projection"
    x = F.conv2d(x, w[patch + ".weight"], w[patch + ".bias"], stride=shape.patch).flatten(2).transpose(1, 2)
    x = torch.cat([w["vit.embeddings.cls_token"].expand(n, 1, c), x], 1) + w["vit.embeddings.position_embeddings"]
    for i in range(shape.layers):
        name = vit.layer_names(i)
        y = norm(x, name["before"])
        q, k, v = (linear(y, name[part]).view(n, -1, heads, d).transpose(1, 2) for part in ("query", "key", "value"))
        y = ((q @ k.transpose(2, 3)) * d ** -0.5).softmax(-1) @ v
        x = x + linear(y.transpose(1, 2).reshape(n, -1, c), name["out"])
        x = x + linear(F.gelu(linear(norm(x, name["after"]), name["up"])), name["down"])
    return linear(norm(x[:, 0], "vit.layernorm"), "classifier")
