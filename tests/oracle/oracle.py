#!/usr/bin/env python3
"""Run random instructions on Zither and on QEMU and show the first that ends differently.

Cases of several non-privileged instructions run from random states in the image of replay.c,
on both sides. Where a case ends differently, its prefixes are run to find the instruction, and
both states are shown. Rows that QEMU has not, or is known to get wrong (known.py, with the rule
of the Principles of Operation that decides), are not drawn.
"""
import argparse
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

import known

CASE = struct.Struct(">16Q16I64QIIQQ32Q320s")
MAGIC = bytes.fromhex("0ac1e0ca5e50ac1e")
CASES_SIZE = 4 << 20
CASES_MAX = CASES_SIZE // CASE.size - 1
CODE_SIZE = 320
CODE = 0x20000
SHOWS = 1
LEFT_BY_TIMER = f"{2:016x}"
END = bytes.fromhex("0a00")  # SVC 0

# Where storage is mapped, and the ends of it: see replay.c.
PLACES = [0x40000, 0x40800, 0x40ff0, 0x41000, 0x41f00, 0x41ffc, 0x43000, 0x43ff8, 0x44000,
          0x44100, 0xfffff8, 0x7ffffff8, 0x40, 0x20000]
INTEGERS = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
            0xffffffff, 0x100000000, 0x7fffffff00000000, 0x7fffffffffffffff, 0x8000000000000000,
            0x8000000000000001, 0xffffffff80000000, 0xfffffffffffffffe, 0xffffffffffffffff]
SHORTS = [0, 1, 0x007fffff, 0x00800000, 0x3f800000, 0x3f800001, 0x3fc00000, 0x40200000,
          0x4b000000, 0x4b800001, 0x4f000000, 0x4effffff, 0x5f000000, 0x7f7fffff, 0x7f800000,
          0x7fc00000, 0x7fc12345, 0x7f800001, 0x7fa54321, 0x33000000, 0x42280000]
LONGS = [0, 1, 0x000fffffffffffff, 0x0010000000000000, 0x3ff0000000000000, 0x3ff0000000000001,
         0x3ff8000000000000, 0x4004000000000000, 0x4330000000000001, 0x41dfffffffc00000,
         0x41e0000000000000, 0x43e0000000000000, 0x43dfffffffffffff, 0x47efffffe0000000,
         0x36a0000000000000, 0x3810000000000000, 0x380fffffffffffff, 0x7fefffffffffffff,
         0x7ff0000000000000, 0x7ff8000000000000, 0x7ff8deadbeef0001, 0x7ff0000000000001,
         0x7ff4deadbeef0001, 0x4045000000000000]
DECIMALS = [0x000000000000000c, 0x123456789012345c, 0x999999999999999d, 0x0000000000000f1c,
            0xf1f2f3f4f5f6f7c8, 0xf0f0f0f0f0f0f0d9, 0x123456789012345f, 0x00000000099c0001,
            0x2020202021202040, 0x4040204b20206b20]


