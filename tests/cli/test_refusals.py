#!/usr/bin/env python3
"""Bad input: one sentence that names the object and what to do, status 1, nothing left."""
import gzip
import re
import struct

import cli
from cli import STOP, Case, flat, run


def elf(machine=22, bits=2, order=2):
    """The header of an ELF file; s390x by default."""
    pack = ">" if order == 2 else "<"
    return b"\x7fELF" + bytes([bits, order, 1]) + bytes(9) + \
        struct.pack(pack + "HHIQQQIHHHHHH", 2, machine, 1, 0x10000, 64, 0, 0, 64, 56, 1, 0, 0, 0)


class Refusals(Case):
    def refuse(self, *arguments, says):
        result = run(*arguments)
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 1, text)
        self.assertEqual(result.stdout, b"")
        self.assertRegex(text, r"\Azither: [^\n]+\n\Z")
        for word in says:
            self.assertIn(word, text)

    def refuse_kernel(self, contents, *says):
        self.refuse("run", "--kernel", self.file("the-kernel", contents),
                    says=["the-kernel", *says])

    def test_commands(self):
        self.refuse(says=["no command", "zither run --kernel FILE"])
        self.refuse("rum", says=["rum", "did you mean `zither run`"])
        self.refuse("frobnicate", says=["frobnicate", "zither --help"])

    def test_options(self):
        self.refuse("run", "--kernal", "x", says=["--kernal", "did you mean --kernel"])
        self.refuse("run", "--memroy=1G", says=["--memroy", "did you mean --memory"])
        self.refuse("run", "--frobnicate", says=["--frobnicate", "zither run --help"])
        self.refuse("run", "--bogus", says=["--bogus", "zither run --help"])
        self.refuse("run", "-Z", says=["-Z", "zither run --help"])
        self.refuse("run", "vmlinuz", says=["vmlinuz", "--kernel"])
        self.refuse("run", "--kernel", says=["--kernel", "needs a value"])
        self.refuse("run", "--stats=yes", says=["--stats", "no value"])
        self.refuse("run", says=["no kernel", "--kernel"])

    def test_values(self):
        kernel = self.guest(STOP)
        for option, value, says in (
                ("--memory", "0", "0 bytes"), ("--memory", "1500K", "1 MiB"),
                ("--memory", "lots", "512M"), ("--memory", "-1", "512M"),
                ("--memory", "99999999999999G", "512M"),
                ("--memory", "16777215T", "memory"),
                ("--cpus", "0", "1 to 248"), ("--cpus", "249", "1 to 248"),
                ("--cpus", "two", "number"), ("--cpu", "z99", "--cpu help"),
                ("--accel", "kvm", "interp"), ("--console", "tty", "stdio"),
                ("--console", "file:/not/there", "/not/there"),
                ("--trace", "/not/there", "/not/there"),
                ("--device", "3270", "3270"), ("--device", "3215,devno=xyz", "devno=HEX"),
                ("--device", "3215,color=blue", "color=blue"),
                ("--device", "3215,devno=12345", "devno=HEX"),
                ("--device", "3215,devno=-1", "devno=HEX"),
                ("--device", "3215,console=tty", "file:PATH"),
                ("--device", "3215,console=stdio", "null or file:PATH"),
                ("--timeout", "0", "seconds"), ("--timeout", "soon", "seconds"),
                ("--uuid", "123", "uuid"), ("--max-cpus", "1000", "1 to 248")):
            with self.subTest(option=option, value=value):
                self.refuse("run", "--kernel", kernel, f"{option}={value}", says=[says])
                self.refuse("run", "--kernel", kernel, option, value, says=[says])

    def test_kernels(self):
        self.refuse("run", "--kernel", "/not/there", says=["/not/there", "check the path"])
        self.refuse("run", "--kernel", self.folder, says=[str(self.folder)])
        self.refuse_kernel(b"", "empty")
        self.refuse_kernel(bytes(5000), "no kernel that can be started")
        self.refuse_kernel(elf(machine=62, order=1), "x86-64", "s390x")
        self.refuse_kernel(elf(machine=183, order=1), "AArch64", "s390x")
        self.refuse_kernel(elf(bits=1), "31-bit s390")
        self.refuse_kernel(elf(), "cut off", "program header table")
        self.refuse_kernel(elf()[:40], "cut off")
        self.refuse_kernel(gzip.compress(flat(STOP))[:-9], "damaged gzip")
        self.refuse_kernel(b"one\ntwo\n", "line 1")

    def test_initrds(self):
        linux = bytearray(0x11000)
        linux[0x10008:0x1000e] = b"S390EP"
        kernel = self.file("linux", linux)
        initrd = self.file("the-initrd", bytes(9 << 20))
        self.refuse("run", "-k", kernel, "-i", initrd, "-m", "8M", says=["the-initrd", "--memory"])
        self.refuse("run", "-k", kernel, "-i", initrd, "-m", "16M",
                    says=["the-initrd", "--memory"])
        self.refuse("run", "-k", kernel, "-i", "/not/there", says=["initrd /not/there"])
        self.refuse("run", "-k", kernel, "-a", "x" * 896, says=["at most 895", "--append"])
        self.refuse("run", "-k", self.guest(STOP), "-i", initrd, says=["takes no initrd"])

    def test_kernel_larger_than_memory(self):
        self.refuse("run", "-k", self.file("the-kernel", flat(STOP) + bytes(2 << 20)), "-m", "1M",
                    says=["the-kernel", "--memory"])

    def test_forms(self):
        """All spellings of an option mean the same."""
        kernel = self.guest(STOP)
        for option in (["--kernel", kernel], [f"--kernel={kernel}"], ["-k", kernel],
                       ["-kernel", kernel]):
            for memory in (["-m", "16"], ["-m16M"], ["--memory=16384K"], ["-memory", "1G"]):
                self.assertEqual(run("run", *option, *memory).returncode, 0)

    def test_help(self):
        for arguments in (["--help"], ["run", "--help"], ["run", "-h"], ["--version"],
                          ["run", "--cpu", "help"]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stderr), (0, b""))
            self.assertTrue(result.stdout)
        self.assertEqual(run("--version").stdout.decode(), f"zither {cli.VERSION}\n")
        self.assertTrue(re.search(r"^ +z15 ", run("run", "--cpu", "help").stdout.decode(), re.M))


if __name__ == "__main__":
    cli.main()
