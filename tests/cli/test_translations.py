#!/usr/bin/env python3
"""What is to be seen of translated code: listings and perf's files."""
import pathlib
import re
import subprocess
import tempfile
import unittest

import cli
from cli import STOP, Case, run

# At 1000: LGHI 2,100; LAY 15,-160(15) at 1004; loop at 100a: AG 3,0x200; ALR 4,2; BRCTG 2,loop
LOOP = "a7290064" + "e3f0ff60ff71" + "e33002000008" + "1e42" + "a727fffc" + STOP
JIT = ("--accel", "jit")


def is_refused():
    """This host's processor runs no translated code."""
    with tempfile.NamedTemporaryFile() as guest:
        guest.write(cli.flat(STOP))
        guest.flush()
        return b"no x86-64" in run("run", "--kernel", guest.name, *JIT).stderr


@unittest.skipIf(is_refused(), "this host runs no translated code")
class Translations(Case):
    def test_one_address(self):
        result = self.run_guest(LOOP, None, *JIT, "--jit-dump", "0x1010")
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 0)
        block = re.search(r"^block 100a-1019  CPU 0, absolute 100a, 4 instructions,", text, re.M)
        self.assertTrue(block, text)
        self.assertRegex(text, r"(?m)^  31-bit, real, supervisor state, key 0$")
        # The three columns of one instruction, and code beside the straight way.
        self.assertRegex(text, r"(?m)^  1010  alr %r4,%r2 +r4 = add\.4 r4, r2 .*\+[0-9a-f]{4} \w+ ")
        self.assertRegex(text, r"brdec\.8 to 100a ")
        self.assertRegex(text, r"(?m)^    \(poll, 1012\) ")
        self.assertRegex(text, r"sub dword ptr \[budget\], 3")
        self.assertRegex(text, r"(?m)call body$")
        self.assertRegex(text, r"(?m)^  pins: r1=\w+ ")

    def test_other_address(self):
        result = self.run_guest(LOOP, None, *JIT, "--jit-dump", "2000")
        self.assertEqual((result.returncode, result.stderr), (0, b""))

    def test_all_into_a_file(self):
        to = pathlib.Path(self.folder) / "listing"
        result = self.run_guest(LOOP, None, *JIT, "--jit-dump", "all", "--jit-dump-to", to)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn("block 100a-1019", to.read_text())

    def test_file_that_cannot_be(self):
        result = self.run_guest(LOOP, None, *JIT, "--jit-dump", "all", "--jit-dump-to",
                                "/nowhere/listing")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"/nowhere/listing", result.stderr)

    def test_not_an_address(self):
        for value in ("main", "", "0x", "12 34"):
            result = self.run_guest(LOOP, None, *JIT, "--jit-dump", value)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"hexadecimal address", result.stderr)

    def test_interpreter(self):
        for option in (("--jit-dump", "all"), ("--perf-map",), ("--jitdump", self.folder)):
            result = self.run_guest(LOOP, None, "--accel", "interp", *option)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"--accel jit", result.stderr)

    def test_statistics(self):
        text = self.run_guest(LOOP, None, *JIT, "--stats").stderr.decode()
        figures = {name: value for value, name in re.findall(r"(?m)^ *(\S+)  (.*)$", text)}
        self.assertGreater(int(figures["nanoseconds spent translating"]), 0)
        self.assertGreater(float(figures["bytes of code for a translated instruction"]), 1)
        self.assertEqual(figures["bodies that ended a block"], "1")
        self.assertEqual(figures["returns for a request, between two blocks"], "1")
        self.assertRegex(text, r"(?m)^ +1 +0  SIGP$")

    def test_dump_for_perf(self):
        self.run_guest(LOOP, None, *JIT, "--jitdump", self.folder)
        [dump] = pathlib.Path(self.folder).glob("jit-*.dump")
        data = dump.read_bytes()
        self.assertEqual(data[:4], b"DTiJ")
        names, at = [], int.from_bytes(data[8:12], "little")
        while at < len(data):
            size = int.from_bytes(data[at + 4:at + 8], "little")
            code_size = int.from_bytes(data[at + 40:at + 48], "little")
            name = data[at + 56:data.index(b"\0", at + 56)]
            self.assertEqual(size, 56 + len(name) + 1 + code_size)
            names.append(name.decode())
            at += size
        self.assertEqual(at, len(data))
        self.assertIn("z:stub:body", names)
        self.assertIn("z:0x100a ag %r3,512", names)

    def test_map_for_perf(self):
        process = subprocess.Popen([cli.ZITHER, "run", "--kernel", self.guest(LOOP), *JIT,
                                    "--perf-map"])
        self.assertEqual(process.wait(60), 0)
        path = pathlib.Path(f"/tmp/perf-{process.pid}.map")
        lines = path.read_text().splitlines()
        path.unlink()
        for line in lines:
            self.assertRegex(line, r"^[0-9a-f]+ [0-9a-f]+ z:\S+")
        self.assertRegex(lines[-1], r"z:0x100a ag %r3,512$")


if __name__ == "__main__":
    cli.main()
