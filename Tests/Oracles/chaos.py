#!/usr/bin/env python3
"""Kills windhover at random moments, continues, and compares the results with those of a run that nobody disturbed.

    chaos.py --model models/yolox_nano/yolox_nano.onnx --runs 100 --seed 1 CLIP...

The coordinator, a worker or all of them get SIGKILL, or a worker gets SIGSTOP and a little later SIGCONT or SIGKILL. This is done until
one to five times the coordinator has lived through it; where it has not, the same command is given again. The last command ends by itself. What must hold:

* detections.jsonl, summary.json and run.json (less its section "execution") are the same, byte for byte;
* annotated videos have the same frames, pictures and sound, by ffmpeg's framemd5;
* nothing else is left: no .partial, no segment, no file that the undisturbed run does not have, no worker process;
* the journal is sound, and never again is a batch or segment given out that it had as done.

Without clips, small ones are made with ffmpeg. Prints a table in Markdown, and exits with 1 on any difference. Needs ffmpeg, and of
Python only the standard library.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ACTIONS = ["coordinator", "worker", "all", "pause"]
# "worker 3 gets batch 17, 16 frames", in the program's messages.
HANDED_OUT = re.compile(r"worker \d+ gets (batch|segment|piece) (\d+), (\d+) frames")
LONGEST_RUN = 300
# A worker notices within a quarter of a second that its coordinator is gone, and has three for the frame in hand.
WORKERS_GONE = 8


def process_table():
    """Process id → (parent, state, command line), of all processes."""
    table = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            status = pathlib.Path("/proc", entry, "stat").read_text()
            command = pathlib.Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        state, parent = status.rpartition(")")[2].split()[:2]
        table[int(entry)] = (int(parent), state, command)
    return table


# Who works for a coordinator; helpers look at files and join segments.
SERVANTS = ([b"worker"], [b"helper"])


def workers_of(coordinator):
    return [
        identifier
        for identifier, (parent, state, command) in process_table().items()
        if parent == coordinator and state != "Z" and command[1:2] in SERVANTS
    ]


def alive(workers):
    table = process_table()
    return [w for w in workers if w in table and table[w][1] != "Z" and table[w][2][1:2] in SERVANTS]


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def execution(folder):
    return json.loads((folder / "run.json").read_text())["execution"]


# Ticks of the video's time base, the end exclusive but for the last one; frames as planned.
Batch = collections.namedtuple("Batch", "video start end frames")
END_OF_TIME = 2**63 - 1


class Journal:
    """What a run directory's journal says is done. A copy is looked at: reading tidies up what a killed process left."""

    def __init__(self, folder):
        self.done, self.batches, self.problem = set(), {}, None
        with tempfile.TemporaryDirectory() as copy:
            for file in (folder / ".windhover").glob("journal.sqlite*"):
                shutil.copy(file, copy)
            if os.path.exists(f"{copy}/journal.sqlite"):
                self.read(f"{copy}/journal.sqlite")

    def read(self, path):
        connection = sqlite3.connect(path)
        try:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                self.problem = "the journal is damaged"
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'item'").fetchone():
                return
            query = """SELECT item.id, kind, relativePath, startPTS, endPTS, frames, state
                FROM item JOIN video ON video.id = item.video"""
            for item, kind, video, start, end, frames, state in connection.execute(query):
                if kind == "batch":
                    self.batches[item] = Batch(video, start, end, frames)
                if state != "pending":
                    self.done.add(item)
        except sqlite3.Error as error:
            self.problem = f"the journal cannot be read: {error}"
        finally:
            connection.close()


