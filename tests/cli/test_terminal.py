#!/usr/bin/env python3
"""The user's terminal has its modes back after every way out."""
import os
import pty
import select
import signal
import subprocess
import termios
import time

import cli
from cli import FOR_EVER, PSW_64, STOP, WAIT, Case, load_psw

RAW_WITHIN = 20  # seconds in which the console must have become raw


class Terminal:
    """A terminal with the program on it, in a session of its own."""

    def __init__(self, *arguments):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.process = subprocess.Popen(
            [cli.ZITHER, "run", *map(str, arguments)], stdin=self.slave, stdout=self.slave,
            stderr=self.slave, start_new_session=True, preexec_fn=self.control)

    def control(self):
        """Makes the terminal the session's own, so that the program is in its foreground."""
        os.close(os.open(os.ttyname(self.slave), os.O_RDWR))

    def is_raw(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def wait_until_raw(self):
        end = time.monotonic() + RAW_WITHIN
        while not self.is_raw():
            assert self.process.poll() is None, "ended before the terminal was raw"
            assert time.monotonic() < end, "the terminal does not become raw"
            time.sleep(0.02)

    def read(self, seconds):
        while select.select([self.master], [], [], seconds)[0]:
            self.output += os.read(self.master, 4096)

    def restored(self):
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class Modes(Case):
    def start(self, code, words=None, *options):
        terminal = Terminal("--kernel", self.guest(code, words), *options)
        self.addCleanup(terminal.close)
        return terminal

    def end(self, terminal, status):
        self.assertEqual(terminal.process.wait(timeout=30), status)
        self.assertTrue(terminal.restored())

    def test_guest_ends(self):
        self.end(self.start(STOP), 0)
        self.end(self.start(*load_psw(PSW_64 | WAIT, 0xdead)), 3)
        self.end(self.start(FOR_EVER, None, "--timeout", "1"), 124)

    def test_refusal(self):
        self.end(self.start(FOR_EVER, None, "--cpu", "z99"), 1)

    def test_keys(self):
        terminal = self.start(FOR_EVER)
        terminal.wait_until_raw()
        os.write(terminal.master, b"\x03")  # Ctrl-c is the guest's
        os.write(terminal.master, b"\x01h")
        terminal.read(1)
        self.assertIn(b"Ctrl-a x", terminal.output)
        self.assertIsNone(terminal.process.poll())
        os.write(terminal.master, b"\x01x")
        self.end(terminal, 0)

    def test_signals(self):
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT,
                   signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
        for number in numbers:
            with self.subTest(number=number):
                terminal = self.start(FOR_EVER)
                terminal.wait_until_raw()
                terminal.process.send_signal(number)
                self.end(terminal, -number)


if __name__ == "__main__":
    cli.main()
