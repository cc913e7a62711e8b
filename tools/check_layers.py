#!/usr/bin/env python3
"""Check every #include against tools/layers.rules.

Fails on an include that no rule allows, on one that a `never` rule forbids, on a quoted
include that is not a path from the root of the tree, and on a cycle of includes.
"""
import argparse
import pathlib
import re
import sys

SUFFIXES = {".c", ".h", ".def", ".S"}
TOPS = ("include", "src", "cpu", "devices", "firmware", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(zither/[^>]+)>)')


def read_rules(path):
    allowed, never, errors = {}, [], []
    for number, raw in enumerate(path.read_text().splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        forbidden = re.fullmatch(r"never (\S+) -> (\S+)", line)
        grant = re.fullmatch(r"([^\s:]+):((?:\s+\S+)*)", line)
        if forbidden:
            never.append(forbidden.groups())
        elif grant and grant[1] not in allowed:
            allowed[grant[1]] = grant[2].split()
        else:
            errors.append(f"{path.name}:{number}: neither a rule nor a new folder: {line}")
    for folder, targets in allowed.items():
        for target in targets:
            if target not in allowed:
                errors.append(f"{path.name}: {folder} names {target}, which has no line")
            elif any(within(folder, a) and within(target, b) for a, b in never):
                errors.append(f"{path.name}: {folder} may include {target}, and may never")
    return allowed, never, errors


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def group_of(path, allowed):
    fitting = [folder for folder in allowed if within(path, folder)]
    return max(fitting, key=len, default=None)


def source_files(root):
    for top in TOPS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix()


def check_file(root, name, allowed, never):
    """Returns the files that NAME includes and the errors found."""
    included, errors = [], []
    own = group_of(name, allowed)
    if own is None:
        return [], [f"{name}: its folder has no line in the rules"]
    text = (root / name).read_text(errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match[1] or match[2]
        if target.startswith("generated/"):
            continue
        if target.startswith("zither/"):
            target = "include/" + target
        where = f"{name}:{number}"
        if not (root / target).is_file():
            errors.append(f'{where}: "{target}" is not a file, seen from the root of the tree')
            continue
        included.append(target)
        group = group_of(target, allowed)
        if group is None:
            errors.append(f"{where}: {target}: its folder has no line in the rules")
        elif any(within(name, a) and within(target, b) for a, b in never):
            errors.append(f"{where}: {own} must never include {target}")
        elif group != own and group not in allowed[own]:
            errors.append(f"{where}: {own} may not include {target} ({group})")
    return included, errors


def find_cycles(graph):
    errors, done = [], set()

    def visit(node, path):
        if node in path:
            errors.append("include cycle: " + " -> ".join(path[path.index(node):] + [node]))
            return
        if node in done:
            return
        for target in graph.get(node, []):
            visit(target, path + [node])
        done.add(node)

    for node in sorted(graph):
        visit(node, [])
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--root", type=pathlib.Path, default=here.parent)
    parser.add_argument("--rules", type=pathlib.Path, default=here / "layers.rules")
    options = parser.parse_args()

    allowed, never, errors = read_rules(options.rules)
    graph = {}
    for name in source_files(options.root):
        graph[name], found = check_file(options.root, name, allowed, never)
        errors += found
    errors += find_cycles(graph)
    for error in errors:
        print(error)
    print(f"{len(graph)} files, {sum(map(len, graph.values()))} includes, {len(errors)} errors")
    return 1 if errors or not graph else 0


if __name__ == "__main__":
    sys.exit(main())
