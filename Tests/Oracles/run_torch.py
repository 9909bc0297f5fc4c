#!/usr/bin/env python3
"""Runs model definitions in PyTorch: the oracle that built networks are compared with.

usage: run_torch.py FOLDER NAME…

For each NAME reads FOLDER/NAME.yaml, NAME.safetensors (parameters, every one of which must have its place) and NAME.in.npy, and
writes NAME.out.npy, what the network of tools/windhover_modules.py puts out.
"""
import json
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
import windhover_modules  # noqa: E402


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: torch.from_numpy(np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").copy()).view(entry["shape"])
        for name, entry in header.items()
    }


def main():
    folder = sys.argv[1]
    torch.set_num_threads(1)
    for name in sys.argv[2:]:
        base = os.path.join(folder, name)
        network = windhover_modules.Network(base + ".yaml").eval()
        missing, unexpected = network.load_state_dict(tensors(base + ".safetensors"), strict=False)
        missing = [key for key in missing if not key.endswith("num_batches_tracked")]
        assert not missing and not unexpected, (name, missing, unexpected)
        with torch.no_grad():
            np.save(base + ".out.npy", network(torch.from_numpy(np.load(base + ".in.npy"))).numpy())


if __name__ == "__main__":
    main()
