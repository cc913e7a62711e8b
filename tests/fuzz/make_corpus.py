#!/usr/bin/env python3
"""Write inputs for the fuzzers to start from: well-formed ones, which luck seldom finds.

usage: make_corpus.py OUTPUT_FOLDER
"""
import gzip
import pathlib
import struct
import sys


def elf(segments, machine=22, entry=0x10000, kind=2):
    """A big-endian ELF64 file with loadable SEGMENTS (address, contents, size in storage)."""
    header = b"\x7fELF" + bytes([2, 2, 1]) + bytes(9) + struct.pack(
        ">HHIQQQIHHHHHH", kind, machine, 1, entry, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    offset, table, body = 64 + 56 * len(segments), b"", b""
    for address, contents, size in segments:
        table += struct.pack(">IIQQQQQQ", 1, 7, offset + len(body), address, address,
                             len(contents), size, 4096)
        body += contents
    return header + table + body


def linux_image():
    """The start of a Linux image: a short PSW at 0, the magic, the command line's room."""
    image = bytearray(0x11000)
    image[0:8] = struct.pack(">II", 0x00080000, 0x80010000)
    image[0x10008:0x1000e] = b"S390EP"
    image[0x10430:0x10438] = struct.pack(">Q", 4096)
    return bytes(image)


def kernels():
    plain = elf([(0x10000, b"\x07\xfe" * 8, 64)])
    return {
        "elf": plain,
        "elf_two": elf([(0, bytes(0x1b0), 0x1b0), (0x10000, b"\x07\xfe", 0x2000)]),
        "elf_none": elf([]),
        "elf_foreign": elf([(0x10000, b"\x90", 1)], machine=62),
        "elf_gzip": gzip.compress(plain, mtime=0),
        "flat": struct.pack(">II", 0x00080000, 0x80000010) + b"\x07\xfe" * 8,
        "linux_gzip": gzip.compress(linux_image(), mtime=0),
    }


def action(kind, command, address, contents):
    return struct.pack(">BBHH", kind, command, address, len(contents)) + contents


def sccb(length, function=0, body=b""):
    return (struct.pack(">HB3xH", length, function, 0) + body).ljust(length, b"\0")


def event(kind, data):
    return struct.pack(">HBBH", 6 + len(data), kind, 0, 0) + data


def service_calls():
    """Inputs of fuzz_sccb: two bytes of configuration, then actions."""
    masks = sccb(28, body=struct.pack(">HHIIII", 0, 4, 0xffffffff, 0xffffffff, 0, 0))
    text = event(0x1a, b"hello\n")
    line = event(0x02, bytes(64))
    calls = {
        "read_scp_info": action(2, 1, 0, sccb(4096)),
        "read_cpu_info": action(2, 0, 0, sccb(4096)),
        "write_mask": action(2, 5, 0, masks),
        "write_text": action(2, 5, 0, masks) + action(2, 3, 0, sccb(8 + len(text), body=text)),
        "write_both": action(2, 5, 0, masks) +
                      action(2, 3, 0, sccb(8 + len(text + line), body=text + line)),
        "read_input": action(2, 5, 0, masks) + action(0, 0, 0, b"typed\n") +
                      action(2, 4, 0, sccb(4096)),
        "quiesce": action(2, 5, 0, masks) + action(1, 0, 0, b"") + action(2, 4, 0, sccb(4096)),
    }
    return {name: bytes([1, 1]) + data for name, data in calls.items()}


def channel_act(kind, which, contents=b""):
    return struct.pack(">BBH", kind, which, len(contents)) + contents


def channel_programs():
    """Inputs of fuzz_channel_program: CCWs at 0x1000, an ORB, work, and the status."""
    def ccws(*rows):
        return channel_act(0, 0x10, b"".join(struct.pack(">BBHI", *row) for row in rows))

    def run(control=0x00808000, which=0):
        return channel_act(2, which, struct.pack(">III", 1, control, 0x1000) + bytes(20)) + \
            channel_act(15, 0) + channel_act(13, which)

    idaws = channel_act(0, 0x20, struct.pack(">III", 0x4010, 0x4800, 0x5000))
    return {
        "sense_id": ccws((0xe4, 0x20, 256, 0x4000)) + run(),
        "chain": ccws((3, 0x40, 1, 0), (8, 0, 0, 0x1010), (2, 0x80, 4, 0x4000),
                      (0, 0x10, 4, 0), (0, 0x20, 9, 0x4100)) + run(),
        "endless": ccws((0x1b, 0x40, 1, 0), (8, 0, 0, 0x1000)) + run() + channel_act(5, 0),
        "endless_data": ccws((1, 0x80, 0xffff, 0x4000), (8, 0, 0, 0x1000)) + run() +
                        channel_act(4, 0),
        "suspend": ccws((0x1b, 0x42, 1, 0), (2, 0, 1, 0x4000)) + run(0x08808000) +
                   channel_act(6, 0) + channel_act(15, 0),
        "indirect": idaws + ccws((2, 0x04, 5000, 0x2000)) + run(),
        "indirect_64": idaws + ccws((2, 0x04, 5000, 0x2000)) + run(0x00828000),
        "backward": ccws((0x0c, 0x20, 5000, 0x6fff)) + run(),
        "wait": ccws((0x0b, 0x40, 1, 0), (0xe4, 0x20, 8, 0x4000)) + run() +
                channel_act(10, 0x0c) + channel_act(15, 0) + channel_act(13, 0),
        "typewriter": ccws((9, 0x60, 80, 0x4000), (0x0a, 0x20, 80, 0x4000)) + run(which=1) +
                      channel_act(10, 0, b"line\n") + channel_act(13, 1),
        "format_0": channel_act(0, 0x10, struct.pack(">IIII", 0x03000000, 0x40000001, 0xe4004000,
                                                     0x20000100)) + run(0x00008000),
        "reset_path": ccws((0x0b, 0, 1, 0)) + run() + channel_act(11, 0) + channel_act(15, 0),
        "call": channel_act(9, 0, struct.pack(">HHIII", 16, 4, 0, 0xffff, 0)),
    }


def instructions():
    """One of each first byte, with each second byte that could extend it."""
    two = {f"first_{first:02x}": b"".join(bytes([first, second, 0, 16, 0, 0x20])
                                          for second in range(0, 256, 5))
           for first in range(0, 256, 3)}
    last = {f"last_{first:02x}": b"".join(bytes([first, 0x12, 0x30, 0x45, 0x67, code])
                                          for code in range(256)) for first in (0xe3, 0xe7, 0xeb, 0xec, 0xed)}
    return two | last


def main():
    root = pathlib.Path(sys.argv[1])
    for name, inputs in (("fuzz_elf", kernels()), ("fuzz_sccb", service_calls()),
                         ("fuzz_decoder", instructions()),
                         ("fuzz_channel_program", channel_programs())):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in inputs.items():
            (folder / file).write_bytes(data)


if __name__ == "__main__":
    main()
