#!/usr/bin/env python3
"""Check that the files and folders which the documentation names are there.

Looked at are links of Markdown files, and words in backquotes that begin with a folder of
the tree and have no placeholder in them.
"""
import argparse
import pathlib
import re
import sys

TOPS = ("include", "src", "cpu", "devices", "firmware", "tests", "tools", "docs", ".ci")
LINK = re.compile(r"\]\(([^)#]+)")
QUOTED = re.compile(r"`([^`]+)`")


def named(text):
    """Pairs of a line number and a path, and whether the path is relative to the file."""
    for number, line in enumerate(text.splitlines(), 1):
        for link in LINK.findall(line):
            if "://" not in link:
                yield number, link, True
        for quoted in QUOTED.findall(line):
            word = quoted.split()[0]
            if word.split("/")[0] in TOPS and "/" in word and not re.search(r"[<>*{}$]", word):
                yield number, word, False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    pages = sorted(root.glob("*.md")) + [page for top in TOPS for page in
                                         sorted((root / top).rglob("*.md"))]
    errors = count = 0
    for page in pages:
        for number, path, relative in named(page.read_text()):
            count += 1
            if not ((page.parent if relative else root) / path).exists():
                errors += 1
                print(f"{page.relative_to(root)}:{number}: {path} is not there")
    print(f"{len(pages)} pages, {count} paths, {errors} errors")
    return 1 if errors or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
