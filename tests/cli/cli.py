"""What the tests of the program share: running it, and guests of a few instructions."""
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

ZITHER, SOURCE, VERSION = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]

CODE = 0x1000  # where a guest's instructions stand
PSW_64 = 0x0000000180000000
WAIT = 0x0002000000000000

STOP = "ae000005"  # SIGP 0,0,5: CPU 0 stops itself
FOR_EVER = "a7f40000"  # J .


def flat(code, doublewords=None):
    """A flat binary: short PSW at 0, CODE (hexadecimal) where it leads, and DOUBLEWORDS, a
    map from address to value."""
    image = bytearray(0x2000)
    image[0:8] = (0x0008000080000000 | CODE).to_bytes(8, "big")
    image[CODE:CODE + len(code) // 2] = bytes.fromhex(code)
    for address, value in (doublewords or {}).items():
        image[address:address + 8] = value.to_bytes(8, "big")
    return bytes(image)


def load_psw(mask, address):
    """Code and doublewords of LPSWE of this PSW from 0x800."""
    return "b2b20800", {0x800: mask, 0x808: address}


PRINT_AGAIN = "a7f4fff6"  # J .-20


def printing(text, then=FOR_EVER):
    """A flat binary that writes TEXT to the VT220 console and goes on with THEN."""
    code = ""
    for command, sccb in ((0x00780005, 0x2000), (0x00760005, 0x3000)):
        # LLILF 2,command; LLILF 3,sccb; SERVC 2,3; BRC 7,.-4 while the last one goes on
        code += f"c02f{command:08x}" + f"c03f{sccb:08x}" + "b2200023" + "a774fffe"
    mask = struct.pack(">HxxxxxxxxHIIII", 28, 4, 0, 0x40, 0, 0)  # sends VT220 data
    data = struct.pack(">HxxxxxxHBxxx", 14 + len(text), 6 + len(text), 0x1a) + text
    return flat(code + then) + mask.ljust(0x1000, b"\0") + data.ljust(0x1000, b"\0")


def run(*arguments, **options):
    options = {"timeout": 60, "stdin": subprocess.DEVNULL} | options
    return subprocess.run([ZITHER, *map(str, arguments)], capture_output=True, check=False,
                          **options)


class Case(unittest.TestCase):
    """A test with a folder for its files."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, contents):
        path = self.folder / name
        path.write_bytes(contents)
        return path

    def guest(self, code, doublewords=None):
        return self.file("guest", flat(code, doublewords))

    def run_guest(self, code, doublewords=None, *options):
        return run("run", "--kernel", self.guest(code, doublewords), *options)


def main():
    unittest.main(argv=sys.argv[:1])
