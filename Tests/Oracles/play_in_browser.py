#!/usr/bin/env python3
"""Plays videos to their end in headless Chromium and compares what the browser says of them with what ffprobe says.

usage: play_in_browser.py [--browser PROGRAM] [--rate FACTOR] [--json] VIDEO_OR_FOLDER…

Of a folder every annotated.mp4 and annotated.webm below it is played. A video passes if `ended` comes without an error, and

* `duration` is in the end ffprobe's, of the file and not less than the end of the picture track, to within a frame, and `currentTime`
  got there; at first Chromium leaves out what lies before the first picture or sound;
* videoWidth × videoHeight is the picture's size after rotation, one side enlarged by the sample aspect ratio, to within a pixel;
* the last frame on the screen is the track's last, to within what the playback rate leaves out;
* the first frame is ffmpeg's, in the mean grey levels of TILES × TILES tiles: by DIFFERENCE at most on average, and nearer to it than
  to any other way to turn or mirror it;
* every frame is decoded, and some sound where the file has audio in a codec that Chromium knows. Others play in silence.

A table, or JSON, goes to standard output, and what is wrong to standard error; then the exit status is 1. Needs nothing but Python's
standard library, Chromium, ffmpeg and ffprobe: the page that plays the videos posts what it sees to the server that it came from.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import threading

from browser_server import Server, browse

BROWSERS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]
# Grey levels of 255, and transfer functions of HDR, which browsers map to the screen's range and ffmpeg does not.
DIFFERENCE = 4.0
MAPPED = ["smpte2084", "arib-std-b67"]
TILES = 8
NAMES = ["annotated.mp4", "annotated.webm"]
# Audio codecs of which Chromium must decode something; it plays files with others in silence.
HEARD = ["aac", "mp3", "opus", "vorbis", "flac"]
# Seconds by which MP4's movie header may round, and all times of WebM.
ROUNDING = 0.001
# Seconds that a video gets besides twice its length.
PATIENCE = 60


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout


class Expectation:
    """What ffprobe and ffmpeg say of a video. Times are in seconds."""

    def __init__(self, path):
        report = json.loads(output("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path))
        self.audio = [entry.get("codec_name", "?") for entry in report["streams"] if entry["codec_type"] == "audio"]
        stream = next(entry for entry in report["streams"] if entry["codec_type"] == "video")
        self.start, self.duration = float(report["format"]["start_time"]), float(report["format"]["duration"])
        report = output(
            "ffprobe", "-v", "error", "-select_streams", "V:0", "-show_entries", "packet=pts_time,duration_time", "-of",
            "json", path)
        packets = json.loads(report)["packets"]
        self.times = sorted(float(packet["pts_time"]) for packet in packets)
        # WebM says how long the file is, not each track.
        self.end = (
            float(stream["start_time"]) + float(stream["duration"]) if "duration" in stream
            else max(float(packet["pts_time"]) + float(packet.get("duration_time", 0)) for packet in packets))
        # How long the last frame is shown.
        self.frame = self.end - self.times[-1]
        self.size = displayed_size(stream)
        self.is_mapped = stream.get("color_transfer") in MAPPED
        pixels = output(
            "ffmpeg", "-v", "error", "-i", path, "-map", "0:V:0", "-frames:v", "1",
            "-vf", f"format=gbrp,scale={TILES}:{TILES}:flags=area,format=rgb24", "-f", "rawvideo", "-")
        self.tiles = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in zip(pixels[::3], pixels[1::3], pixels[2::3])]

    def faults(self, seen, rate):
        """What is wrong with what the browser saw, one line each."""
        if seen is None:
            return ["not played: the browser ended or hung before"]
        if not seen["ended"] or seen["error"]:
            return [f"did not play to the end: {seen['error']}, at {seen['currentTime']} s"]
        return [*self.faults_of_time(seen, rate), *self.faults_of_picture(seen), *self.faults_of_decoding(seen)]

    def faults_of_time(self, seen, rate):
        # Chromium announces a length without a gap at the start, and counts it as soon as it gets there.
        first, last = seen["durations"][0], seen["durations"][-1]
        if self.start <= 0 and abs(first - self.duration) > self.frame + ROUNDING:
            yield f"duration {first} s at first, expected {self.duration}"
        if abs(last - self.duration) > self.frame + ROUNDING or last < self.end - self.frame:
            yield f"duration {last} s, expected {self.duration}, pictures until {self.end}"
        if abs(seen["currentTime"] - last) > self.frame:
            yield f"ended at {seen['currentTime']} s of {last}"
        # A screen shows at most 60 frames a second, a busy machine fewer.
        if abs(seen["lastFrame"] - self.times[-1]) > self.frame + rate / 10:
            yield f"last frame shown at {seen['lastFrame']} s, expected {self.times[-1]}"

    def faults_of_picture(self, seen):
        if max(abs(a - b) for a, b in zip((seen["width"], seen["height"]), self.size)) > 1:
            yield f"size {seen['width']}x{seen['height']}, expected {self.size[0]:g}x{self.size[1]:g}"
        found = difference(seen["tiles"], self.tiles)
        if found > DIFFERENCE and not self.is_mapped:
            yield f"the first frame differs by {found:.1f} grey levels"
        if found > min(difference(seen["tiles"], other) for other in turned(self.tiles)) + 0.5:
            yield "the first frame is not upright"

    def faults_of_decoding(self, seen):
        if seen["frames"] != len(self.times):
            yield f"{seen['frames']} frames decoded of {len(self.times)}"
        if any(codec in HEARD for codec in self.audio) and not seen["soundBytes"]:
            yield "no sound decoded"


def displayed_size(stream):
    """HTML: the aspect ratio is applied by increasing one dimension and leaving the other unchanged."""
    width, height = stream["width"], stream["height"]
    numerator, denominator = map(int, stream.get("sample_aspect_ratio", "1:1").split(":"))
    if 0 < denominator < numerator:
        width = width * numerator / denominator
    elif 0 < numerator < denominator:
        height = height * denominator / numerator
    turn = next((data["rotation"] for data in stream.get("side_data_list", []) if "rotation" in data), 0)
    return (height, width) if turn % 180 else (width, height)


def turned(tiles):
    """The seven other ways in which a picture can lie."""
    rows = [tiles[start : start + TILES] for start in range(0, TILES * TILES, TILES)]
    for way in range(1, 8):
        rows = [list(column) for column in zip(*rows[::-1])]
        if way == 4:
            rows = [row[::-1] for row in rows]
        yield sum(rows, [])


def difference(a, b):
    return sum(abs(x - y) for x, y in zip(a, b)) / len(a)


def videos_in(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in NAMES if name in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="+", metavar="VIDEO_OR_FOLDER")
    parser.add_argument("--browser", default=next(filter(None, map(shutil.which, BROWSERS)), None))
    parser.add_argument("--rate", type=float, default=1.0, help="1 to 16 times the speed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.browser:
        parser.error("no Chromium is installed; install chromium, or name one with --browser")
    videos = list(videos_in(options.videos))
    if not videos:
        parser.error(f"no {' or '.join(NAMES)} there")
    expected = [Expectation(path) for path in videos]
    seconds = [PATIENCE + 2 * entry.duration for entry in expected]
    server = Server(videos, {"rate": options.rate, "tiles": TILES, "seconds": seconds})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browse(options.browser, server, seconds)
    report(videos, expected, server.results, options)


def report(videos, expected, results, options):
    rows, failed = [], False
    for index, (path, entry) in enumerate(zip(videos, expected)):
        seen = results.get(index)
        faults = entry.faults(seen, options.rate)
        failed |= bool(faults)
        rows.append({"video": path, "audio": entry.audio, "faults": faults, "seen": seen})
        for fault in faults:
            print(f"{path}: {fault}", file=sys.stderr)
        if not options.json and seen and seen["tiles"]:
            print(
                f"{'FAILS' if faults else 'plays':5} {seen['durations'][-1]:9.3f} s {seen['width']:5}x{seen['height']:<5}"
                f" {seen['frames']:5} of {len(entry.times):5} frames, difference {difference(seen['tiles'], entry.tiles):5.2f}"
                f" {','.join(entry.audio) or '-'}{' (silent)' if entry.audio and not seen['soundBytes'] else ''} {path}")
    if options.json:
        print(json.dumps(rows, indent=1))
    sys.exit(failed)


if __name__ == "__main__":
    main()
