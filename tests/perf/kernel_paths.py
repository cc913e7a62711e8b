#!/usr/bin/env python3
"""Print what the instructions of a kernel's paths cost on Zither, in nanoseconds each.

usage: tests/perf/kernel_paths.py [--program build/release/zither] [OPTION of zither run...]

Builds tests/perf/kernel_paths.c with the cross compiler and runs it once: on the interpreter,
or with what the options say, such as --accel jit. `--program tests/guest/qemu_as_zither.py`
measures QEMU instead; `--cpus 2` adds what has to wait for a CPU that executes.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIB = ROOT / "tests/guest/lib"
FLAGS = ["-march=zEC12", "-O2", "-std=gnu17", "-ffreestanding", "-fno-pic", "-no-pie", "-nostdlib",
         "-static", "-msoft-float", "-fno-asynchronous-unwind-tables", "-Wall", "-Wextra",
         f"-I{ROOT}", f"-T{LIB / 'program.ld'}", "-Wl,--build-id=none"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/zither"))
    options, others = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as work:
        elf = f"{work}/kernel_paths.elf"
        subprocess.run(["s390x-linux-gnu-gcc", *FLAGS, "-o", elf, LIB / "start.S", LIB / "guest.c",
                        ROOT / "tests/perf/kernel_paths.c"], check=True)
        sys.exit(subprocess.run([options.program, "run", "--kernel", elf, *others],
                                check=False).returncode)


if __name__ == "__main__":
    main()
