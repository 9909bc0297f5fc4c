#!/usr/bin/env python3
"""Damages small video files and has MediaFuzz read, filter, draw, encode, join and overlay them: each must end in results or clear errors.

usage: fuzz_media.py MEDIA_FUZZ OUT_DIR [--minutes M | --count N] [--seed S] [--known FILE] [--more FILE …]

A case that ends the program, takes more than 20 seconds of a processor, or two minutes, or more than 3 GiB, or fails otherwise than in one line, is kept in OUT_DIR as
SEED-NAME, with what was seen in OUT_DIR/findings.txt. The same seed, name and ffmpeg give the same damage; seed 0 leaves a file as it is. Cases of FILE, a
line `SEED NAME` each, are run first, then all files as they are. With a MEDIA_FUZZ built for it, the address and leak sanitizers watch.
"""
import argparse
import os
import random
import re
import resource
import select
import subprocess
import time

import fuzz_clips

# Of a processor, since others may be busy; of the clock; of memory.
SECONDS, PATIENCE, MEBIBYTES = 20, 120, 3072
# Cases that one process tries: leaks are told at its end.
CASES_A_PROCESS = 250
# Bytes that may be lost in all of them. Anything lost with each case is more.
MOST_LEAKED = 65536
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (1 << 62) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]
# Fonts are kept to the end; x265 forgets some memory with each encoder.
LEAKS_OF_OTHERS = "".join(f"leak:lib{name}\n" for name in ["fontconfig", "pango", "glib", "cairo", "x265"])


def place(data, r):
    """An offset; headers, at the start or the end, have more to say than the rest."""
    kind = r.random()
    if kind < 0.45:
        return r.randrange(min(len(data), 1024))
    if kind < 0.6:
        return len(data) - 1 - r.randrange(min(len(data), 2048))
    return r.randrange(len(data))


def flip_bits(data, r, _):
    for _ in range(r.choice([1, 1, 2, 8, 40])):
        data[place(data, r)] ^= 1 << r.randrange(8)


def set_bytes(data, r, _):
    for _ in range(r.choice([1, 1, 3])):
        data[place(data, r)] = r.choice([0, 1, 0x7F, 0x80, 0xFE, 0xFF, r.randrange(256)])


def set_number(data, r, _):
    size, first = r.choice([1, 2, 4, 4, 8, 8]), place(data, r)
    number = r.choice(NUMBERS + [len(data), len(data) + 1, r.randrange(1 << 16)]) & ((1 << 8 * size) - 1)
    data[first : first + size] = number.to_bytes(size, r.choice(["big", "little"]))


def set_field(data, r, _):
    """A number just behind, or the size before, a name of four letters: atoms of MP4, chunks of RIFF."""
    names = [match.start() for match in re.finditer(rb"[A-Za-z0-9]{3}[A-Za-z0-9 ]", bytes(data[:65536]))] or [0]
    size = r.choice([1, 2, 4, 4, 8])
    first = max(0, r.choice(names) + r.choice([-4, 4, 4, 8, 12, 16, 20, 24, 28, 32, 36, 80]))
    data[first : first + size] = (r.choice(NUMBERS) & ((1 << 8 * size) - 1)).to_bytes(size, r.choice(["big", "little"]))


def cut_end(data, r, _):
    del data[place(data, r) + 1 :]


def cut_middle(data, r, _):
    first = place(data, r)
    del data[first : first + r.choice([1, 2, 4, 16, 188, 1000, 20000])]


def zero(data, r, _):
    first = place(data, r)
    count = min(r.choice([4, 64, 512, 4096]), len(data) - first)
    data[first : first + count] = bytes(count)


def repeat(data, r, _):
    first = place(data, r)
    piece = data[first : first + r.choice([1, 4, 16, 188, 1000, 10000])]
    data[first:first] = piece * r.choice([1, 1, 2, 5])