class Results:
    """The files of a run directory, in the form in which they are compared."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {
            str(path.relative_to(folder)): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".windhover" not in path.relative_to(folder).parts
        }
        self.leftovers = [str(p.relative_to(folder)) for p in folder.rglob("*.partial")]
        segments = folder / ".windhover" / "segments"
        if segments.exists():
            self.leftovers += [str(p.relative_to(folder)) for p in segments.rglob("*") if p.is_file()]
        self.hashes = {}

    def content(self, name):
        content = self.files[name].read_bytes()
        if name != "run.json":
            return content
        report = json.loads(content)
        del report["execution"]
        return json.dumps(report).encode()

    def frames(self, name):
        if name not in self.hashes:
            command = ["ffmpeg", "-v", "error", "-i", self.files[name], "-map", "0", "-f", "framemd5", "-"]
            self.hashes[name] = subprocess.run(command, check=True, capture_output=True).stdout
        return self.hashes[name]

    def detected_frames(self, batch):
        """Frames of a batch that were detected."""
        lines = self.files[f"{batch.video}/detections.jsonl"].read_text().splitlines()[1:]
        frames = [frame for frame in map(json.loads, lines) if frame["status"] == "detected"]
        return sum(batch.start <= f["pts"] and (f["pts"] < batch.end or batch.end == END_OF_TIME) for f in frames)

    def differences(self, expected):
        """Lines that say what is not as in `expected`, and how many annotated videos are the same byte for byte."""
        lines, same_bytes = [], 0
        for name in sorted(set(self.files) ^ set(expected.files)):
            lines.append(f"{name} is {'missing' if name in expected.files else 'too much'}")
        for name in sorted(set(self.files) & set(expected.files)):
            if self.content(name) == expected.content(name):
                same_bytes += name.endswith((".mp4", ".mkv"))
            elif not name.endswith((".mp4", ".mkv")) or self.frames(name) != expected.frames(name):
                lines.append(f"{name} differs")
        return lines + [f"{name} is left over" for name in self.leftovers], same_bytes


class Chaos:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        clips = [pathlib.Path(clip).resolve() for clip in options.clips] or make_clips(folder / "clips")
        self.inputs = folder / "inputs"
        self.inputs.mkdir()
        for clip in clips:
            (self.inputs / clip.name).symlink_to(clip)
        self.out = folder / "out"

    def start(self, log):
        command = [
            self.options.windhover, "detect", self.inputs, "-o", self.out, "--model", self.options.model,
            "--batch-frames", str(self.options.batch_frames), "--annotate", self.options.annotate,
            "--workers", str(self.options.workers), "--log-level", "debug", *self.options.option,
        ]  # fmt: skip
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)

    def undisturbed(self):
        start = time.monotonic()
        log = self.folder / "undisturbed.log"
        with log.open("wb") as file:
            self.status = self.start(file).wait(LONGEST_RUN)
        self.seconds = time.monotonic() - start
        if self.status not in (0, 3):
            sys.exit(f"the undisturbed run ends with status {self.status}:\n{log.read_text()[-2000:]}")
        expected = self.folder / "expected"
        self.frames = sum(batch.frames for batch in Journal(self.out).batches.values())
        self.out.rename(expected)
        self.expected = Results(expected)

    def disturbed(self, seed):
        """One run; a `Record` of it."""
        shutil.rmtree(self.out, ignore_errors=True)
        record = Record(seed)
        generator = random.Random(seed)
        disturbances = generator.randint(1, 5)
        while True:
            before = Journal(self.out)
            log = self.folder / "run.log"
            with log.open("wb") as file:
                process = self.start(file)
                while disturbances > 0 and self.disturb(process, generator, record):
                    disturbances -= 1
                try:
                    status = process.wait(LONGEST_RUN)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    record.problems.append(f"the run hangs: {log.read_text()[-500:]}")
                    return record
            after = Journal(self.out)
            self.account(record, before, after, log.read_text())
            if status != -signal.SIGKILL:
                break
            if left := wait_until_gone(record.workers):
                record.problems.append(f"workers {left} outlive their coordinator")
        self.conclude(record, status, before, after)
        return record

    def disturb(self, process, generator, record):
        """Waits for a moment and strikes, if the run lasts so long; false where nothing is left to be struck."""
        try:
            process.wait(generator.uniform(0, self.seconds * 0.6))
            return False
        except subprocess.TimeoutExpired:
            pass
        workers = workers_of(process.pid)
        record.workers.update(workers)
        action = generator.choice(ACTIONS)
        if action in ("worker", "pause") and not workers:
            action = "coordinator"
        record.actions[action] += 1
        if action == "worker":
            send(generator.choice(workers), signal.SIGKILL)
        elif action == "pause":
            worker = generator.choice(workers)
            send(worker, signal.SIGSTOP)
            time.sleep(generator.uniform(0, 2))
            send(worker, generator.choice([signal.SIGCONT, signal.SIGKILL]))
        else:
            victims = workers if action == "all" else []
            generator.shuffle(victims)
            for victim in [process.pid, *victims]:
                send(victim, signal.SIGKILL)
            process.wait()
            return False
        return True

    def account(self, record, before, after, messages):
        """Adds up what one attempt handed out."""
        record.attempts += 1
        for journal in (before, after):
            if journal.problem:
                record.problems.append(journal.problem)
        if lost := before.done - after.done:
            record.problems.append(f"items {sorted(lost)} were done and are open again")
        for kind, item, frames in HANDED_OUT.findall(messages):
            if int(item) in before.done:
                record.problems.append(f"{kind} {item} was done and is given out again")
            if kind == "batch":
                record.handed_out += int(frames)

    def conclude(self, record, status, before, after):
        if status != self.status:
            record.problems.append(f"status {status}, not {self.status}")
        open_batches = [batch for item, batch in after.batches.items() if item not in before.done]
        open_frames = sum(self.expected.detected_frames(batch) for batch in open_batches)
        detected = execution(self.out)["frames_detected"]
        if detected != open_frames:
            record.problems.append(f"{detected} frames detected where {open_frames} were open")
        differences, record.same_bytes = Results(self.out).differences(self.expected)
        record.problems += differences
        record.again = record.handed_out - self.frames
        if left := wait_until_gone(record.workers):
            record.problems.append(f"workers {left} are left over")


class Record:
    """What happened in one run."""

    def __init__(self, seed):
        self.seed = seed
        self.actions = collections.Counter()
        self.attempts = self.handed_out = self.again = self.same_bytes = 0
        self.workers = set()
        self.problems = []


def wait_until_gone(workers):
    """Those that are not gone in time."""
    end = time.monotonic() + WORKERS_GONE
    while (left := alive(workers)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def make_clips(folder):
    """Small clips of moving shapes, with sound and B-frames, one of them cut off and one with a hole."""
    folder.mkdir()
    clips = []
    for name, frames, rate, codec in [
        ("bframes.mp4", 40, 25, ["libx264", "-bf", "3", "-g", "24"]),
        ("short.mkv", 24, 10, ["mpeg4", "-bf", "2", "-g", "12"]),
        ("long.mp4", 60, 30, ["libx264", "-bf", "2", "-g", "60"]),
    ]:
        seconds = frames / rate
        sources = ["-f", "lavfi", "-i", f"testsrc2=s=128x96:r={rate}:d={seconds}"]
        sources += ["-f", "lavfi", "-i", f"sine=d={seconds}"]
        run = ["ffmpeg", "-v", "error", "-y", *sources, "-pix_fmt", "yuv420p", "-c:v", *codec, "-c:a", "aac"]
        subprocess.run([*run, "-movflags", "+faststart", folder / name], check=True)
        clips.append(folder / name)
    whole = clips[2].read_bytes()
    cut, holed = folder / "cut.mp4", folder / "holed.mkv"
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    content = bytearray(clips[1].read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    holed.write_bytes(content)
    return [*clips, cut, holed]


def table(records, chaos):
    """The outcome by number of disturbances, in Markdown."""
    lines = [
        "| disturbances | runs | coordinator killed | worker killed | all killed | worker paused | commands | "
        "batch frames given out again | runs that differ |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    groups = collections.defaultdict(list)
    for record in records:
        groups[sum(record.actions.values())].append(record)
    for label, group in [*sorted(groups.items()), ("all", records)]:
        counts = [sum(r.actions[action] for r in group) for action in ACTIONS]
        again = sum(r.again for r in group)
        share = 100 * again / (len(group) * chaos.frames)
        cells = [label, len(group), *counts, sum(r.attempts for r in group), f"{again} ({share:.1f} %)"]
        cells.append(sum(bool(r.problems) for r in group))
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", help="videos; without any, small ones are made")
    parser.add_argument("--windhover", default=".build/release/windhover", help="the program")
    parser.add_argument("--model", required=True, help="an ONNX file with its description beside it, or a name")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others follow")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch-frames", type=int, default=16)
    parser.add_argument("--annotate", default="video")
    parser.add_argument("--option", action="append", default=[], help="more for windhover, such as --option=--every=2")
    options = parser.parse_args()
    for path in ("windhover", "model"):
        if os.path.exists(getattr(options, path)):
            setattr(options, path, str(pathlib.Path(getattr(options, path)).resolve()))
    return options


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="windhover-chaos-") as folder:
        chaos = Chaos(options, pathlib.Path(folder))
        chaos.undisturbed()
        records = []
        for seed in range(options.seed, options.seed + options.runs):
            records.append(chaos.disturbed(seed))
            for problem in records[-1].problems:
                print(f"seed {seed}: {problem}", file=sys.stderr, flush=True)
        videos = sum(name.endswith((".mp4", ".mkv")) for name in chaos.expected.files)
        print(table(records, chaos))
        same = sum(record.same_bytes for record in records)
        print(
            f"\n{len(records)} runs over {chaos.frames} frames, {chaos.seconds:.1f} s undisturbed; "
            f"{same} of {videos * len(records)} annotated videos the same byte for byte."
        )
        return any(record.problems for record in records)


if __name__ == "__main__":
    sys.exit(main())
