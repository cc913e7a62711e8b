#!/usr/bin/env python3
"""Boot Debian's kernel: commands, consoles, CPUs, storage sizes, and the ways to end.

usage: test_linux.py TOOLS EMULATOR [TEST...]
"""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

TOOLS, EMULATOR = pathlib.Path(sys.argv[1]), sys.argv[2]
LIMIT = 150  # seconds for one boot on a busy machine


def boot(command, *options):
    """The exit status, standard output and standard error of a command in the guest."""
    done = subprocess.run([TOOLS / "boot-linux", "--program", EMULATOR, "--command", command, "--",
                           *options], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=LIMIT, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


class Command(unittest.TestCase):
    def test_output_and_status(self):
        status, output, errors = boot("uname -m; printf 'a\\tb  c'; ls /no-such-file; exit 7")
        self.assertEqual(status, 7, errors)
        self.assertEqual(output, "s390x\na\tb  cls: /no-such-file: No such file or directory\n")

    def test_bytes_come_through_unchanged(self):
        guest = subprocess.run([TOOLS / "guest-packages"], capture_output=True, text=True,
                               check=True).stdout.strip()
        wanted = subprocess.run(["sha256sum", f"{guest}/busybox"], capture_output=True, text=True,
                                check=True).stdout.split()[0]
        status, output, errors = boot("sha256sum /bin/busybox; cat /proc/cmdline")
        self.assertEqual(status, 0, errors)
        self.assertEqual(output.split()[0], wanted)
        self.assertIn("quiet", output)

    def test_two_cpus_and_storage(self):
        status, output, errors = boot("nproc; grep MemTotal /proc/meminfo", "--cpus", "2",
                                      "--memory", "1G")
        self.assertEqual(status, 0, errors)
        cpus, memory = re.fullmatch(r"(\d+)\nMemTotal: +(\d+) kB\n", output).groups()
        self.assertEqual(cpus, "2")
        self.assertTrue(900 << 10 < int(memory) <= 1 << 20, memory)

    def test_channel_devices(self):
        status, output, errors = boot(
            "cd /sys/bus/ccw/devices; cat */cutype */availability; echo *;"
            "cat /sys/devices/css0/chp0.00/status",
            "--device", "3215", "--device", "3215,devno=10")
        self.assertEqual(status, 0, errors)
        self.assertEqual(output.split(), ["3215/00", "3215/00", "good", "good", "0.0.0009",
                                          "0.0.0010", "online"])

    def test_typewriter_as_console(self):
        with tempfile.NamedTemporaryFile() as paper:
            status, output, errors = boot(
                "dmesg -n 7; echo 'on [paper]!' > /dev/kmsg; sleep 1", "--append",
                "quiet conmode=3215 condev=0x0009 console=ttyS0 console=ttysclp0",
                "--device", f"3215,console=file:{paper.name}")
            self.assertEqual(status, 0, errors)
            self.assertIn(b"on [paper]!\n", paper.read())

    def test_user_processes(self):
        script = ("i=0; while [ $i -lt 20 ]; do (echo $i) & i=$((i + 1)); done | sort -n | tail -1;"
                  " wait; awk 'BEGIN { printf \"%.9f\\n\", 2 / 3 * 1e3 }';"
                  " sleep 1; echo done")
        status, output, errors = boot(script)
        self.assertEqual(status, 0, errors)
        self.assertEqual(output, "19\n666.666666667\ndone\n")


class Ending(unittest.TestCase):
    def test_panic_is_status_3(self):
        status, _, errors = boot("echo c > /proc/sysrq-trigger; sleep 60")
        self.assertEqual(status, 3, errors)
        self.assertIn("Kernel panic", errors)

    def test_timeout_is_status_124(self):
        status, _, errors = boot("sleep 1000", "--timeout", "25")
        self.assertEqual(status, 124, errors)


class Shell(unittest.TestCase):
    """The interactive shell, on a terminal of our own."""

    def setUp(self):
        self.master, terminal = pty.openpty()
        self.addCleanup(os.close, self.master)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 97, 0, 0))
        self.before = termios.tcgetattr(terminal)
        self.terminal = terminal
        self.addCleanup(os.close, terminal)
        self.child = subprocess.Popen([TOOLS / "boot-linux", "--program", EMULATOR],
                                      stdin=terminal, stdout=terminal, stderr=terminal,
                                      start_new_session=True)
        self.addCleanup(self.child.wait)
        self.addCleanup(self.kill)
        self.seen = b""

    def kill(self):
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)

    def wait_for(self, text, press=b""):
        """Until TEXT comes; PRESS is pressed again each second in which nothing does."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            self.assertLess(time.monotonic(), end, self.seen[-2000:])
            if select.select([self.master], [], [], 1)[0]:
                self.seen += os.read(self.master, 4096)
            else:
                self.enter(press)
        self.seen = self.seen.split(text, 1)[1]

    def enter(self, text):
        os.write(self.master, text)

    def wait_for_end(self):
        end = time.monotonic() + LIMIT
        while self.child.poll() is None:
            self.assertLess(time.monotonic(), end)
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 4096)
        self.assertEqual(termios.tcgetattr(self.terminal), self.before)
        return self.child.returncode

    def test_jobs_interrupts_and_power_off(self):
        self.wait_for(b" # ")
        self.enter(b"stty size; sleep 1000\n")
        self.wait_for(b"\n31 97\r")
        # It may come before the shell has started the command, and then does nothing.
        self.wait_for(b" # ", press=b"\003")
        self.enter(b"sleep 1000 & echo $((6 * 7))\n")
        self.wait_for(b"\n42\r")
        self.enter(b"kill %1; poweroff -f\n")
        self.assertEqual(self.wait_for_end(), 0, self.seen)

    def test_escape_ends_at_once(self):
        self.wait_for(b" # ")
        self.enter(b"\001x")
        self.assertEqual(self.wait_for_end(), 0, self.seen)


class Consoles(unittest.TestCase):
    """Every console= that people give, and none, reaches the standard output."""

    def boot_to_marker(self, append):
        guest = subprocess.run([TOOLS / "guest-packages"], capture_output=True, text=True,
                               check=True).stdout.strip()
        # stty waits until all is written: Linux's line-mode terminal keeps text for 100 ms.
        init = "#!/bin/busybox sh\necho The-marker\nbusybox stty sane\nbusybox poweroff -f\n"
        with tempfile.TemporaryDirectory() as folder:
            initramfs, script = f"{folder}/initramfs", pathlib.Path(f"{folder}/init")
            script.write_text(init)
            script.chmod(0o755)
            subprocess.run([sys.executable, TOOLS / "guest/make_initramfs.py", initramfs,
                            f"/init={script}", f"/bin/busybox={guest}/busybox"], check=True)
            done = subprocess.run([EMULATOR, "run", "--kernel", f"{guest}/vmlinuz", "--initrd",
                                   initramfs, "--append", append], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)
        self.assertRegex(done.stdout, rb"The-marker\r?\n")

    def test_none(self):
        self.boot_to_marker("")

    def test_names(self):
        for name in ("ttyS0", "ttyS1", "ttysclp0", "sclp0"):
            with self.subTest(console=name):
                self.boot_to_marker(f"console={name}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
