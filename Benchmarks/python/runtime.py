#!/usr/bin/env python3
"""Times one public runtime on one model, on request: runtime.py ENGINE THREADS MODEL.onnx

Engines: onnxruntime, openvino (its own choice of precision), openvino-f32, ort-int8 and ov-int8 (what quantise_peers.py made of the
model in Benchmarks/.work/int8). Says {"ready": …} when it has warmed up; then answers each line with a number n by a JSON array of n durations in seconds.
"""
import json
import os
import sys
import time

import numpy as np
import onnx

QUANTISED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.work/int8")
ELEMENTS = {onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.UINT8: np.uint8}


def random_input(path):
    port = onnx.load(path, load_external_data=False).graph.input[0].type.tensor_type
    shape = [dimension.dim_value or 1 for dimension in port.shape.dim]
    values = np.random.default_rng(7).random(shape, dtype=np.float32)
    kind = ELEMENTS[port.elem_type]
    return values if kind is np.float32 else (values * 255).astype(kind)


def onnxruntime_runner(path, threads, values):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: values}
    return lambda: session.run(None, feed)


def openvino_runner(path, threads, values, single):
    import openvino

    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    if single:
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
    request.set_input_tensor(openvino.Tensor(values))
    return request.infer


def main():
    engine, threads, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    values = random_input(path)
    if engine.endswith("-int8"):
        name = os.path.splitext(os.path.basename(path))[0]
        path = os.path.join(QUANTISED, f"{name}.{engine}." + ("onnx" if engine == "ort-int8" else "xml"))
    if engine in ("onnxruntime", "ort-int8"):
        run = onnxruntime_runner(path, threads, values)
    else:
        run = openvino_runner(path, threads, values, single=engine == "openvino-f32")
    for _ in range(4):
        run()
    print(json.dumps({"ready": engine}), flush=True)
    for line in sys.stdin:
        durations = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            durations.append(time.perf_counter() - start)
        print(json.dumps(durations), flush=True)


if __name__ == "__main__":
    main()
