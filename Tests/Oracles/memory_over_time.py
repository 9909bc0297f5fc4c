#!/usr/bin/env python3
"""Runs a command of windhover and watches the memory of its processes: resident pages, twice a second, of the coordinator and of each worker.

    python3 Tests/Oracles/memory_over_time.py [--csv FILE] .build/release/windhover detect long.mp4 -o results …

Prints, for each quarter of the run's time, mean and maximum of the coordinator and of its largest worker, in MB (10^6 bytes): all resident pages, and
those of them that are no pages of files (code and data of the program and its libraries). Last: by how much the last quarter differs from the second.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import time


def status(pid):
    """Resident bytes of a process: all, and those that belong to no file; None where it is gone."""
    fields = {}
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                name, _, value = line.partition(":")
                fields[name] = value
    except OSError:
        return None
    if "VmRSS" not in fields:
        return None
    kib = {name: int(fields[name].split()[0]) for name in ("VmRSS", "RssAnon")}
    return kib["VmRSS"] * 1024, kib["RssAnon"] * 1024


def children(pid):
    """Of all threads: whichever started a process is its parent."""
    try:
        found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    except OSError:
        return []
    return [int(child) for child in found.split()]


def watch(command, period):
    """Rows of time, process ("coordinator", or a worker's number), resident and anonymous bytes; and the exit status."""
    rows = []
    start = time.monotonic()
    process = subprocess.Popen(command)
    while process.poll() is None:
        now = time.monotonic() - start
        for name, pid in [("coordinator", process.pid)] + [(str(child), child) for child in children(process.pid)]:
            bytes_ = status(pid)
            if bytes_:
                rows.append((now, name, *bytes_))
        time.sleep(max(0, period - (time.monotonic() - start - now)))
    return rows, time.monotonic() - start, process.returncode


def largest_workers(rows):
    """Of the workers at each moment the largest."""
    at = {}
    for moment, name, resident, anonymous in rows:
        if name != "coordinator" and resident > at.get(moment, (0, 0))[0]:
            at[moment] = (resident, anonymous)
    return [(moment, *bytes_) for moment, bytes_ in sorted(at.items())]


def quarters(rows, length):
    """Rows of (moment, resident, anonymous), by quarters of `length`."""
    return [[row for row in rows if q * length / 4 <= row[0] < (q + 1) * length / 4] for q in range(4)]


def report(name, rows, length):
    print(f"{name:12}  quarter  resident mean   max   not of files mean   max   MB")
    parts = quarters(rows, length)
    for number, part in enumerate(parts, 1):
        if not part:
            continue
        resident, anonymous = [row[1] / 1e6 for row in part], [row[2] / 1e6 for row in part]
        print(
            f"{'':12}  {number:7}  {statistics.mean(resident):13.1f}  {max(resident):5.1f}"
            f"  {statistics.mean(anonymous):17.1f}  {max(anonymous):5.1f}"
        )
    if all(parts):
        second, last = ([row[1] for row in parts[index]] for index in (1, 3))
        mean = statistics.mean(last) / statistics.mean(second) - 1
        print(f"{'':12}  last against second: mean {mean:+.1%}, maximum {max(last) / max(second) - 1:+.1%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--period", type=float, default=0.5, help="seconds between looks")
    parser.add_argument("--csv", help="file for all that was seen: seconds, process, resident and anonymous bytes")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    rows, length, code = watch(arguments.command, arguments.period)
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            csv.writer(file).writerows(rows)
    print(f"{length:.1f} s, exit status {code}")
    report("coordinator", [(row[0], row[2], row[3]) for row in rows if row[1] == "coordinator"], length)
    report("worker", largest_workers(rows), length)
    return code


if __name__ == "__main__":
    sys.exit(main())
