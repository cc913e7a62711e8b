#!/usr/bin/env python3
"""The tools that make and talk to a Linux guest, checked without an emulator.

usage: test_tools.py TOOLS
"""
import importlib.util
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(sys.argv[1])


def load(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / "guest" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_cpio(data):
    """The members of a "newc" archive: name, mode, contents and device."""
    position, found = 0, []
    while True:
        assert data[position:position + 6] == b"070701", position
        fields = [int(data[position + 6 + 8 * i:position + 14 + 8 * i], 16) for i in range(13)]
        start = position + 110
        name = data[start:start + fields[11] - 1].decode()
        body = (start + fields[11] + 3) & ~3
        if name == "TRAILER!!!":
            return found
        found.append((name, fields[1], data[body:body + fields[6]], tuple(fields[9:11])))
        position = (body + fields[6] + 3) & ~3


class Initramfs(unittest.TestCase):
    def make(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "initramfs"
            subprocess.run([sys.executable, TOOLS / "guest/make_initramfs.py", output, *arguments],
                           check=True)
            return output.read_bytes()

    def test_contents(self):
        script = str(TOOLS / "guest/init.sh")
        members = {name: rest for name, *rest in read_cpio(self.make(
            f"/init={script}", "/note:two words = one: value", "/empty:"))}
        self.assertEqual(members["init"][:2], [0o100755, pathlib.Path(script).read_bytes()])
        self.assertEqual(members["note"][:2], [0o100644, b"two words = one: value"])
        self.assertEqual(members["empty"][1], b"")
        self.assertEqual(members["dev/console"], [0o020600, b"", (5, 1)])
        self.assertEqual(members["proc"][0], 0o040755)

    def test_same_arguments_give_the_same_bytes(self):
        self.assertEqual(self.make("/a:1"), self.make("/a:1"))
        self.assertNotEqual(self.make("/a:1"), self.make("/a:2"))


class Marks(unittest.TestCase):
    """However the console's bytes are cut, the output is what stands between the marks."""

    BEGIN, END = b"<zither;n1;begin>", b"<zither;n1;end;42>"

    def run_console(self, stream, size):
        output = io.BytesIO()
        console = load("guest_command").Console(b"n1", output)
        for start in range(0, len(stream), size):
            console.feed(stream[start:start + size])
        return output.getvalue(), console.status

    def test_every_cut(self):
        inside = b"one\r\n<zither;n2;end;7> <zither two <"
        stream = b"Linux version\r\n" + self.BEGIN + inside + self.END + b"Power down\r\n"
        for size in range(1, len(stream) + 1):
            with self.subTest(size=size):
                self.assertEqual(self.run_console(stream, size), (inside, 42))

    def test_no_output(self):
        self.assertEqual(self.run_console(self.BEGIN + self.END, 5), (b"", 42))

    def test_no_end(self):
        self.assertEqual(self.run_console(self.BEGIN + b"text", 3), (b"text", None))

    def test_no_begin(self):
        self.assertEqual(self.run_console(b"Kernel panic" + self.END, 3), (b"", None))


class GuestCommand(unittest.TestCase):
    def run_with(self, shell):
        return subprocess.run([sys.executable, TOOLS / "guest/guest_command.py", "n1", "sh", "-c",
                               shell], capture_output=True, check=False)

    def test_status_of_the_command(self):
        done = self.run_with(r"printf 'boot<zither;n1;begin>out<zither;n1;end;9>'")
        self.assertEqual((done.returncode, done.stdout), (9, b"out"))

    def test_status_of_the_emulator_where_the_command_did_not_end(self):
        done = self.run_with(r"printf 'Kernel panic'; exit 3")
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertIn(b"Kernel panic", done.stderr)
        self.assertIn(b"did not start", done.stderr)

    def test_an_emulator_that_says_nothing_is_a_failure(self):
        self.assertEqual(self.run_with("exit 0").returncode, 1)


class KvmUnitTests(unittest.TestCase):
    """run-kvm-unit-tests on a tree of one test each, with a shell script for an emulator."""

    CONFIG = "[good]\nfile = t.elf\nsmp = 2\n\n[other]\nfile = t.elf\naccel = kvm\n"

    def run_table(self, script, config=CONFIG):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "s390x").mkdir()
            (root / "s390x/unittests.cfg").write_text(config)
            (root / "s390x/t.elf").write_text("")
            program = root / "emulator"
            program.write_text(f"#!/bin/sh\n[ \"$2\" != --help ] || exec echo --cpus\n{script}\n")
            os.chmod(program, 0o755)
            return subprocess.run([TOOLS / "run-kvm-unit-tests", root, "--program", program,
                                   "--logs", root / "logs"], capture_output=True, text=True,
                                  check=False)

    def test_pass_and_skip(self):
        done = self.run_table('echo "SUMMARY: 5 tests"; echo "EXIT: STATUS=1"; [ "$5" = 2 ]')
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("1 passed, 0 failed, 1 skipped", done.stdout)
        self.assertRegex(done.stdout, r"PASS good .* 5 tests")
        self.assertRegex(done.stdout, r"SKIP other .* for accelerator kvm only")

    def test_failures(self):
        for script in ('echo "FAIL: x: y"; echo "EXIT: STATUS=3"', "exit 3", "exit 0",
                       'echo "EXIT: STATUS=1"; exit 3', "exit 124"):
            with self.subTest(script=script):
                done = self.run_table(script)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("0 passed, 1 failed", done.stdout)

    def test_nothing_ran(self):
        self.assertEqual(self.run_table('echo "EXIT: STATUS=77"').returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