def move(data, r, _):
    first, second = place(data, r), place(data, r)
    piece = data[first : first + r.choice([4, 16, 188, 2000])]
    del data[first : first + len(piece)]
    data[second:second] = piece


def splice(data, r, others):
    other = r.choice(others)
    first, count = r.randrange(len(other)), r.choice([16, 256, 4096, len(other)])
    begin = place(data, r)
    data[begin : begin + r.choice([0, count, len(data)])] = other[first : first + count]


def noise(data, r, _):
    first = place(data, r)
    count = min(r.choice([8, 100, 3000]), len(data) - first)
    data[first : first + count] = r.randbytes(count)


MUTATIONS = [flip_bits, flip_bits, set_bytes, set_bytes, set_number, set_number, set_field, set_field, cut_end, cut_middle, zero, repeat, move, splice, noise]


def damaged(original, seed, name, others):
    """The bytes of a damaged file and the names of what was done to it."""
    if seed == 0 or not original:
        return original, ["nothing"]
    r = random.Random(f"{seed} {name}")
    data, done = bytearray(original), []
    for _ in range(r.choice([1, 1, 1, 2, 3, 5])):
        mutation = r.choice(MUTATIONS)
        mutation(data, r, others)
        done.append(mutation.__name__)
        data = data or bytearray(b"\0")
    return bytes(data), done


