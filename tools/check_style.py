#!/usr/bin/env python3
"""Check the rules of docs/CONVENTIONS.md that a script can see.

Length of files and functions, number of parameters, no preprocessor conditional outside
the folders that may have one, unique file names, include guards named after the path,
no left-over TODO. Exceptions stand in tools/style.allow: `rule path[:function]  # reason`.
"""
import argparse
import pathlib
import re
import sys

TOPS = ("include", "src", "cpu", "devices", "firmware", "tests")
FILE_LINES = 800
FUNCTION_LINES = 60
PARAMETERS = 5
CONDITIONAL_FOLDERS = ("src/base/", "cpu/jit/host/", "tests/")


def strip_comments(text):
    """TEXT with comments, strings and character constants blanked, lines kept."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return token.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def guard_of(name):
    path = re.sub(r"^(src/|include/zither/)", "", name)
    return "ZITHER_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper()


def check_guard(name, text):
    if not name.endswith(".h"):
        return
    guard = guard_of(name)
    if not re.search(rf"^#ifndef {guard}\n#define {guard}\n", text, re.M):
        yield "guard", f"{name}: include guard is not {guard}"


def check_conditionals(name, text):
    if name.startswith(CONDITIONAL_FOLDERS):
        return
    guard = guard_of(name)
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*#\s*(if|ifdef|ifndef|elif|else)\b\s*(\w*)", line)
        if not match:
            continue
        # A table may give its row macros an empty default; a header has its guard.
        default = name.endswith(".def") and match[1] == "ifndef"
        if not default and not (match[1] == "ifndef" and match[2] == guard):
            yield "conditional", f"{name}:{number}: #{match[1]} outside src/base and cpu/jit/host"


def parameters_of(header):
    """Number of parameters of the function whose declarator is HEADER."""
    inner = header[header.index("(") + 1:header.rindex(")")].strip()
    depth, count = 0, 1
    for char in inner:
        depth += (char in "([") - (char in ")]")
        count += char == "," and depth == 0
    return 0 if inner in ("", "void") else count


def check_functions(name, text):
    """Functions start with a brace in column 1 after a declarator; clang-format sees to it."""
    lines = strip_comments(text).splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start:
            top = start - 1
            while top > 0 and not re.match(r"\s*$|[};#]", lines[top - 1]):
                top -= 1
            header = " ".join(lines[top:start - 1])
            named = re.search(r"(\w+)\s*\(", header)
            if named and ")" in header:
                yield from check_function(f"{name}:{named[1]}", header, number - start + 1)
            start = None


def check_function(where, header, length):
    if length > FUNCTION_LINES + 2:
        yield "function", f"{where} has {length - 2} lines, more than {FUNCTION_LINES}"
    if parameters_of(header) > PARAMETERS:
        yield "parameters", f"{where} has more than {PARAMETERS} parameters"


def check_length(name, text):
    lines = text.count("\n")
    if not name.endswith(".def") and lines > FILE_LINES:
        yield "length", f"{name} has {lines} lines, more than {FILE_LINES}"


def check_leftovers(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield "leftover", f"{name}:{number}: unfinished business belongs in an issue"


def check_names(names):
    first = {}
    for name in names:
        if name.startswith("include/"):
            continue
        base = name.rsplit("/", 1)[-1]
        if base in first:
            yield "name", f"{name} has the name of {first[base]}"
        first.setdefault(base, name)


def read_allowed(path):
    """Pairs (rule, place), each with whether it has been of use."""
    if not path.is_file():
        return {}
    lines = (line.split("#", 1)[0].split() for line in path.read_text().splitlines())
    return {tuple(line): False for line in lines if line}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--root", type=pathlib.Path, default=root)
    options = parser.parse_args()

    paths = [path for top in TOPS for path in sorted((options.root / top).rglob("*"))
             if path.suffix in {".c", ".h", ".def"} and path.is_file()]
    names = [path.relative_to(options.root).as_posix() for path in paths]
    found = list(check_names(names))
    for path, name in zip(paths, names):
        text = path.read_text()
        for check in (check_guard, check_conditionals, check_functions, check_length,
                      check_leftovers):
            found += check(name, text)

    allowed = read_allowed(options.root / "tools/style.allow")
    errors = []
    for rule, message in found:
        place = (rule, re.match(r"[^\s:]+(?::[A-Za-z_]\w*)?", message)[0])
        if place in allowed:
            allowed[place] = True
        else:
            errors.append(f"{rule}: {message}")
    errors += [f"tools/style.allow: of no use: {' '.join(place)}"
               for place, used in allowed.items() if not used]
    for error in errors:
        print(error)
    print(f"{len(names)} files, {len(errors)} errors")
    return 1 if errors or not names else 0


if __name__ == "__main__":
    sys.exit(main())
