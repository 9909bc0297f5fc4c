#!/usr/bin/env python3
"""Runs an ONNX model in ONNX Runtime on the CPU: the oracle that the engine's outputs are compared with.

usage: run_onnxruntime.py MODEL.onnx OUT_DIR [--seed N --range LOW,HIGH | --photo JPEG --order rgb|bgr --scale S --mean M --std D
                          --resize stretch|letterbox|letterbox-top-left] [--outputs NAME,NAME] [--check]

Writes the input as OUT_DIR/input.npy and each output as OUT_DIR/NAME.npy ('/' becomes '_'). With --outputs the model is cut there.
With --check a model that onnx.checker finds fault with is an error.
"""
import argparse
import os

import numpy as np
import onnx
import onnxruntime


def photo(options, height, width):
    import cv2

    image = cv2.imread(options.photo)
    rows, columns = image.shape[:2]
    canvas = np.full((height, width, 3), 114, np.uint8)
    if options.resize == "stretch":
        canvas = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    else:
        ratio = min(width / columns, height / rows)
        new = int(round(columns * ratio)), int(round(rows * ratio))
        left, top = ((width - new[0]) // 2, (height - new[1]) // 2) if options.resize == "letterbox" else (0, 0)
        canvas[top : top + new[1], left : left + new[0]] = cv2.resize(image, new, interpolation=cv2.INTER_LINEAR)
    if options.order == "rgb":
        canvas = canvas[:, :, ::-1]
    values = (canvas.astype(np.float32) * options.scale - options.mean) / options.std
    return np.ascontiguousarray(values[None], np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--range", default="0,1")
    parser.add_argument("--photo")
    parser.add_argument("--order", default="rgb")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--mean", type=float, default=0.0)
    parser.add_argument("--std", type=float, default=1.0)
    parser.add_argument("--resize", default="stretch")
    parser.add_argument("--outputs")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()

    os.makedirs(options.out, exist_ok=True)
    path = options.model
    if options.check:
        onnx.checker.check_model(path, full_check=True)
    if options.outputs:
        path = os.path.join(options.out, "cut.onnx")
        first = onnx.load(options.model).graph.input[0].name
        onnx.utils.extract_model(options.model, path, [first], options.outputs.split(","), check_model=False)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    shape = [extent if isinstance(extent, int) else 1 for extent in entry.shape]
    if options.photo:
        channels_last = shape[3] == 3
        values = photo(options, *shape[1:3]) if channels_last else photo(options, *shape[2:]).transpose(0, 3, 1, 2).copy()
    else:
        low, high = map(float, options.range.split(","))
        values = np.random.default_rng(options.seed).uniform(low, high, shape).astype(np.float32)
    if entry.type == "tensor(uint8)":
        values = values.astype(np.uint8)
    np.save(os.path.join(options.out, "input.npy"), values)
    names = [output.name for output in session.get_outputs()]
    for name, result in zip(names, session.run(names, {entry.name: values})):
        np.save(os.path.join(options.out, name.replace("/", "_") + ".npy"), result)


if __name__ == "__main__":
    main()
