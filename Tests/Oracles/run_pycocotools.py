#!/usr/bin/env python3
"""Scores detections with pycocotools: the oracle that COCO's figures are compared with.

usage: run_pycocotools.py FOLDER NAME…

For each NAME reads FOLDER/NAME.annotations.json (an instances file) and NAME.results.json (a results file), and writes NAME.scores.json:
"figures", the twelve of boxes, and "categories", [AP, AP50] by number.
"""
import contextlib
import io
import json
import os
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def mean(precision):
    valid = precision[precision > -1]
    return float(valid.mean()) if valid.size else -1.0


def scores(annotations, results, images=None, categories=None):
    """The figures of a results file, or of a list such as is in one."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(annotations)
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        if images is not None:
            evaluation.params.imgIds = sorted(images)
        if categories is not None:
            evaluation.params.catIds = sorted(categories)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    # Overlaps × recalls × categories × sizes × limits.
    precision = evaluation.eval["precision"]
    return {
        "figures": np.asarray(evaluation.stats).tolist(),
        "categories": {
            str(category): [mean(precision[:, :, index, 0, 2]), mean(precision[0, :, index, 0, 2])]
            for index, category in enumerate(evaluation.params.catIds)
        },
    }


def main():
    folder = sys.argv[1]
    for name in sys.argv[2:]:
        base = os.path.join(folder, name)
        with open(base + ".scores.json", "w") as file:
            json.dump(scores(base + ".annotations.json", base + ".results.json"), file)


if __name__ == "__main__":
    main()
