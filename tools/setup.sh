# Sourced by the tools: installs the packages that a build or a test run needs.
#
# Each need is COMMAND:PACKAGE, or -:PACKAGE for a library. A command that is there is not
# installed again, whoever installed it.

BUILD_NEEDS=(
    gcc:gcc -:libc6-dev cmake:cmake ninja:ninja-build pkg-config:pkg-config python3:python3
    -:zlib1g-dev -:libcapstone-dev
)
GUEST_NEEDS=(dpkg-deb:dpkg -:ca-certificates -:debian-archive-keyring)
TEST_NEEDS=(
    ccache:ccache clang:clang clang-format:clang-format clang-tidy:clang-tidy git:git
    s390x-linux-gnu-gcc:gcc-s390x-linux-gnu s390x-linux-gnu-objdump:binutils-s390x-linux-gnu
    -:libc6-dev-s390x-cross
)

say() {
    echo "${0##*/}: $*" >&2
}

die() {
    say "$@"
    exit 1
}

package_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Runs its arguments as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_missing NEED...: installs what is missing, after saying so.
install_missing() {
    local need command package missing=() how=

    for need in "$@"; do
        command=${need%%:*}
        package=${need#*:}
        if [ "$command" != - ] && command -v "$command" >/dev/null; then
            continue
        fi
        if command -v dpkg-query >/dev/null && package_installed "$package"; then
            continue
        fi
        missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null ||
        die "these are missing, and there is no apt-get to install them: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "run this as root, or install these first: ${missing[*]}"
        how=" with sudo"
    fi
    say "installing$how: ${missing[*]}"
    as_root apt-get update -q >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

# The sanitizer and fuzzer runtimes of clang are a package of their own, named after its
# version.
clang_runtime_need() {
    local major

    major=$(clang -dumpversion 2>/dev/null | cut -d. -f1)
    if [ -n "$major" ] && ! [ -e "$(clang -print-runtime-dir 2>/dev/null)" ]; then
        echo "-:libclang-rt-$major-dev"
    fi
}
