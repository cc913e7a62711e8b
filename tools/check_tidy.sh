#!/bin/bash
# Runs clang-tidy on the sources of the library and the program.
#
# usage: check_tidy.sh [--deep] BUILD_FOLDER [ROOT]
#
# BUILD_FOLDER has the compile_commands.json. --deep adds the path-sensitive analysis, which
# takes minutes.
set -eu -o pipefail

checks=-clang-analyzer-*
if [ "${1-}" = --deep ]; then
    checks=
    shift
fi
build=$(cd "$1" && pwd)
cd "${2:-$(dirname "$0")/..}"
command -v clang-tidy >/dev/null || {
    echo "clang-tidy is not installed: run tools/run-tests, which installs it" >&2
    exit 1
}
files=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
    { grep -E "^$PWD/(src|cpu|devices)/" || true; } | sort -u)
[ -n "$files" ] || {
    echo "$build/compile_commands.json names no source of this tree" >&2
    exit 1
}
# gcc has warnings that clang does not know.
echo "$files" | xargs -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet --checks="$checks" \
    --extra-arg=-Wno-unknown-warning-option
