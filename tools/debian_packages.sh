# Sourced by the tools that get packages of Debian for s390x, after setup.sh.
#
# apt does the work, with a state directory of its own and the architecture s390x, so the
# system's apt configuration, lists and architectures stay untouched. Everything is
# verified with Debian's archive keyring.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
cache=${ZITHER_CACHE:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}/zither}
[ "$cache" != /zither ] || cache=$(cd "$(dirname "$0")/.." && pwd)/build/cache

# The Debian mirror of this system: what its own apt is configured with or, where that is
# no Debian, the mirror that debootstrap has built in.
find_mirror() {
    local found=

    if [ -n "${ZITHER_DEBIAN_MIRROR-}" ]; then
        echo "$ZITHER_DEBIAN_MIRROR"
        return
    fi
    if [ "$system" = debian ]; then
        found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
            'Created-By: Packages' | awk '$2 !~ /-/ && $3 == "main" { print $1; exit }')
    fi
    if [ -z "$found" ]; then
        command -v debootstrap >/dev/null || install_missing debootstrap:debootstrap
        found=$(sed -n 's/^DEF_MIRROR="\?\([^"]*\)"\?$/\1/p' "$(command -v debootstrap)")
    fi
    [ -n "$found" ] || die "found no Debian mirror: name one in ZITHER_DEBIAN_MIRROR"
    echo "$found"
}

# The releases to try, the system's own first: a newer one may have dropped s390x.
find_suites() {
    [ "$system" != debian ] || echo "${VERSION_CODENAME-}"
    echo stable
    echo oldstable
}

# Our own configuration is read after the system's, so a proxy set there still holds, while
# hooks that clean the system's caches do not run.
write_apt_conf() {
    mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,etc}
    : >"$apt/state/status"
    cat >"$apt/apt.conf" <<EOF
#clear APT::Update;
#clear DPkg::Post-Invoke;
APT::Architecture "s390x";
#clear APT::Architectures;
APT::Architectures { "s390x"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Dir::State "$apt/state";
Dir::State::status "$apt/state/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
EOF
}

apt_private() {
    local command=$1

    shift
    "$command" -c "$apt/apt.conf" "$@"
}

# read_package_lists TEST...: takes the first release for which the command TEST succeeds, with
# its package list read.
read_package_lists() {
    local mirror suite

    mirror=$(find_mirror)
    write_apt_conf
    for suite in $(find_suites); do
        echo "deb [signed-by=$KEYRING] $mirror $suite main" >"$apt/etc/sources.list"
        say "reading the package list of Debian $suite for s390x"
        apt_private apt-get update -q >&2 || continue
        ! "$@" || return 0
    done
    die "no Debian release at $mirror has what is needed ($*)"
}

# What each package in the current folder is, one a line.
list_packages() {
    local deb

    for deb in *.deb; do
        dpkg-deb --show --showformat '${Package} ${Version} ${Architecture}\n' "$deb"
    done
}

# prepare_work NAME: a folder $work for this run, removed at its end, and apt's in it.
prepare_work() {
    system=$(. /etc/os-release && echo "$ID")
    VERSION_CODENAME=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    install_missing "${GUEST_NEEDS[@]}"
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/$1.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    apt=$work/apt
}

# complete FOLDER: whether FOLDER is there, whole and unchanged.
complete() {
    [ -f "$1/sha256sums" ] && (cd "$1" && sha256sum --quiet --check sha256sums >/dev/null 2>&1)
}
