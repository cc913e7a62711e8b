#!/usr/bin/env python3
"""Take the command line of 'zither run' and run qemu-system-s390x instead.

For trying the guest tests and tools on a second emulator, so that a test which fails on
Zither can be told from a test that is wrong. Exit statuses are mapped as far as QEMU tells:
0, 1, 3 for a guest panic, 124 for a timeout.
"""
import argparse
import re
import subprocess
import sys


def translate(options):
    command = ["qemu-system-s390x", "-nodefaults", "-display", "none", "-no-reboot",
               "-action", "panic=exit-failure", "-machine", "s390-ccw-virtio,accel=tcg",
               "-cpu", options.cpu or "max", "-m", options.memory,
               "-smp", f"{options.cpus},maxcpus={options.max_cpus or options.cpus}",
               "-kernel", options.kernel]
    stdio = "mon:stdio" if sys.stdin.isatty() else "stdio"
    command += ["-serial", stdio]
    if options.initrd:
        command += ["-initrd", options.initrd]
    for name in ("append", "name", "uuid"):
        if getattr(options, name):
            command += ["-" + name, getattr(options, name)]
    if options.watchdog_action:
        command += ["-device", "diag288", "-watchdog-action", options.watchdog_action]
    return command


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", choices=["run"])
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--initrd")
    parser.add_argument("--append")
    parser.add_argument("--memory", default="512M", type=lambda size: re.sub("iB?$", "", size))
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--max-cpus", type=int)
    parser.add_argument("--cpu")
    parser.add_argument("--name")
    parser.add_argument("--uuid")
    parser.add_argument("--watchdog-action")
    parser.add_argument("--accel")
    parser.add_argument("--console", choices=["stdio"])
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--stats", action="store_true")
    parser.add_argument("--deterministic", action="store_true")
    options = parser.parse_args()
    try:
        result = subprocess.run(translate(options), timeout=options.timeout, check=False)
    except subprocess.TimeoutExpired:
        return 124
    return {0: 0, 1: 3}.get(result.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
