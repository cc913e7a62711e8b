#!/usr/bin/env python3
"""Boot Debian's kernel to a shell command on Zither and on QEMU, alternately, and print both.

usage: tests/perf/compare_boot.py [--runs N] [--program build/release/zither] [--accel NAME]

The guest is the one of tools/boot-linux: kernel, busybox, one command, power-off. Reported
are processor seconds (user and system time of the whole process, which other work on the
machine changes little) and wall-clock seconds, each as the median of the runs. QEMU is
measured where qemu-system-s390x is installed.
"""
import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUSY = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; seq 5000 | sort -n | tail -1"


def make_initramfs(guest, path):
    files = {"/init": ROOT / "tools/guest/init.sh", "/session": ROOT / "tools/guest/session.sh",
             "/bin/busybox": guest / "busybox"}
    words = [f"{name}={source}" for name, source in files.items()]
    words += ["/etc/inittab:::once:/session", "/nonce:0", f"/command:{BUSY}"]
    subprocess.run([sys.executable, str(ROOT / "tools/guest/make_initramfs.py"), path, *words],
                   check=True)


def measure(command):
    """Processor and wall-clock seconds of one run, which must reach the end of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if b";end;0" not in done.stdout:
        sys.exit(f"{command[0]} did not boot:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--accel", default="jit")
    parser.add_argument("--program", default=str(ROOT / "build/release/zither"))
    options = parser.parse_args()
    guest = pathlib.Path(subprocess.run([str(ROOT / "tools/guest-packages")], check=True,
                                        capture_output=True, text=True).stdout.strip())
    with tempfile.TemporaryDirectory() as work:
        initramfs = os.path.join(work, "initramfs")
        make_initramfs(guest, initramfs)
        same = ["--kernel", str(guest / "vmlinuz"), "--initrd", initramfs, "--append", "quiet"]
        commands = {"zither": [options.program, "run", "--accel", options.accel, *same]}
        if shutil.which("qemu-system-s390x"):
            commands["qemu"] = [sys.executable, str(ROOT / "tests/guest/qemu_as_zither.py"), "run",
                                *same]
        figures = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                figures[name].append(measure(command))
    print(f"{'':8} {'CPU s':>8} {'wall s':>8}   median of {options.runs}")
    for name, runs in figures.items():
        cpu, wall = (statistics.median(column) for column in zip(*runs))
        print(f"{name:8} {cpu:8.2f} {wall:8.2f}")


if __name__ == "__main__":
    main()
