#!/usr/bin/env python3
"""Write an initramfs in the cpio format that Linux takes ("newc").

usage: make_initramfs.py OUTPUT PATH=FILE... PATH:TEXT...

PATH=FILE puts FILE at PATH in the guest, PATH:TEXT a file with that text; the one bit of
FILE's mode kept is whether it is executable. The usual empty folders and /dev/console are
there in any case. The same arguments give the same bytes.
"""
import os
import stat
import sys

FOLDERS = ["bin", "dev", "etc", "proc", "root", "run", "sys", "tmp"]


def entry(number, name, mode, data=b"", device=(0, 0)):
    """One cpio member: a header of 8-digit hexadecimal fields, the name, the data."""
    name = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0]
    header = b"070701" + b"".join(b"%08x" % field for field in fields) + name
    return pad(header) + pad(data)


def pad(data):
    return data + b"\0" * (-len(data) % 4)


def members(arguments):
    for folder in FOLDERS:
        yield folder, stat.S_IFDIR | 0o755, b"", (0, 0)
    yield "dev/console", stat.S_IFCHR | 0o600, b"", (5, 1)
    for argument in arguments:
        equals, colon = argument.find("=") % sys.maxsize, argument.find(":") % sys.maxsize
        if equals < colon:
            name, source = argument.split("=", 1)
            with open(source, "rb") as file:
                data = file.read()
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
        else:
            name, text = argument.split(":", 1)
            data, mode = text.encode(), 0o644
        yield name.lstrip("/"), stat.S_IFREG | mode, data, (0, 0)
    yield "TRAILER!!!", 0, b"", (0, 0)


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 1
    with open(sys.argv[1], "wb") as output:
        for number, (name, mode, data, device) in enumerate(members(sys.argv[2:]), 1):
            output.write(entry(number, name, mode, data, device))
    return 0


if __name__ == "__main__":
    sys.exit(main())
