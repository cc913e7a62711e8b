#!/usr/bin/env python3
"""Check that every header compiles alone, and twice in a row, with each given compiler."""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

TOPS = ("include", "src", "cpu", "devices", "tests")
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wshadow",
         "-Wconversion", "-Wno-sign-conversion", "-Wstrict-prototypes", "-Werror", "-x", "c", "-"]


def compile_alone(compiler, root, header, extra):
    line = f'#include "{header}"\n'
    command = [compiler, f"-I{root}", f"-I{root}/include", *extra, *FLAGS]
    result = subprocess.run(command, input=line + line, text=True, capture_output=True,
                            check=False)
    return result.returncode, f"{compiler}: {header} does not compile alone\n{result.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--include", action="append", default=[], help="one more folder")
    parser.add_argument("compilers", nargs="+")
    options = parser.parse_args()

    headers = [path.relative_to(options.root).as_posix() for top in TOPS
               for path in sorted((options.root / top).rglob("*.h"))
               if "tests/guest/" not in path.as_posix()]
    extra = [f"-I{folder}" for folder in options.include]
    jobs = [(compiler, options.root, header, extra)
            for compiler in options.compilers for header in headers]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [text for status, text in pool.map(lambda job: compile_alone(*job), jobs)
                    if status]
    for text in failures:
        print(text)
    print(f"{len(headers)} headers, {len(options.compilers)} compilers, {len(failures)} errors")
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
