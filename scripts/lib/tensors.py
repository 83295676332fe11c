"""The safetensors form: length of the header (8 bytes, little-endian), the header in JSON, the data."""
import json
import struct

import torch

NAMES = {torch.float16: "F16", torch.float32: "F32", torch.int32: "I32", torch.uint8: "U8"}
DTYPES = {name: dtype for dtype, name in NAMES.items()}


def write(path, tensors, dtype):
    header, at, data = {"__metadata__": {"format": "pt"}}, 0, []
    for name, tensor in sorted(tensors.items()):
        raw = tensor.detach().to(dtype).contiguous().numpy().tobytes()
        header[name] = {"dtype": NAMES[dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(raw)]}
        at += len(raw)
        data.append(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = DTYPES[entry["dtype"]]
        count = (end - begin) // torch.empty(0, dtype=dtype).element_size()
        tensors[name] = torch.frombuffer(data, dtype=dtype, count=count, offset=begin).view(entry["shape"])
    return tensors
