#!/usr/bin/env python3
"""Times the usual Python way from decoded frames to boxes, on request: pipeline.py THREADS YOLOX.onnx VIDEO

Frames are kept as I420 planes; a run is cv2's colour conversion, resize and padding, ONNX Runtime, decoding of the YOLOX head and
class-wise suppression. Speaks the protocol of runtime.py.
"""
import json
import subprocess
import sys
import time

import cv2
import numpy as np
import onnxruntime

FLOOR, OVERLAP, FRAMES = 0.05, 0.5, 16


def decoded_frames(video):
    probe = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries",
         "stream=width,height,nb_read_packets", "-of", "csv=p=0", video], capture_output=True, text=True, check=True)
    width, height, count = map(int, probe.stdout.strip().split(",")[:3])
    raw = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", video, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], capture_output=True,
        check=True).stdout
    size = width * height * 3 // 2
    every = [(2 * part + 1) * count // (2 * FRAMES) for part in range(FRAMES)]
    return [np.frombuffer(raw, np.uint8, size, index * size).reshape(height * 3 // 2, width) for index in every]


class Detector:
    def __init__(self, model, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        self.size = self.session.get_inputs()[0].shape[2]
        cells, strides = [], []
        for stride in (8, 16, 32):
            side = self.size // stride
            y, x = np.mgrid[:side, :side]
            cells.append(np.stack([x.ravel(), y.ravel()], 1))
            strides.append(np.full((side * side, 1), stride))
        self.cells, self.strides = np.concatenate(cells), np.concatenate(strides)

    def run(self, planes):
        picture = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)
        ratio = min(self.size / picture.shape[0], self.size / picture.shape[1])
        height, width = int(picture.shape[0] * ratio), int(picture.shape[1] * ratio)
        padded = np.full((self.size, self.size, 3), 114, np.uint8)
        padded[:height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
        values = padded.transpose(2, 0, 1)[None].astype(np.float32)
        return self.boxes(self.session.run(None, {self.input: values})[0][0], ratio)

    def boxes(self, rows, ratio):
        wanted = rows[:, 4] >= FLOOR
        rows, cells, strides = rows[wanted], self.cells[wanted], self.strides[wanted]
        classes = rows[:, 5:].argmax(1)
        scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + classes]
        centres, sizes = (rows[:, :2] + cells) * strides, np.exp(rows[:, 2:4]) * strides
        boxes = np.concatenate([centres - sizes / 2, sizes], 1) / ratio
        kept = cv2.dnn.NMSBoxesBatched(boxes.tolist(), scores.tolist(), classes.tolist(), FLOOR, OVERLAP)
        return [(int(classes[index]), float(scores[index]), boxes[index]) for index in kept]


def main():
    threads, model, video = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    cv2.setNumThreads(threads)
    detector, frames = Detector(model, threads), decoded_frames(video)
    for frame in frames[:4]:
        detector.run(frame)
    print(json.dumps({"ready": "cv2 + onnxruntime"}), flush=True)
    position = 0
    for line in sys.stdin:
        durations = []
        for _ in range(int(line)):
            start = time.perf_counter()
            detector.run(frames[position % len(frames)])
            durations.append(time.perf_counter() - start)
            position += 1
        print(json.dumps(durations), flush=True)


if __name__ == "__main__":
    main()
