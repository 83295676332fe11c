"""What each family of vision transformers calls its tensors, and where their computations differ."""
from dataclasses import dataclass


@dataclass
class Shape:
    image: int
    patch: int
    hidden: int
    layers: int
    heads: int
    mlp: int
    labels: int
    eps: float
    registers: int = 0
    swiglu: bool = False
    pool: str = "token"  # or "avg", in timm's files


class HuggingFace:
    """ViT, and what DeiT and DINOv2 share with it."""

    base, prefix, antialias, classifiers, bias = "vit", 1, False, ("classifier",), True
    block = {"before": "layernorm_before", "after": "layernorm_after", "query": "attention.attention.query", "key": "attention.attention.key",
             "value": "attention.attention.value", "out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense"}
    scales = {}

    def __init__(self, shape):
        at = self.base + ".embeddings."
        self.shape = shape
        self.first = [at + "cls_token"]
        self.positions = at + "position_embeddings"
        self.patch = at + "patch_embeddings.projection"
        self.norm, self.pooled_norm = self.base + ".layernorm", None
        self.registers = None
        self.unused = {}

    def layer(self, i, part):
        return f"{self.base}.encoder.layer.{i}.{({**self.block, **self.scales})[part]}"


class Deit(HuggingFace):
    base, prefix, classifiers = "deit", 2, ("cls_classifier", "distillation_classifier")

    def __init__(self, shape):
        super().__init__(shape)
        self.first.append("deit.embeddings.distillation_token")


class Dinov2(HuggingFace):
    base = "dinov2"
    block = {**HuggingFace.block, "before": "norm1", "after": "norm2", "up": "mlp.fc1", "down": "mlp.fc2"}
    scales = {"scale1": "layer_scale1.lambda1", "scale2": "layer_scale2.lambda1"}

    def __init__(self, shape):
        super().__init__(shape)
        self.unused = {self.base + ".embeddings.mask_token": (1, shape.hidden)}
        if shape.swiglu:
            self.block = {**self.block, "up": "mlp.weights_in", "down": "mlp.weights_out"}


class Dinov2WithRegisters(Dinov2):
    base, antialias = "dinov2_with_registers", True

    def __init__(self, shape):
        super().__init__(shape)
        self.registers = self.base + ".embeddings.register_tokens"


class Timm:
    """Queries, keys and values in one matrix."""

    first, prefix, antialias, classifiers, registers, scales, unused = ("cls_token",), 1, True, ("head",), None, {}, {}
    block = {"before": "norm1", "after": "norm2", "qkv": "attn.qkv", "out": "attn.proj", "up": "mlp.fc1", "down": "mlp.fc2"}
    positions, patch, norm, pooled_norm = "pos_embed", "patch_embed.proj", "norm", None
    bias = True  # of qkv

    def __init__(self, shape):
        self.shape = shape

    def layer(self, i, part):
        return f"blocks.{i}.{({**self.block, **self.scales})[part]}"


class TimmDistilled(Timm):
    first, prefix, classifiers = ("cls_token", "dist_token"), 2, ("head", "head_dist")


class TimmRegisters(Timm):
    """Only patches have positions."""

    prefix, registers, scales = 0, "reg_token", {"scale1": "ls1.gamma", "scale2": "ls2.gamma"}


class TimmGap(Timm):
    """No class token: the mean of what the final norm made of the patches."""

    first, prefix, bias, scales = (), 0, False, {"scale1": "ls1.gamma", "scale2": "ls2.gamma"}


class TimmPooledNorm(Timm):
    """A class token that the pooling leaves out; the norm comes after the pooling."""

    norm, pooled_norm = None, "fc_norm"
