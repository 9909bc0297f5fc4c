#!/usr/bin/env python3
"""Write the parameters of a trained PyTorch checkpoint as safetensors, for `windhover model build --weights`.

usage: state_dict.py CHECKPOINT.pt OUTPUT.safetensors

CHECKPOINT is what YOLOv5's or YOLOv7's train.py saves (its smoothed weights are taken where it has them), or a plain state dictionary.
Such a file holds Python objects: loading one runs code that is in it, so take only files that you trust. Run this where the trainer
can be imported, in its folder for example. Needs PyTorch only.
"""
import json
import struct
import sys

import torch


def state_dict(path):
    """Tensors by name."""
    loaded = torch.load(path, map_location="cpu", weights_only=False)
    if isinstance(loaded, dict) and ("ema" in loaded or "model" in loaded):
        loaded = loaded.get("ema") or loaded["model"]
    return loaded if isinstance(loaded, dict) else loaded.state_dict()


def write(tensors, path):
    """Floats as F32; counters and other integers are left out."""
    header, parts, position = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        if not torch.is_tensor(tensor) or not tensor.is_floating_point():
            continue
        data = tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [position, position + len(data)]}
        parts.append(data)
        position += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
    return len(header)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{write(state_dict(sys.argv[1]), sys.argv[2])} tensors in {sys.argv[2]}")
