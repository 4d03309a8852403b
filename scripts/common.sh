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

# say WORDS: a step begins; a line, with the seconds so far.
say()
{
    printf '[%3d s] %s\n' "$SECONDS" "$*"
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
    say "installing ${missing[*]}"
    mkdir -p build
    quietly build/install.log apt_install_fresh "${missing[@]}" ||
        die "could not install ${missing[*]}"
    configure_again=yes
}

sources_are_prepared()
{
    [[ configure -nt configure.ac && -f Makefile.in ]] &&
        [[ ! $(find . \( -path './build*' -o -name .git -o -name node_modules \) \
            -prune -o -name '*.am' -newer Makefile.in -print) ]]
}

prepare_sources()
{
    sources_are_prepared || autoreconf -fi
}

# configure_in DIRECTORY CONFIGURE-ARGUMENT...
configure_in()
{
    local dir=$1 source=$PWD
    shift
    mkdir -p "$dir"
    (cd "$dir" && "$source/configure" "$@")
}

# count_files MAKE-ARGUMENT...: how many files make would compile or link, each
# of which is a line of its output that begins as "  CC  ".
count_files()
{
    make -n "$@" 2>/dev/null | grep -oE 'echo "  [A-Z]+ +" [^ ;]+' | sort -u |
        wc -l
}

# count_lines NAME TOTAL LOG: what make prints goes to LOG; here is said how far
# it is: on a terminal in one line, else at times.
count_lines()
{
    local name=$1 total=$2 log=$3 line done=0 said=$SECONDS
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [[ $line =~ ^\ \ [A-Z]+\  ]] || continue
        ((++done > total)) && total=$done
        if [[ -t 3 ]]; then
            printf '\r[%3d s] building %s: %d of %d' \
                "$SECONDS" "$name" "$done" "$total" >&3
        elif ((SECONDS - said >= 10)); then
            said=$SECONDS
            say "building $name: $done of $total" >&3
        fi
    done 3>&1 >"$log"
    [[ $done == 0 || ! -t 1 ]] || echo
}

# make_counting DIRECTORY LOG TARGET...
make_counting()
{
    local dir=$1 log=$2 total same=()
    shift 2
    # A make that only looks takes config.h for one that it has written anew.
    [[ $configured ]] || same=(-o config.h)
    total=$(count_files -C "$dir" "${same[@]}" "$@")
    [[ $total == 0 ]] || say "building $dir: $total files"
    if make -C "$dir" -j "$(nproc)" "$@" 2>&1 |
        count_lines "$dir" "$total" "$log"; then
        return
    fi
    tail -n 60 "$log" >&2
    return 1
}

# build DIRECTORY "CONFIGURE-ARGUMENTS" TARGET...: configured only once.
build()
{
    local dir=$1 args=$2 configured=
    shift 2
    mkdir -p "$dir"
    sources_are_prepared || say "making configure: autoreconf"
    quietly "$dir/autoreconf.log" prepare_sources || die "autoreconf failed"
    if [[ $configure_again || ! -f $dir/Makefile ]]; then
        say "configuring $dir"
        # The arguments are words.
        # shellcheck disable=SC2086
        quietly "$dir/configure.log" configure_in "$dir" $args ||
            die "configure failed in $dir"
        configured=yes
    elif [[ configure -nt $dir/config.status ]]; then
        say "configuring $dir as before"
        quietly "$dir/configure.log" make -C "$dir" Makefile config.h ||
            die "configure failed in $dir"
    fi
    make_counting "$dir" "$dir/make.log" "$@" || die "make failed in $dir"
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
    out=$(patch -s -p1 -F0 "$@" -d "$tree" <"$diff" 2>&1) ||
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
