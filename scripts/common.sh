# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What quickstart, runtests and .ci/run share.  Sourced by them, in bash, with
# the source folder as the current one.
set -u -o pipefail
export LC_ALL=C

program=$(basename "$0")
build_packages=(gcc libc6-dev make autoconf automake libtool)
configure_again=

# One clear line, and out.
die()
{
    echo "$program: $*" >&2
    exit 1
}

# quietly LOG COMMAND...: what it prints goes to LOG, of which the end is
# shown where it fails.
quietly()
{
    local log=$1
    shift
    "$@" >"$log" 2>&1 && return
    tail -n 60 "$log" >&2
    return 1
}

as_root()
{
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"
}

# A fresh system knows no packages yet, an old one knows old versions.
apt_install_fresh()
{
    apt_install "$@" || { as_root apt-get update && apt_install "$@"; }
}

# need PACKAGE...: see that they are there.
need()
{
    local missing=() package
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        command -v autoreconf >/dev/null && command -v make >/dev/null && return
        die "this is neither Debian nor Ubuntu: please install $*, or what" \
            "they are called here"
    fi

    for package; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == \
            installed ]] || missing+=("$package")
    done
    [[ ${#missing[@]} == 0 ]] && return

    [[ $(id -u) == 0 ]] || command -v sudo >/dev/null ||
        die "please install, as root: ${missing[*]}"
    echo "installing ${missing[*]}"
    mkdir -p build
    quietly build/install.log apt_install_fresh "${missing[@]}" ||
        die "could not install ${missing[*]}"
    configure_again=yes
}

prepare_sources()
{
    [[ configure -nt configure.ac && Makefile.in -nt Makefile.am ]] ||
        autoreconf -fi
}

# configure_in DIRECTORY CONFIGURE-ARGUMENT...
configure_in()
{
    local dir=$1 source=$PWD
    shift
    mkdir -p "$dir"
    (cd "$dir" && "$source/configure" "$@")
}

# build DIRECTORY "CONFIGURE-ARGUMENTS" TARGET...: configured only once.
build()
{
    local dir=$1 args=$2
    shift 2
    mkdir -p "$dir"
    quietly "$dir/autoreconf.log" prepare_sources || die "autoreconf failed"
    if [[ $configure_again || ! -f $dir/Makefile ]]; then
        echo "configuring $dir"
        # The arguments are words.
        # shellcheck disable=SC2086
        quietly "$dir/configure.log" configure_in "$dir" $args ||
            die "configure failed in $dir"
    fi
    echo "building $dir"
    quietly "$dir/make.log" make -C "$dir" -j "$(nproc)" "$@" ||
        die "make failed in $dir"
}

# copy_tree FOLDER: the tree as it is here; what does not differ stays as it is,
# and built.
copy_tree()
{
    local file
    git ls-files --cached --others --exclude-standard | while read -r file; do
        cmp -s "$file" "$1/$file" ||
            { mkdir -p "$(dirname "$1/$file")" && cp -p "$file" "$1/$file" &&
                touch "$1/$file"; } || return
    done
}

# plant TREE DIFF [-R]: make the change of DIFF in TREE, or take it back.
plant()
{
    local tree=$1 diff=$2 out
    shift 2
    out=$(patch -s -p1 "$@" -d "$tree" <"$diff" 2>&1) ||
        die "$diff does not apply any more: $out"
}

# configure_copy FOLDER CONFIGURE-ARGUMENT...: FOLDER/tree in FOLDER/build, once.
configure_copy()
{
    local folder=$1
    shift
    [[ -f $folder/build/Makefile ]] && return
    (cd "$folder/tree" && quietly ../autoreconf.log autoreconf -fi) ||
        die "autoreconf failed in $folder"
    mkdir -p "$folder/build"
    (cd "$folder/build" && quietly ../configure.log ../tree/configure "$@") ||
        die "configure failed in $folder"
}