class Draw:
    """Random states and sequences; everything follows from the seed.

    What writing a floating-point register leaves in bits 64-127 of the vector register is
    unpredictable, and differs: no case has both instructions on floating-point registers and
    ones on vector registers, and those bits are zero at first in a case with the former.
    """

    def __init__(self, seed, rows, kinds):
        self.random = random.Random(seed)
        self.sets = {kind: [insns for name, insns in rows.items() if kinds[name] in (kind, "other")]
                     for kind in ("floating", "vector") if kind in map(kinds.get, rows)}
        self.sets = self.sets or {"other": list(rows.values())}

    def pick(self, values):
        return values[self.random.randrange(len(values))]

    def floating(self):
        if self.random.random() < 0.35:
            return self.pick(SHORTS) << 32 | (self.pick(SHORTS) if self.random.random() < .5 else 0)
        value = self.pick(LONGS) if self.random.random() < 0.7 else self.random.getrandbits(64)
        return value ^ (1 << 63 if self.random.random() < 0.3 else 0)

    def pointer(self):
        return self.pick(PLACES) + self.random.choice([0, 0, 8, 16, self.random.randrange(64)])

    def general(self):
        kind = self.random.random()
        if kind < 0.3:
            return self.pointer()
        if kind < 0.5:
            return self.random.randrange(300)
        return self.pick(INTEGERS) if kind < 0.8 else self.random.getrandbits(64)

    def registers(self):
        """Half of the time pairs of address and length, which many instructions want."""
        values = [self.general() for _ in range(12)] + [self.pointer() for _ in range(4)]
        if self.random.random() < 0.5:
            for even in range(0, 12, 2):
                values[even] = self.pointer()
                values[even + 1] = self.random.randrange(self.pick([4, 40, 400, 5000]))
            values[0] = self.random.getrandbits(self.pick([2, 8, 64]))
        return values

    def psw_mask(self):
        mode = self.pick([0x180000000] * 6 + [0x80000000, 0])
        return (0x0501 << 48 | mode | self.random.randrange(4) << 44 |
                # QEMU does not have fixed-point overflow interruptions (PSW bit 20).
                self.pick([0, 0, 7, self.random.randrange(8)]) << 40)

    def fpc(self):
        """QEMU neither prepares for shorter precision (rounding mode 7) nor completes what
        traps for another reason than invalid operation and division by zero."""
        fpc = self.random.randrange(4)
        if self.random.random() < 0.2:
            fpc |= self.random.randrange(4) << 30
        if self.random.random() < 0.2:
            fpc |= self.random.randrange(32) << 19
        return fpc

    def value(self):
        return self.pick([self.floating, self.general, lambda: self.pick(DECIMALS),
                          lambda: self.pick(DECIMALS)])()

    def lanes(self):
        """Two doublewords: elements of one size, with the edges of its range among them."""
        bits = self.pick([8, 16, 32, 64, 128])
        edges = [0, 0, 1, (1 << bits) - 1, 1 << bits - 1, (1 << bits - 1) - 1,
                 self.random.getrandbits(bits), self.random.getrandbits(bits)]
        value = 0
        for _ in range(128 // bits):
            value = value << bits | self.pick(edges)
        return [value >> 64, value & (1 << 64) - 1]

    def characters(self, alphabet):
        """Two doublewords of characters of 1, 2 or 4 bytes; few of them, so that strings meet."""
        size = self.pick([1, 1, 2, 4])
        value = 0
        for _ in range(16 // size):
            value = value << 8 * size | self.pick(alphabet) % (1 << 8 * size)
        return [value >> 64, value & (1 << 64) - 1]

    def vectors(self, kind):
        """Half of a vector case's registers are like the one before, but for a byte or two."""
        words = []
        alphabet = self.pick([[0, 0x41, 0x42], [0x41, 0x42], [0, 1, 0x7f, 0x80, 0xff], range(32),
                              [0x80, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff]])
        others = [lambda: self.characters(alphabet), lambda: [self.floating(), self.floating()],
                  lambda: [self.random.randrange(20), self.random.randrange(20)]]
        for i in range(32):
            if kind != "vector":
                words += [self.floating(), 0 if i < 16 else self.floating()]
            elif i and self.random.random() < 0.5:
                words += words[-2:]
                for _ in range(self.random.randrange(3)):
                    change = self.random.getrandbits(8) << 8 * self.random.randrange(8)
                    words[-self.pick([1, 2])] ^= change
            else:
                words += self.lanes() if self.random.random() < 0.5 else self.pick(others)()
        return words

    def state(self, kind):
        return {"general": self.registers(),
                "access": [self.random.getrandbits(32) for _ in range(16)],
                "vector": self.vectors(kind), "fpc": self.fpc(), "psw": self.psw_mask(),
                "seed": self.random.getrandbits(64) | 1,
                "values": [self.value() for _ in range(32)]}

    def sequence(self, kind, length):
        """(mnemonic, bytes) in the order of execution, then the targets of EXECUTE."""
        insns = self.sets[kind]
        drawn = [self.pick(self.pick(insns)) for _ in range(length)]
        targets = [insn for insn in (self.pick(self.pick(insns)) for _ in range(8))
                   if insn[0] not in ("EX", "EXRL") and insn[1] != "RIL_b"
                   and not is_branch(insn)][:4]
        return drawn, targets

    def place(self, drawn, targets):
        """Bytes of the instructions, each with its relative operand filled in."""
        starts, at = [], 0
        for _, _, text in drawn:
            starts.append(at)
            at += len(text)
        end = at
        at += len(END)
        pool = []
        for _, _, text in targets:
            pool.append(at)
            at += len(text)
        placed = []
        for number, insn in enumerate(drawn):
            places = [start for start in starts if start > starts[number]] + [end]
            placed.append(self.fill_in(insn, CODE + starts[number], places, pool))
        return placed, [text for _, _, text in targets]

    def fill_in(self, insn, address, places, pool):
        mnemonic, form, text = insn
        if mnemonic == "EX" and pool:
            return text[:1] + bytes([text[1] & 0xf0]) + struct.pack(
                ">H", 0xb000 | self.pick(pool))
        if mnemonic == "EXRL" and pool:
            target = CODE + self.pick(pool)
        elif is_branch(insn):
            target = CODE + self.pick(places)
        elif form == "RIL_b":
            # Aligned: QEMU up to 8.0 does not check that.
            target = (self.pick([CODE] + PLACES[:10]) + 8 * self.random.randrange(10)) & ~7
        else:
            return text
        distance = (target - address) // 2
        if form in ("RIL_b", "RIL_c"):
            return text[:2] + struct.pack(">i", distance)
        return text[:2] + struct.pack(">h", distance) + text[4:]


BY_REGISTER = {"BALR", "BASR", "BCR", "BCTR", "BCTGR", "BC", "BAL", "BAS", "BCT", "BCTG", "BXH",
               "BXLE", "BXHG", "BXLEG", "CRB", "CGRB", "CIB", "CGIB", "CLRB", "CLGRB", "CLIB",
               "CLGIB", "BASSM", "BSM"}


def is_branch(insn):
    return insn[1] in ("RI_c", "RIL_c", "RIE_b", "RIE_c", "RIE_e", "RSI") or insn[0] in (
        "BRCT", "BRCTG", "BRCTH", "BRAS", "BRASL")


class Case:
    """A state, and instructions as bytes."""

    def __init__(self, draw, length):
        kind = draw.pick(list(draw.sets))
        self.state = draw.state(kind)
        insns = draw.sequence(kind, length)
        self.insns = insns[0]
        self.names = [insn[0] for insn in self.insns]
        self.texts, self.targets = draw.place(*insns)
        self.state["general"][11] = CODE if "EX" in self.names else self.state["general"][11]

    def code(self, count=None):
        """The first COUNT instructions; what follows stays in its place behind SVC 0."""
        count = len(self.texts) if count is None else count
        kept = b"".join(self.texts[:count])
        rest = b"".join(self.texts[count:])
        padding = END * (len(rest) // 2)
        return kept + padding + END + b"".join(self.targets)

    def pack(self, count=None, flags=0):
        state = self.state
        return CASE.pack(*state["general"], *state["access"], *state["vector"], state["fpc"],
                         flags, state["psw"], state["seed"], *state["values"], self.code(count))


class Ended(Exception):
    """An emulator did not come to the end; then the case, and the results."""


class Side:
    """An emulator that runs cases."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def run(self, image, packed, vectors):
        """What the image prints: a list of (reason and checksum, lines) by case."""
        at = image.index(MAGIC)
        body = MAGIC + struct.pack(">II", len(packed), vectors) + b"".join(packed)
        with tempfile.NamedTemporaryFile(suffix=".elf") as file:
            file.write(image[:at] + body + image[at + len(body):])
            file.flush()
            done = subprocess.run(self.command + ["--kernel", file.name],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=600, check=False)
        text = done.stdout.decode(errors="replace").replace("\r", "")
        results = []
        for line in text.splitlines():
            if line.startswith("vectors "):
                self.has_vectors = int(line.split()[1], 16)
            elif line.startswith("case "):
                results.append((line.split()[2:], []))
            elif results:
                results[-1][1].append(line)
        if len(results) < len(packed):
            rest = text[text.rfind("\ncase "):].split("\n", 2)[-1]
            raise Ended(f"{self.name} ended with status {done.returncode}: {rest[:2000]}",
                        len(results), results)
        return results


def drawn_insns(tool, count, seed):
    """The instructions of each mnemonic, and its kind."""
    rows, kinds = {}, {}
    for line in subprocess.run([tool, str(count), str(seed)], stdout=subprocess.PIPE, check=True,
                               text=True).stdout.splitlines():
        mnemonic, kind, form, text = line.split()
        if mnemonic not in known.NOT_DRAWN:
            text = known.avoid(mnemonic, bytes.fromhex(text))
            rows.setdefault(mnemonic, []).append((mnemonic, form, text))
            kinds[mnemonic] = kind
    return rows, kinds


def disassembly(text):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["s390x-linux-gnu-objdump", "-D", "-b", "binary", "-m", "s390:64-bit",
                               "-M", "zarch", file.name], stdout=subprocess.PIPE, check=True,
                              text=True)
    return done.stdout.splitlines()[-1].split("\t", 1)[-1].replace("\t", " ")


class Difference:
    """Instruction COUNT of CASE, and the lines that both sides printed after it."""

    def __init__(self, case, count, ours, theirs):
        self.case, self.count, self.ours, self.theirs = case, count, ours, theirs
        self.name = case.names[count - 1]
        self.text = case.texts[count - 1]
        self.behind_branch = any(name in BY_REGISTER for name in case.names[:count - 1])
        self.is_branch = case.insns[count - 1][0] in BY_REGISTER or is_branch(case.insns[count - 1])

    def highest_address(self):
        """Of the addressing mode at the end, which an instruction may have set."""
        mode = (known.value(self.ours, "psw") or self.case.state["psw"]) >> 31 & 3
        return 1 << {0: 24, 1: 31, 3: 64}[mode]

    def differing(self):
        """(zither's, QEMU's) lines that the other has not."""
        keep = ("psw ", "event ")
        return ([line for line in self.ours if line not in self.theirs or line.startswith(keep)],
                [line for line in self.theirs if line not in self.ours or line.startswith(keep)])

    def show(self):
        shown = disassembly(self.text)
        print(f"# instruction {self.count} of {len(self.case.texts)}: {self.name}: {shown}")
        if self.name in ("EX", "EXRL"):
            print("#   targets:", "; ".join(disassembly(text) for text in self.case.targets))
        print(f"#   code {self.case.code(self.count).hex()}")
        for line in initial_lines(self.case, shown):
            print("#   first  " + shorten(line))
        for side, lines in zip(("zither", "qemu"), self.differing()):
            for line in lines[:20]:
                print(f"#   {side:7}{shorten(line)}")


def initial_lines(case, shown):
    """The state before the case, of the registers that the instruction SHOWN names."""
    state = case.state
    named = set(re.findall(r"%([rafv]\d+)", shown))
    named |= {word[0] + str(int(word[1:]) ^ 1) for word in named}
    lines = [f"psw {state['psw']:016x}", f"fpc {state['fpc']:016x}"]
    lines += [f"r {i:x} {state['general'][i]:016x}" for i in range(16) if f"r{i}" in named]
    lines += [f"v {i:x} {state['vector'][2 * i]:016x} {state['vector'][2 * i + 1]:016x}"
              for i in range(32) if {f"v{i}", f"f{i}"} & named]
    return lines


class Oracle:
    def __init__(self, options):
        with open(options.image, "rb") as file:
            self.image = file.read()
        # Later machines have element sizes that are reserved on QEMU's.
        self.ours = Side("zither", [options.zither, "run", "--cpu", "z16"])
        self.theirs = Side("qemu", [sys.executable, options.qemu_wrapper, "run"])
        self.options = options
        self.vectors = 0
        self.aborts = 0

    def both(self, cases, count=None, flags=0):
        return self.both_packed([case.pack(count, flags) for case in cases], cases)

    def both_packed(self, packed, cases):
        """The results of both sides; of a case that makes QEMU abort, Zither's twice."""
        try:
            ours = self.ours.run(self.image, packed, self.vectors)
        except Ended as ended:
            case = cases[min(ended.args[1], len(cases) - 1)]
            insns = "; ".join(f"{name}: {disassembly(text)}"
                              for name, text in zip(case.names, case.texts))
            sys.exit(f"{ended.args[0]}\n# it ran {insns}")
        theirs = []
        while len(theirs) < len(packed):
            try:
                theirs += self.theirs.run(self.image, packed[len(theirs):], self.vectors)
            except Ended as ended:
                theirs += ended.args[2]
                if len(theirs) < len(packed):
                    theirs.append(ours[len(theirs)])
                self.aborts += 1
        return ours, theirs

    def rows_of_both(self, rows, kinds):
        """Leaves out the rows that end with an operation exception on one side."""
        cases = []
        for name, insns in rows.items():
            case = Case(Draw(1, {name: [insns[0]]}, kinds), 1)
            case.state["psw"] = 0x0501000180000000
            case.targets = [b"\x07\x00"] * 12
            cases.append(case)
        ours, theirs = self.both(cases, flags=SHOWS)
        self.vectors = self.ours.has_vectors & self.theirs.has_vectors
        missing = {"zither": [], "qemu": []}
        for name, *sides in zip(list(rows), ours, theirs):
            end = f"{CODE + len(rows[name][0][2]):016x}"
            for side, result in zip(missing, sides):
                events = [line.split() for line in result[1] if line.startswith("event ")]
                if events and int(events[0][1], 16) == 1 and events[0][4] == end:
                    missing[side].append(name)
        for side, names in missing.items():
            if self.options.verbose:
                print(f"# {side} has not: {' '.join(names)}")
            for name in names:
                rows.pop(name, None)
        return rows

    def first_differences(self, cases):
        """The instruction of each case after which the sides differ, with what they printed."""
        prefixes = [(case, count) for case in cases for count in range(1, len(case.texts) + 1)]
        found = {}
        for first in range(0, len(prefixes), CASES_MAX):
            part = prefixes[first:first + CASES_MAX]
            packed = [case.pack(count, SHOWS) for case, count in part]
            results = self.both_packed(packed, [case for case, _ in part])
            for (case, count), our, their in zip(part, *results):
                if our[0] != their[0] and LEFT_BY_TIMER not in (our[0][0], their[0][0]):
                    found.setdefault(case, Difference(case, count, our[1], their[1]))
        return list(found.values())

    def run(self, seed):
        rows, kinds = drawn_insns(self.options.tool, self.options.choice, seed)
        rows = self.rows_of_both(rows, kinds)
        if self.options.only:
            rows = {name: rows[name] for name in self.options.only.split(",") if name in rows}
        draw = Draw(seed, rows, kinds)
        cases = [Case(draw, draw.random.randint(1, self.options.length))
                 for _ in range(self.options.cases)]
        different = []
        for first in range(0, len(cases), CASES_MAX):
            part = cases[first:first + CASES_MAX]
            ours, theirs = self.both(part)
            different += [case for case, our, their in zip(part, ours, theirs)
                          if our[0] != their[0]]
        differences = self.first_differences(different) if different else []
        unknown = [this for this in differences if not known.is_known(this)]
        print(f"seed {seed}: {len(cases)} cases of {len(rows)} instructions, {len(different)} "
              f"end differently, {len(unknown)} for no known fault of QEMU; "
              f"it aborted {self.aborts} times")
        shown = {}
        for this in unknown:
            shown[this.name] = shown.get(this.name, 0) + 1
            if len(shown) <= self.options.show and shown[this.name] <= self.options.each:
                this.show()
        if shown:
            print("#", " ".join(f"{name}:{count}" for name, count in sorted(shown.items())))
        return len(unknown)


def shorten(line):
    words = line.split()
    if words[0] in "rav" and len(words) > 1:
        return f"{words[0]}{int(words[1], 16)} {' '.join(words[2:])}"
    if words[0] == "event":
        code, ilc, *rest = words[1:]
        return f"event {int(code, 16):x} ilc {int(ilc, 16)} {' '.join(rest)}"
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True, help="replay.elf")
    parser.add_argument("--tool", required=True, help="draw_insns")
    parser.add_argument("--zither", required=True)
    parser.add_argument("--qemu-wrapper", default=os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "../guest/qemu_as_zither.py"))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1500)
    parser.add_argument("--length", type=int, default=6)
    parser.add_argument("--choice", type=int, default=12, help="variants drawn of each row")
    parser.add_argument("--only", help="mnemonics, separated by commas")
    parser.add_argument("--show", type=int, default=1, help="instructions to show that differ")
    parser.add_argument("--each", type=int, default=1, help="of those, of one instruction")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    oracle = Oracle(options)
    return 1 if sum(oracle.run(options.first_seed + i) for i in range(options.seeds)) else 0


if __name__ == "__main__":
    sys.exit(main())
