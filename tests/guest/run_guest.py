#!/usr/bin/env python3
"""Run a guest program and check the emulator's exit status and output.

usage: run_guest.py [--status N] [--expect REGEX]... -- COMMAND...
"""
import argparse
import os
import re
import signal
import subprocess
import sys

LIMIT = 60  # seconds; the programs take less than one


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("--expect", action="append", default=[])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    # A session of its own, so that whatever the command has started ends with it.
    with subprocess.Popen(options.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as child:
        try:
            output, _ = child.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            output, _ = child.communicate()
            print(f"# no end within {LIMIT} s")
    text = output.decode(errors="replace").replace("\r", "")
    print(text)
    faults = [f"nothing matches {regex}" for regex in options.expect
              if not re.search(regex, text, re.M | re.I)]
    if child.returncode != options.status:
        faults.append(f"the exit status is {child.returncode}, not {options.status}")
    for fault in faults:
        print("#", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
