#!/bin/bash
# Fails where clang-format would change a C file. The tables (.def) are laid out by hand.
# .clang-format is written for one version of clang-format, and others break lines
# elsewhere, so another version is reported with status 77, which ctest shows as skipped.
#
# usage: check_format.sh [ROOT]
set -eu

version=14
root=${1:-$(dirname "$0")/..}
format=$(command -v clang-format-$version || command -v clang-format) || {
    echo "clang-format is not installed: run tools/run-tests, which installs it" >&2
    exit 1
}
if ! "$format" --version | grep -q "version $version\."; then
    echo "$("$format" --version): .clang-format is for version $version; not checked" >&2
    exit 77
fi
cd "$root"
find include src cpu devices firmware tests -name '*.[ch]' -print0 2>/dev/null |
    xargs -0 -r "$format" --style=file --dry-run -Werror
