#!/usr/bin/env python3
"""Run a guest program and check the emulator's exit status and output.

usage: run_guest.py [--status N] [--expect REGEX]... -- COMMAND...
"""
import argparse
import re
import subprocess
import sys

LIMIT = 60  # seconds; the programs take less than one


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("--expect", action="append", default=[])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    try:
        done = subprocess.run(options.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as expired:
        print((expired.stdout or b"").decode(errors="replace"))
        print(f"# no end within {LIMIT} s")
        return 1
    text = done.stdout.decode(errors="replace").replace("\r", "")
    print(text)
    faults = [f"nothing matches {regex}" for regex in options.expect
              if not re.search(regex, text, re.M | re.I)]
    if done.returncode != options.status:
        faults.append(f"the exit status is {done.returncode}, not {options.status}")
    for fault in faults:
        print("#", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
