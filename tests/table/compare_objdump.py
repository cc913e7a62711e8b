#!/usr/bin/env python3
"""Compares Zither's disassembler with GNU objdump.

usage: compare_objdump.py INSN_LINES OBJDUMP rows
       compare_objdump.py INSN_LINES OBJDUMP file FILE...

`rows` takes every row of the instruction table with random operands, `file` the code of
executables and of compressed kernel images. Exits with 77, which is "skipped", if a FILE
is not there.
"""

import collections
import lzma
import os
import re
import subprocess
import sys
import tempfile
import zlib

# Per row; a fixed seed, so that a failure stays.
INSTRUCTIONS_OF_A_ROW = 200
LEAST_OF_A_ROW = 3
SEED = "0x5a17e4"

# Rows that GNU binutils 2.40 does not have. test_newer_insns.c has facts about them from
# elsewhere.
NOT_IN_BINUTILS = set(
    """
    BEXTG BDEPG CLZG CTZG CAL CALG CALGF PFCR LXAB LXAH LXAF LXAG LXAQ LLXAB LLXAH LLXAF LLXAG
    LLXAQ VBLEND VCVBQ VCVDQ VD VDL VEVAL VGEM VR VRL VTZ STCCTM CLP STHYI ESSA UVC CHSC SERVC
    PCISTG PCILG RPCIT PCISTB MPCIFC STPCIFC PCISTGI PCIWB PCILGI PCISTBI SIC NQAP DQAP PQAP
    RINEXT RION TRIC RIOFF RIEMIT LRIC STRIC MRIC
    """.split()
)

# Each instruction stands in a slot of its own, so that objdump, which takes four bytes where it
# knows no instruction, is back in step at the next.
SLOT = 16
NO_OPERATION = bytes.fromhex("0700")

LINE = re.compile(r"\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*\t(\S.*)")


def objdump(program, path, *options):
    """The instructions of a file as (address, bytes, text)."""
    listing = subprocess.run(
        [program, *options, path], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        found = LINE.match(line)
        if found:
            text = re.sub(r"\s*<[^>]*>$", "", found[3]).rstrip()
            yield found[1], found[2].replace(" ", ""), text


def disassemble_ours(insn_lines, instructions):
    request = "".join(f"{address} {code}\n" for address, code, _ in instructions)
    answer = subprocess.run(
        [insn_lines, "text"], input=request, capture_output=True, text=True, check=True
    ).stdout
    return answer.splitlines()


def comparable(text):
    """Not data, and not what objdump cannot print: a no-operation with an index or base."""
    return not text.startswith(".") and text.count("(") == text.count(")")


ROTATE = re.compile(r"(r\w*sb[a-z]*?)[tz]?\t(%r\d+,%r\d+),(\d+),(\d+)(?:,(\d+))?$")


def of_any_version(text):
    """Later binutils print general register 0 as a plain 0 where it stands for no base, have more
    extended mnemonics for the ROTATE THEN family, whose flags are then not in the operands, and
    leave out a rotation by 0."""
    rotate = ROTATE.match(text)
    if rotate:
        name, registers, first, last, amount = rotate.groups()
        return f"{name} {registers},{int(first) & 127},{int(last) & 127},{amount or 0}"
    return text.replace(",%r0)", ",0)")


def same(ours, theirs):
    if ours == theirs or of_any_version(ours) == of_any_version(theirs):
        return True
    # Those that know the z17 have an extended mnemonic for each of its element sizes, and for
    # comparisons that set the condition code.
    found = re.fullmatch(r"(v\w+)\t(.*%v\d+),([0-4])(?:,([01]))?", ours)
    if not found:
        return False
    mnemonic, operands, size, sets_code = found.groups()
    return theirs == f"{mnemonic}{'bhfgq'[int(size)]}{'s' * int(sets_code or 0)}\t{operands}"


def compare(insn_lines, instructions):
    """Prints what differs and returns how many do and how many were compared."""
    instructions = [i for i in instructions if comparable(i[2])]
    different = 0
    for (address, code, theirs), ours in zip(
        instructions, disassemble_ours(insn_lines, instructions), strict=True
    ):
        if not same(ours, theirs):
            different += 1
            if different <= 50:
                print(f"{address}: {code}: we print {ours!r}, objdump {theirs!r}")
    return different, len(instructions)


def compare_rows(insn_lines, program):
    lines = subprocess.run(
        [insn_lines, "rows", str(INSTRUCTIONS_OF_A_ROW), SEED],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")[:-1]
    rows = [line.split() for line in lines]
    known = [(mnemonic, code) for mnemonic, code in rows if mnemonic not in NOT_IN_BINUTILS]
    with tempfile.NamedTemporaryFile() as image:
        for _, code in known:
            image.write(bytes.fromhex(code) + NO_OPERATION * ((SLOT - len(code) // 2) // 2))
        image.flush()
        options = ["-D", "-z", "-b", "binary", "-m", "s390:64-bit"]
        dumped = {int(i[0], 16): i for i in objdump(program, image.name, *options)}
    shown = collections.Counter()
    instructions = []
    for i, (mnemonic, code) in enumerate(known):
        instruction = dumped[i * SLOT]
        if instruction[1] == code and comparable(instruction[2]):
            instructions.append(instruction)
            shown[mnemonic] += 1
    scarce = [mnemonic for mnemonic, _ in known if shown[mnemonic] < LEAST_OF_A_ROW]
    for mnemonic in sorted(set(scarce)):
        print(f"objdump knows {shown[mnemonic]} of our instructions of row {mnemonic}")
    different, count = compare(insn_lines, instructions)
    print(f"{count} instructions of {len(shown)} rows, {different} differ")
    return different != 0 or len(scarce) != 0


def decompress(data):
    """The largest of the compressed streams in a kernel image."""
    best = b""
    for magic, make in (
        (b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ)),
        (b"\x1f\x8b\x08", lambda: zlib.decompressobj(31)),
    ):
        at = data.find(magic)
        while at >= 0:
            try:
                best = max(best, make().decompress(data[at:]), key=len)
            except (lzma.LZMAError, zlib.error):
                pass
            at = data.find(magic, at + 1)
    return best


def code_of(program, path):
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"\x7fELF"):
        return list(objdump(program, path, "-d"))
    with tempfile.NamedTemporaryFile() as image:
        image.write(decompress(data) or data)
        image.flush()
        return list(objdump(program, image.name, "-D", "-b", "binary", "-m", "s390:64-bit"))


def compare_files(insn_lines, program, paths):
    failed = False
    for path in paths:
        if not os.path.exists(path):
            print(f"no {path}: tools/run-tests gets it")
            return 77
        different, count = compare(insn_lines, code_of(program, path))
        print(f"{path}: {count} instructions, {different} differ")
        failed = failed or different or count < 100_000
    return 1 if failed else 0


def main():
    insn_lines, program, kind, *paths = sys.argv[1:]
    if kind == "rows":
        return compare_rows(insn_lines, program)
    return compare_files(insn_lines, program, paths)


if __name__ == "__main__":
    sys.exit(main())
