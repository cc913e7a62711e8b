#!/usr/bin/env python3
"""Boot Debian's kernel with a program as its first process, which prints PASS and powers off.

usage: test_linux_program.py TOOLS EMULATOR PROGRAM [OPTION...]
"""
import pathlib
import subprocess
import sys
import tempfile

LIMIT = 150  # seconds for one boot on a busy machine


def main():
    tools, (emulator, program), options = pathlib.Path(sys.argv[1]), sys.argv[2:4], sys.argv[4:]
    guest = subprocess.run([tools / "guest-packages"], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.strip()
    with tempfile.NamedTemporaryFile() as initramfs:
        subprocess.run([sys.executable, tools / "guest/make_initramfs.py", initramfs.name,
                        f"/init={program}"], check=True)
        done = subprocess.run([emulator, "run", "--kernel", f"{guest}/vmlinuz", "--initrd",
                               initramfs.name, "--append", "quiet", *options],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    lines = done.stdout.decode(errors="replace").replace("\r", "").splitlines()
    print("\n".join(lines))
    if done.returncode or "PASS" not in lines:
        print(f"# the exit status is {done.returncode}, and there is "
              f"{'a' if 'PASS' in lines else 'no'} line PASS")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
