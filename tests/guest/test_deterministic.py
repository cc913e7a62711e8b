"""Runs a guest of two CPUs several times with --deterministic: all runs must be the same."""

import re
import subprocess
import sys

RUNS = 5


def instructions(emulator, kernel):
    """The number of instructions of one run, which must end well."""
    done = subprocess.run(
        [emulator, "run", "--kernel", kernel, "--cpus", "2", "--deterministic", "--stats"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False)
    found = re.search(r"(\d+)\s+instructions", done.stdout + done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"run ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return int(found.group(1))


def main():
    emulator, kernel = sys.argv[1:]
    counts = [instructions(emulator, kernel) for _ in range(RUNS)]
    if len(set(counts)) != 1:
        sys.exit(f"{RUNS} runs executed different numbers of instructions: {counts}")
    print(f"{RUNS} runs of {counts[0]} instructions each")


if __name__ == "__main__":
    main()
