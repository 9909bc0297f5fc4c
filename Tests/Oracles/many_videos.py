#!/usr/bin/env python3
"""Many short videos against one long video of the same frames, and how long a run takes that finds everything done.

    many_videos.py --model models/fastestdet/fastestdet.onnx --runs 2 FOLDER [-- --annotate none]

FOLDER has clips of the same codec, size and rate, such as `ffmpeg -i long.mp4 -c copy -f segment -segment_time 2 FOLDER/%05d.mp4` makes; ffmpeg joins
them to the long video. Both are given to `windhover detect` in turns, each time into a new output folder, with what follows `--`; the first
look at all files is not timed. Then the same command is given again for the clips, three times. Prints tables in Markdown; memory is that of
`memory_over_time.py`. Exits with 1 where the clips are not processed at nine tenths of the long video's rate. Needs ffmpeg.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import memory_over_time


def join(clips, path):
    """All clips in one file, packets as they are."""
    listing = path.with_suffix(".txt")
    listing.write_text("".join(f"file '{clip.resolve()}'\n" for clip in clips))
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path],
        check=True,
    )


def detect(arguments, inputs, output):
    return [arguments.windhover, "detect", *map(str, inputs), "-o", str(output), "--model", arguments.model, "-q"] + arguments.options


def measure(name, command, output):
    """One run: a row of the table, and what was seen of its memory."""
    rows, seconds, code = memory_over_time.watch(command, 0.5)
    if code != 0:
        sys.exit(f"'{' '.join(command)}' ended with status {code}")
    report = json.loads((output / "run.json").read_text())
    frames, execution = report["totals"]["frames"]["total"], report["execution"]
    cpu = execution["cpu_seconds"]
    largest = {kind: max((row[2] for row in rows if (row[1] == "coordinator") == kind), default=0) for kind in (True, False)}
    print(
        f"| {name} | {len(report['videos'])} | {frames} | {seconds:.1f} | {frames / seconds:.1f} | {sum(cpu.values()):.1f} "
        f"| {cpu['other']:.1f} | {largest[True] / 1e6:.0f} | {largest[False] / 1e6:.0f} |",
        flush=True,
    )
    return frames / seconds, rows, seconds


def compare(arguments, clips, folder):
    """Rates of the clips and of the long video, a pair for each run."""
    long = folder / "long.mp4"
    join(clips, long)
    print("| input | videos | frames | seconds | frames/s | CPU seconds | of them other | coordinator MB | worker MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    pairs = []
    for run in range(arguments.runs):
        output = {name: folder / f"{name}-{run}" for name in ("clips", "long")}
        many, _, _ = measure("clips", detect(arguments, clips, output["clips"]), output["clips"])
        one, rows, seconds = measure("one video", detect(arguments, [long], output["long"]), output["long"])
        pairs.append((many, one))
        shutil.rmtree(output["long"])
        if run + 1 < arguments.runs:
            shutil.rmtree(output["clips"])
    print()
    memory_over_time.report("coordinator", [(row[0], row[2], row[3]) for row in rows if row[1] == "coordinator"], seconds)
    memory_over_time.report("worker", memory_over_time.largest_workers(rows), seconds)
    return pairs, output["clips"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windhover", default=".build/release/windhover")
    parser.add_argument("--model", required=True)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--most", type=int, help="take so many clips only")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("options", nargs="*", help="for windhover detect, behind --")
    arguments = parser.parse_args()
    clips = sorted(path for path in arguments.folder.iterdir() if path.is_file())[: arguments.most]
    for clip in clips:
        clip.read_bytes()
    with tempfile.TemporaryDirectory(prefix="windhover-many-", dir=arguments.folder.parent) as name:
        pairs, output = compare(arguments, clips, pathlib.Path(name))
        again = []
        for _ in range(3):
            start = time.monotonic()
            subprocess.run(detect(arguments, clips, output), check=True)
            again.append(time.monotonic() - start)
    ratios = [many / one for many, one in pairs]
    print("\nclips against the long video: " + ", ".join(f"{ratio:.1%}" for ratio in ratios))
    print(f"the same command again: {', '.join(f'{seconds:.2f}' for seconds in again)} s for {len(clips)} videos")
    return 0 if sum(ratios) / len(ratios) >= 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
