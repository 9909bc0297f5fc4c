#!/usr/bin/env python3
"""Makes JPEG files of all kinds and reads them with OpenCV: the oracle that the JPEG decoder is compared with.

usage: jpeg_pictures.py OUT [PHOTO.jpg…]

For each file NAME.jpg in OUT, photos copied there included, writes OUT/NAME.rgb: the pixels as displayed, rows of red, green, blue.
"""
import os
import shutil
import struct
import sys

import cv2
import numpy as np

QUALITY, PROGRESSIVE, OPTIMIZE, RESTART, SAMPLING = (
    cv2.IMWRITE_JPEG_QUALITY, cv2.IMWRITE_JPEG_PROGRESSIVE, cv2.IMWRITE_JPEG_OPTIMIZE, cv2.IMWRITE_JPEG_RST_INTERVAL,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
)


def picture(width, height, seed):
    """Gradients, edges and noise in saturated colours."""
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    smooth = np.stack([columns * 255 / width, rows * 255 / height, (rows + columns) * 4 % 256], 2)
    noise = generator.integers(0, 256, (height, width, 3))
    picture = np.where(((rows // 8 + columns // 8) % 3 == 0)[..., None], noise, smooth)
    picture[height // 4 : height // 2, width // 3 : width // 2] = (0, 0, 255)
    return picture.astype(np.uint8)


def exif(value, little, position=0):
    """An EXIF segment that asks for an orientation, behind `position` other entries."""
    order, mark = ("<", b"II") if little else (">", b"MM")
    entries = [struct.pack(order + "HHII", 0x0100 + i, 4, 1, 7) for i in range(position)]
    entries.append(struct.pack(order + "HHIHH", 0x0112, 3, 1, value, 0))
    directory = struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0" * 4
    content = b"Exif\0\0" + mark + struct.pack(order + "HI", 42, 8) + directory
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def write(path, image, settings=(), segment=b""):
    data = cv2.imencode(".jpg", image, list(settings))[1].tobytes()
    with open(path, "wb") as file:
        file.write(data[:2] + segment + data[2:])


def main():
    out, photos = sys.argv[1], sys.argv[2:]
    samplings = {"444": 0x111111, "422": 0x211111, "420": 0x221111, "440": 0x121111, "411": 0x411111}
    for name, factor in samplings.items():
        for width, height in [(64, 48), (37, 29), (7, 5), (1, 1), (257, 130)]:
            path = os.path.join(out, f"{name}_{width}x{height}.jpg")
            write(path, picture(width, height, width), [SAMPLING, factor, QUALITY, 60 + width % 40])
    for name, settings in {
        "progressive": [PROGRESSIVE, 1], "optimized": [OPTIMIZE, 1, QUALITY, 20], "restarts": [RESTART, 3],
        "finest": [QUALITY, 100],
    }.items():
        write(os.path.join(out, f"{name}.jpg"), picture(123, 77, 5), settings)
    write(os.path.join(out, "grey.jpg"), picture(61, 43, 6)[:, :, 0])
    for value in range(10):
        segment = exif(value, value % 2 == 0, position=value)
        write(os.path.join(out, f"turned{value}.jpg"), picture(40, 24, 7), segment=segment)
    for photo in photos:
        shutil.copy(photo, out)
    for name in os.listdir(out):
        stem, extension = os.path.splitext(name)
        if extension == ".jpg":
            cv2.imread(os.path.join(out, name))[:, :, ::-1].tofile(os.path.join(out, f"{stem}.rgb"))


if __name__ == "__main__":
    main()
