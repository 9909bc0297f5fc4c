#!/usr/bin/env python3
"""Quantises a detector to 8 bits with the tools of two public runtimes: quantise_peers.py MODEL.onnx FOLDER [PATH...]

Writes FOLDER/NAME.ort-int8.onnx (ONNX Runtime, static, QDQ) and FOLDER/NAME.ov-int8.xml (NNCF for OpenVINO). Ranges come from 64 frames
of the pictures, videos and folders given, prepared as YOLOX wants them (BGR, 0 to 255, top left, padded with 114), or from noise. What
follows the last convolutions is left in f32: boxes and scores share tensors there, and one scale for both would destroy the scores.
"""
import argparse
import glob
import os
import tempfile

import cv2
import numpy as np
import onnx
from onnx import version_converter

FRAMES = 64


def frames(paths, count):
    """`count` pictures, the same number from each path, evenly spaced."""
    paths = [file for path in paths for file in (sorted(glob.glob(path + "/**", recursive=True)) if os.path.isdir(path) else [path])]
    paths = [path for path in paths if os.path.isfile(path)]
    share = -(-count // len(paths))
    for path in paths:
        picture = cv2.imread(path)
        if picture is not None:
            yield picture
            continue
        video = cv2.VideoCapture(path)
        length = max(int(video.get(cv2.CAP_PROP_FRAME_COUNT)), 1)
        wanted = {(2 * part + 1) * length // (2 * share) for part in range(share)}
        for index in range(max(wanted) + 1):
            if not video.grab():
                break
            if index in wanted:
                yield video.retrieve()[1]


def letterbox(picture, height, width):
    ratio = min(height / picture.shape[0], width / picture.shape[1])
    size = int(picture.shape[1] * ratio), int(picture.shape[0] * ratio)
    padded = np.full((height, width, 3), 114, np.uint8)
    padded[:size[1], :size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return padded.transpose(2, 0, 1)[None].astype(np.float32)


def calibration_inputs(model, paths):
    port = model.graph.input[0]
    shape = [dimension.dim_value or 1 for dimension in port.type.tensor_type.shape.dim]
    if paths:
        return port.name, [letterbox(frame, *shape[2:]) for frame in frames(paths, FRAMES)][:FRAMES]
    random = np.random.default_rng(5)
    return port.name, [random.random(shape, dtype=np.float32) for _ in range(FRAMES)]


def behind_last_convolutions(model):
    """Names of the nodes between the last convolutions and the outputs."""
    producers = {output: node for node in model.graph.node for output in node.output}
    names, pending = set(), [output.name for output in model.graph.output]
    while pending:
        node = producers.get(pending.pop())
        if node is not None and node.op_type != "Conv" and node.name not in names:
            names.add(node.name)
            pending += node.input
    return sorted(names)


def for_onnxruntime(path, target, name, inputs, method):
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.values = iter(inputs)

        def get_next(self):
            value = next(self.values, None)
            return None if value is None else {name: value}

    prepared = path + ".prepared.onnx"
    quant_pre_process(path, prepared, skip_symbolic_shape=True)
    quantization.quantize_static(
        prepared, target, Reader(), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
        activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
        nodes_to_exclude=behind_last_convolutions(onnx.load(prepared)), calibrate_method=getattr(quantization.CalibrationMethod, method))


def for_openvino(path, target, inputs, accurate):
    import nncf
    import openvino

    model = openvino.convert_model(path)  # folds the biases, so that NNCF can correct them
    ignored = nncf.IgnoredScope(names=behind_last_convolutions(onnx.load(path)), validate=False)
    quantised = nncf.quantize(
        model, nncf.Dataset(inputs), preset=nncf.QuantizationPreset.MIXED, target_device=nncf.TargetDevice.CPU,
        subset_size=len(inputs), fast_bias_correction=not accurate, ignored_scope=ignored)
    openvino.save_model(quantised, target, compress_to_fp16=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("folder")
    parser.add_argument("material", nargs="*")
    parser.add_argument("--method", default="Percentile", choices=["MinMax", "Percentile", "Entropy"], help="how ONNX Runtime finds ranges")
    parser.add_argument("--accurate", action="store_true", help="OpenVINO: the slower bias correction")
    parser.add_argument("--only", choices=["ort", "ov"])
    arguments = parser.parse_intermixed_args()
    os.makedirs(arguments.folder, exist_ok=True)
    base = os.path.join(arguments.folder, os.path.splitext(os.path.basename(arguments.model))[0])
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "model.onnx")
        model = version_converter.convert_version(onnx.load(arguments.model), 17)  # a scale for each channel needs 13
        onnx.save(model, path)
        name, inputs = calibration_inputs(model, arguments.material)
        if arguments.only != "ov":
            for_onnxruntime(path, base + ".ort-int8.onnx", name, inputs, arguments.method)
        if arguments.only != "ort":
            for_openvino(path, base + ".ov-int8.xml", inputs, arguments.accurate)


if __name__ == "__main__":
    main()
