#!/usr/bin/env python3
"""Scores real detectors with ONNX Runtime, decoding written from their papers and notes, and pycocotools: the oracle that the AP of
`windhover eval coco` is compared with.

usage: run_coco_models.py [--every-class] [--floor SCORE] [--limit N] IMAGES ANNOTATIONS MODEL.onnx…

The models are those of MODELS below, by file name. Prints a JSON object: the figures of run_pycocotools.py for each model. A row of
a model counts for its best class, with --every-class for every class at or above the floor, as YOLOv5's validation has it.
"""
import argparse
import json
import os

import cv2
import numpy as np
import onnxruntime
from run_pycocotools import scores

IMAGENET = np.array([123.675, 116.28, 103.53], np.float32), np.array([58.395, 57.12, 57.375], np.float32)
ANCHORS = {8: [(10, 13), (16, 30), (33, 23)], 16: [(30, 61), (62, 45), (59, 119)], 32: [(116, 90), (156, 198), (373, 326)]}
FASTEST_ANCHORS = {16: [(12, 18), (37, 49), (52, 132)], 32: [(115, 73), (119, 199), (242, 238)]}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cells(side, stride):
    """Column and row of each cell in raster order."""
    rows, columns = np.divmod(np.arange((side // stride) ** 2), side // stride)
    return np.stack([columns, rows], 1).astype(np.float32)


def corners(centres, extents):
    return np.concatenate([centres - extents / 2, centres + extents / 2], -1)


# Each gives corners in input pixels [N, 4] and class scores [N, classes].


def yolov5_decoded(outputs, side):
    rows = outputs[0][0]
    return corners(rows[:, :2], rows[:, 2:4]), rows[:, 4:5] * rows[:, 5:]


def yolox(outputs, side):
    rows = outputs[0][0]
    grid = np.concatenate([cells(side, s) for s in (8, 16, 32)])
    strides = np.concatenate([np.full(((side // s) ** 2, 1), s, np.float32) for s in (8, 16, 32)])
    return corners((rows[:, :2] + grid) * strides, np.exp(rows[:, 2:4]) * strides), rows[:, 4:5] * rows[:, 5:]


def anchored(outputs, side, anchors, squares):
    """YOLOv5's raw maps [1, anchors, cells, 85], where squares, or YOLOv3's [1, anchors * 85, rows, columns]."""
    boxes, found = [], []
    for output in outputs:
        if not squares:
            output = output.reshape(1, 3, -1, output.shape[2] * output.shape[3]).transpose(0, 1, 3, 2)
        stride = side // int(round(output.shape[2] ** 0.5))
        for anchor, rows in zip(anchors[stride], output[0]):
            p = sigmoid(rows)
            if squares:
                centres, extents = (2 * p[:, :2] - 0.5 + cells(side, stride)) * stride, (2 * p[:, 2:4]) ** 2
            else:
                centres, extents = (p[:, :2] + cells(side, stride)) * stride, np.exp(rows[:, 2:4])
            boxes.append(corners(centres, extents * np.array(anchor, np.float32)))
            found.append(p[:, 4:5] * p[:, 5:])
    return np.concatenate(boxes), np.concatenate(found)


def distributions(outputs, side):
    """NanoDet's and PicoDet's: scores of all maps, then distances to the sides in distributions over eight strides."""
    outputs = [output.reshape(-1, output.shape[-1]) for output in outputs]
    half = len(outputs) // 2
    boxes = []
    for rows in outputs[half:]:
        stride = round(side / rows.shape[0] ** 0.5)
        centres = (cells(side, stride) + 0.5) * stride
        distances = softmax(rows.reshape(-1, 4, 8)) @ np.arange(8, dtype=np.float32) * stride
        boxes.append(np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], 1))
    return np.concatenate(boxes), np.concatenate(outputs[:half])


def fastestdet(outputs, side):
    rows = outputs[0][0].reshape(85, -1).T
    centres = (np.tanh(rows[:, 1:3]) + cells(side, 16)) * 16
    return corners(centres, sigmoid(rows[:, 3:5]) * side), rows[:, :1] ** 0.6 * rows[:, 5:] ** 0.4


def ssd_anchors():
    """MobileNet's of 300 pixels: centre y, x, height, width, rounded to bytes as in the file that the model came from."""
    scales = [0.2 + 0.15 * layer for layer in range(6)] + [1.0]
    boxes = []
    for layer, cell_count in enumerate((19, 10, 5, 3, 2, 1)):
        kinds = [(scales[layer], ratio) for ratio in (1, 2, 0.5, 3, 1 / 3)]
        kinds.append(((scales[layer] * scales[layer + 1]) ** 0.5, 1))
        if layer == 0:
            kinds = [(0.1, 1), (0.2, 2), (0.2, 0.5)]
        for row in range(cell_count):
            for column in range(cell_count):
                centre = ((row + 0.5) / cell_count, (column + 0.5) / cell_count)
                boxes += [(*centre, scale / ratio**0.5, scale * ratio**0.5) for scale, ratio in kinds]
    boxes = np.array(boxes)
    step = boxes.max() / 255
    return np.floor(boxes / step + 0.5) * step


def ssd(outputs, side):
    encodings, anchors = outputs[0][0], ssd_anchors()
    centres = encodings[:, :2] / 10 * anchors[:, 2:] + anchors[:, :2]
    extents = np.exp(encodings[:, 2:] / 5) * anchors[:, 2:]
    # y before x in both.
    return corners(centres[:, ::-1], extents[:, ::-1]) * side, sigmoid(outputs[1][0])[:, 1:]


def raw(picture):
    return picture.astype(np.float32)


def unit(picture):
    return picture.astype(np.float32) / 255


def imagenet(rgb):
    mean, deviation = IMAGENET if rgb else (IMAGENET[0][::-1], IMAGENET[1][::-1])
    return lambda picture: (picture - mean) / deviation


# Order of colours, how the picture is fitted, what is done to pixels, decoding, overlap for suppression.
MODELS = {
    "yolov5n": ("rgb", "centre", unit, yolov5_decoded, 0.5),
    "yolox_nano": ("bgr", "top-left", raw, yolox, 0.5),
    "nanodet_m_320_unsimplified": ("bgr", "stretch", imagenet(False), distributions, 0.5),
    "picodet_s_320": ("rgb", "stretch", imagenet(True), distributions, 0.5),
    "fastestdet": ("bgr", "stretch", unit, fastestdet, 0.5),
    "yolo_fastest_1.1_xl": ("rgb", "stretch", unit, lambda o, side: anchored(o, side, FASTEST_ANCHORS, False), 0.5),
    "yolov5_lite_e": ("rgb", "centre", unit, lambda o, side: anchored(o, side, ANCHORS, True), 0.5),
    "ssd_mobilenetv1_coco": ("rgb", "area", lambda picture: picture, ssd, 0.6),
}


def fit(picture, side, how):
    """The picture in a square, with the factors and margins that lead there."""
    height, width = picture.shape[:2]
    if how in ("stretch", "area"):
        kind = cv2.INTER_AREA if how == "area" else cv2.INTER_LINEAR
        return cv2.resize(picture, (side, side), interpolation=kind), (side / width, side / height), (0, 0)
    ratio = min(side / width, side / height)
    new = int(round(width * ratio)), int(round(height * ratio))
    left, top = ((side - new[0]) // 2, (side - new[1]) // 2) if how == "centre" else (0, 0)
    canvas = np.full((side, side, 3), 114, np.uint8)
    canvas[top : top + new[1], left : left + new[0]] = cv2.resize(picture, new, interpolation=cv2.INTER_LINEAR)
    return canvas, (ratio, ratio), (left, top)


def suppressed(boxes, strengths, overlap):
    """Indices of the boxes of one class that stay, strongest first."""
    order = np.argsort(-strengths, kind="stable")
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept = []
    while order.size:
        first, rest = order[0], order[1:]
        kept.append(first)
        low, high = np.maximum(boxes[first, :2], boxes[rest, :2]), np.minimum(boxes[first, 2:], boxes[rest, 2:])
        shared = np.prod(np.clip(high - low, 0, None), 1)
        order = rest[shared <= overlap * (areas[first] + areas[rest] - shared)]
    return kept


def detections(boxes, strengths, options, overlap):
    """Corners, class and score of what stays of a picture."""
    wanted = strengths >= options.floor
    if not options.every_class:
        wanted &= np.arange(strengths.shape[1]) == strengths.argmax(1)[:, None]
    rows, kinds = np.nonzero(wanted)
    # Many times what stays in the end; what is weaker comes to nothing.
    order = np.argsort(-strengths[rows, kinds], kind="stable")[: 10 * options.limit]
    rows, kinds = rows[order], kinds[order]
    found = []
    for kind in np.unique(kinds):
        of_kind = rows[kinds == kind]
        for index in suppressed(boxes[of_kind], strengths[of_kind, kind], overlap):
            found.append((strengths[of_kind[index], kind], kind, boxes[of_kind[index]]))
    found.sort(key=lambda entry: -entry[0])
    return found[: options.limit]


def run(path, truth, options):
    order, how, pixels, decode, overlap = MODELS[os.path.splitext(os.path.basename(path))[0]]
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    port = session.get_inputs()[0]
    channels_last = port.shape[3] == 3
    side = port.shape[2]
    # Labels of 80 classes are in the order of the categories; those of 90 are their numbers.
    numbers = sorted(category["id"] for category in truth["categories"])
    results = []
    for image in truth["images"]:
        picture = cv2.imread(os.path.join(options.images, image["file_name"]))
        canvas, factors, margins = fit(picture, side, how)
        values = pixels(canvas[:, :, ::-1] if order == "rgb" else canvas)
        values = np.ascontiguousarray(values[None] if channels_last else values.transpose(2, 0, 1)[None])
        boxes, strengths = decode(session.run(None, {port.name: values}), side)
        boxes = (boxes - np.tile(margins, 2)) / np.tile(factors, 2)
        for score, kind, box in detections(boxes, strengths, options, overlap):
            category = numbers[kind] if strengths.shape[1] == 80 else int(kind) + 1
            low = np.clip(box[:2], 0, (image["width"], image["height"]))
            high = np.clip(box[2:], 0, (image["width"], image["height"]))
            if category in numbers and (high > low).all():
                rectangle = [*map(float, low), *map(float, high - low)]
                results.append(
                    {"image_id": image["id"], "category_id": category, "bbox": rectangle, "score": float(score)}
                )
    return scores(options.annotations, results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images")
    parser.add_argument("annotations")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--every-class", action="store_true")
    parser.add_argument("--floor", type=float, default=0.001)
    parser.add_argument("--limit", type=int, default=300)
    options = parser.parse_args()
    with open(options.annotations) as file:
        truth = json.load(file)
    print(json.dumps({os.path.splitext(os.path.basename(path))[0]: run(path, truth, options) for path in options.models}))


if __name__ == "__main__":
    main()
