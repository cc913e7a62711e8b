#!/bin/bash
# Fails on a writable variable with static storage duration in the given static libraries,
# unless tools/globals.allow names it. Two machines must fit in one process, so state
# belongs to the machine. Constants that only need relocation (.data.rel.ro) are no state.
#
# usage: check_globals.sh [--allow FILE] LIBRARY...
set -eu -o pipefail

allow=$(dirname "$0")/globals.allow
if [ "${1-}" = --allow ]; then
    allow=$2
    shift 2
fi
if [ $# -eq 0 ]; then
    echo "usage: $0 [--allow FILE] LIBRARY..." >&2
    exit 2
fi

# The last column of the System V format is the section, which is what makes it writable.
nm --format=sysv --defined-only "$@" | awk -F'|' -v allow="$allow" '
    BEGIN {
        while ((getline line < allow) > 0) {
            sub(/[ \t]*#.*/, "", line)
            if (line != "") allowed[line] = 1
        }
    }
    NF >= 7 {
        name = $1; section = $7
        gsub(/[ \t]/, "", name); gsub(/[ \t]/, "", section)
        base = name
        sub(/\.[0-9]+$/, "", base) # function-local statics carry a number
        symbols++
        writable = section ~ /^(\.data|\.bss|\.tdata|\.tbss|\.ldata|\.lbss|\*COM\*)/ &&
                   section !~ /^\.data\.rel\.ro/
        if (writable && $4 !~ /SECTION/ && !(base in allowed)) {
            printf "writable global: %s (%s)\n", name, section
            errors++
        }
    }
    END {
        printf "%d symbols, %d errors\n", symbols, errors
        exit errors > 0 || symbols == 0
    }'
