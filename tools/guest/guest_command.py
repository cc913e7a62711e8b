#!/usr/bin/env python3
"""Run an emulator whose guest executes one command; print the command's output only and
exit with its status.

usage: guest_command.py NONCE PROGRAM ARGUMENT...

The guest (init.sh beside this file) writes a mark with NONCE to the console before and
after the command; the second has the status in it. Where the second never comes, the last
of the console goes to standard error and the status is the emulator's, or 1.
"""
import os
import subprocess
import sys

KEPT = 4000  # bytes of the console shown after a failure


class Console:
    """Splits the console's bytes into what is before, between and after the marks."""

    def __init__(self, nonce, output):
        self.begin = b"<zither;%s;begin>" % nonce
        self.end = b"<zither;%s;end;" % nonce
        self.output = output
        self.seen = b""     # the latest bytes, for the report of a failure
        self.pending = b""  # not yet known to be no mark
        self.running = False
        self.status = None

    def feed(self, data):
        self.seen = (self.seen + data)[-KEPT:]
        self.pending += data
        if not self.running and self.begin in self.pending:
            self.running = True
            self.pending = self.pending.split(self.begin, 1)[1]
        if self.running and self.status is None:
            self.forward()
        elif not self.running:
            self.pending = self.pending[-len(self.begin):]

    def forward(self):
        text, mark, rest = self.pending.partition(self.end)
        if mark:
            self.write(text)
            number, closed, _ = rest.partition(b">")
            self.pending = mark + rest
            if closed:
                self.status = int(number)
            return
        # The start of a mark may stand at the end; it stays until more has come.
        held = next((size for size in range(min(len(self.end), len(text)), 0, -1)
                     if text.endswith(self.end[:size])), 0)
        cut = len(text) - held
        self.write(text[:cut])
        self.pending = text[cut:]

    def write(self, data):
        if data:
            self.output.write(data)
            self.output.flush()


def main():
    nonce, command = sys.argv[1], sys.argv[2:]
    console = Console(nonce.encode(), sys.stdout.buffer)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        try:
            while data := os.read(child.stdout.fileno(), 65536):
                console.feed(data)
        except BaseException:
            child.terminate()
            raise
    if console.status is not None:
        return console.status
    sys.stdout.flush()
    sys.stderr.buffer.write(console.seen.replace(b"\r", b""))
    state = "did not finish" if console.running else "did not start"
    print(f"\nThe command {state} in the guest; {command[0]} ended with status "
          f"{child.returncode}. Above is the last of the console.", file=sys.stderr)
    return child.returncode if child.returncode > 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