class Subject:
    """A MediaFuzz process and what it said last."""

    def __init__(self, program, folder):
        self.folder = folder
        self.log = open(os.path.join(folder, "stderr.txt"), "w+b")
        suppressions = os.path.join(folder, "suppressions.txt")
        with open(suppressions, "w") as file:
            file.write(LEAKS_OF_OTHERS)
        environment = dict(
            os.environ, SWIFT_BACKTRACE="enable=no",
            ASAN_OPTIONS=f"detect_leaks=1:hard_rss_limit_mb={MEBIBYTES}:allocator_may_return_null=1:detect_stack_use_after_return=0",
            LSAN_OPTIONS=f"suppressions={suppressions}:print_suppressions=0")
        self.process = subprocess.Popen(
            [program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=environment,
            preexec_fn=lambda: (os.nice(10), resource.setrlimit(resource.RLIMIT_CORE, (0, 0))))
        self.cases = 0

    def attempt(self, seed, path):
        """What is wrong with how the case ends, or None; and whether the file could be read at all."""
        self.cases += 1
        began, spent = time.monotonic(), self.spent()
        self.process.stdin.write(f"{seed} {path}\n".encode())
        self.process.stdin.flush()
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], 0.25)
            if not ready:
                if self.spent() - spent > SECONDS or time.monotonic() - began > PATIENCE:
                    self.stop()
                    return f"more than {SECONDS} s, or {PATIENCE} s of waiting", False
                if self.resident() > MEBIBYTES:
                    self.stop()
                    return f"more than {MEBIBYTES} MiB", False
                continue
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                return f"status {self.process.wait()}: {self.report()}", False
            answer += piece
        words = answer.decode(errors="replace").strip().split(" ", 1)[1]
        taken = self.spent() - spent
        if words.startswith("fault"):
            return words, False
        return (f"slow: {taken:.1f} s" if taken > SECONDS / 2 else None), " frames 0 " not in words

    def resident(self):
        try:
            with open(f"/proc/{self.process.pid}/statm") as file:
                return int(file.read().split()[1]) * resource.getpagesize() >> 20
        except (OSError, IndexError):
            return 0

    def spent(self):
        """Seconds of processors."""
        try:
            with open(f"/proc/{self.process.pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return 0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def finish(self):
        """Lets the process end; what is wrong with its end, or None."""
        self.process.stdin.close()
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.stop()
            return "does not end"
        return f"status {status}: {self.report()}" if status and not self.leaks_little(status) else None

    def leaks_little(self, status):
        """Whether the process has ended well but for what libraries forget now and then, where a damaged file makes them fail."""
        self.log.seek(0)
        words = self.log.read()
        leaked = re.search(rb"SUMMARY: \w+: (\d+) byte\(s\) leaked", words)
        only_leaks = re.findall(rb"ERROR: (\w+)", words) == [b"LeakSanitizer"]
        return status == 1 and only_leaks and leaked is not None and int(leaked[1]) < MOST_LEAKED

    def stop(self):
        self.process.kill()
        self.process.wait()

    def report(self):
        """The lines of standard error that tell most; all of it is kept."""
        self.log.seek(0)
        words = self.log.read()
        with open(os.path.join(self.folder, "reports.txt"), "ab") as file:
            file.write(words[-1000000:] + b"\n\n")
        lines = words.decode(errors="replace").split("\n")
        telling = [line.strip() for line in lines if re.search(r"Fatal|ERROR|runtime error|SUMMARY|exhausted", line)]
        frames = [line.strip() for line in lines if re.match(r"\s+#\d+ ", line)]
        return " | ".join(telling[:3] + frames[:12]) or " | ".join(lines[-4:])


class Run:
    def __init__(self, options):
        self.options = options
        self.folder = os.path.abspath(options.out)
        self.work = os.path.join(self.folder, "work")
        os.makedirs(self.work, exist_ok=True)
        paths = fuzz_clips.make(os.path.join(self.folder, "clips"))
        paths |= {os.path.basename(path): path for path in options.more}
        self.originals = {}
        for name in sorted(paths):
            with open(paths[name], "rb") as file:
                self.originals[name] = file.read()
        # What is spliced in comes from the clips that everyone has.
        self.others = [self.originals[name] for name, _, _ in fuzz_clips.CLIPS if name in self.originals]
        self.subject = None
        self.first = None
        self.counts = {"frames": 0, "nothing": 0, "findings": 0}

    def case(self, seed, name):
        data, done = damaged(self.originals[name], seed, name, self.others)
        path = os.path.join(self.work, f"case-{name}")
        with open(path, "wb") as file:
            file.write(data)
        if self.subject is None:
            self.subject, self.first = Subject(self.options.program, self.work), f"{seed} {name}"
        found, has_frames = self.subject.attempt(seed, path)
        if found:
            self.note(f"{seed} {name} {','.join(done)}: {found}")
            os.rename(path, os.path.join(self.folder, f"{seed}-{name}"))
            if self.subject.process.poll() is not None:
                self.subject = None
        else:
            os.remove(path)
            self.counts["frames" if has_frames else "nothing"] += 1
        if self.subject is not None and self.subject.cases >= CASES_A_PROCESS:
            self.finish(f"{seed} {name}")

    def finish(self, last):
        if self.subject is None:
            return
        found = self.subject.finish()
        if found:
            self.note(f"{self.first} to {last}: {found}")
        self.subject = None

    def note(self, line):
        self.counts["findings"] += 1
        with open(os.path.join(self.folder, "findings.txt"), "a") as file:
            file.write(line + "\n")
        print(line[:2000], flush=True)

    def known(self):
        if self.options.known:
            with open(self.options.known) as file:
                for line in file:
                    words = line.split("#")[0].split()
                    if len(words) == 2 and words[1] in self.originals:
                        yield int(words[0]), words[1]

    def run(self):
        end = time.monotonic() + 60 * self.options.minutes
        names, seed = sorted(self.originals), self.options.seed
        for case in list(self.known()) + [(0, name) for name in names]:
            self.case(*case)
        while time.monotonic() < end and (self.options.count is None or seed < self.options.seed + self.options.count):
            self.case(seed, names[seed % len(names)])
            seed += 1
        self.finish(str(seed - 1))
        print(f"seeds {self.options.seed} to {seed - 1} of {len(names)} files: {self.counts}")
        return 1 if self.counts["findings"] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--known")
    parser.add_argument("--more", nargs="*", default=[])
    raise SystemExit(Run(parser.parse_args()).run())


if __name__ == "__main__":
    main()
