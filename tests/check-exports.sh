#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the libraries show to the world is called vr_*, and a shared one shows
# just the functions of tests/exports/LIBRARY.txt, which its own public headers
# declare, each with the version of vreactor.map, where the linker knows
# versions.  `make check` sets what it reads: NM, SRCDIR, BUILDDIR,
# PUBLIC_HEADERS, TESTING_HEADERS, EVENT_HEADERS, TLS_HEADERS, URING_HEADERS,
# LIBRARIES, VERSION_LDFLAGS.
cd "$SRCDIR" || exit 2
. tests/check.sh

# The part $1 of the version, by base/version.h.
part_of_version()
{
    sed -n "s/^#define VR_VERSION_$1 //p" base/version.h
}

node=VREACTOR_$(part_of_version MAJOR).$(part_of_version MINOR)
grep -q "^$node {" vreactor.map ||
    complain "vreactor.map: has no $node, as base/version.h says"

# symbols NM-OPTION... FILE: as NAME TYPE, without the version itself
symbols()
{
    $NM -P --defined-only "$@" |
        awk 'NF > 1 && $1 !~ /^VREACTOR/ { print $1, $2 }' | sort -u
}

look_at_static()
{
    test -f "$1" || return
    defined=$(symbols -g "$1" | cut -d ' ' -f 1)
    test -n "$defined" || complain "$1: defines nothing"
    for name in $(echo "$defined" | grep -v '^vr_'); do
        complain "$1: defines $name"
    done
}

look_at_versions()
{
    test -n "$VERSION_LDFLAGS" || return
    name=$(cut -d ' ' -f 1 "$dir/symbols" | grep -v "@@$node\$" | head -n 1)
    test -z "$name" || complain "$1: exports $name, not as @@$node"
}

# look_at_list FILE LIST: what is exported stands there, and nothing else does
look_at_list()
{
    test -f "$2" || complain "$2: is not there"
    sort -u "$2" >"$dir/listed"
    for name in $(comm -13 "$dir/listed" "$dir/names"); do
        complain "$1: exports $name: add this line to $2"
    done
    for name in $(comm -23 "$dir/listed" "$dir/names"); do
        complain "$1: exports no $name, which is in $2: see doc/abi.md"
    done
}

# look_at_shared FILE LIST HEADER...
look_at_shared()
{
    shared=$1
    test -f "$shared" || return
    symbols -D "$shared" >"$dir/symbols"
    sed 's/[@ ].*//' "$dir/symbols" | sort -u >"$dir/names"
    test -s "$dir/names" || complain "$shared: exports nothing"
    look_at_versions "$shared"
    look_at_list "$shared" "$2"
    shift 2
    for name in $(awk '$2 != "T" { print $1 }' "$dir/symbols"); do
        complain "$shared: exports data, $name: have a function return it"
    done
    while read -r name; do
        grep -qw "$name" "$@" ||
            complain "$shared: exports $name, which no public header declares"
    done <"$dir/names"
}

# look_at LIBRARY HEADER...
look_at()
{
    case " $LIBRARIES " in
    *" $1.la "*) ;;
    *) return ;;
    esac
    library=$BUILDDIR/.libs/$1
    list=tests/exports/${1#lib}.txt
    shift
    ls "$library".a "$library".so "$library".dylib 2>/dev/null | grep -q . ||
        complain "$library: is not there"
    look_at_static "$library.a"
    look_at_shared "$library.so" "$list" "$@"
}

# look_at_needs FILE [LIBRARY]: what a shared one needs beside libc, threads and
# that library; and, where it is built for trying only, libkqueue and sanitizers.
look_at_needs()
{
    test -f "$1" && command -v objdump >/dev/null || return
    for name in $(objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' |
        grep -vE '^(lib(c|pthread|rt|socket|gcc_s|kqueue|[a-z]*san)\.|ld-)'); do
        case $name in
        "${2:-none}".*) ;;
        *) complain "$1: needs $name" ;;
        esac
    done
}

# Before 1.0 the minor version, counted from that of the first release, 0.1.
look_at_soname()
{
    test -f "$1" && command -v objdump >/dev/null || return
    major=$(awk '$2 == "VR_VERSION_MAJOR" { print $3 }' base/version.h)
    minor=$(awk '$2 == "VR_VERSION_MINOR" { print $3 }' base/version.h)
    test "$major" -eq 0 || return
    wanted=libvreactor.so.$((minor - 1))
    objdump -p "$1" | grep -q "SONAME  *$wanted\$" ||
        complain "$1: its soname is not $wanted, see doc/abi.md"
}

look_at_needs "$BUILDDIR/.libs/libvreactor.so"
look_at_needs "$BUILDDIR/.libs/libvreactor-test.so" libvreactor
look_at_soname "$BUILDDIR/.libs/libvreactor.so"

# The headers are words: no name of ours holds a space.
# shellcheck disable=SC2086
{
    look_at libvreactor $PUBLIC_HEADERS
    look_at libvreactor-test $TESTING_HEADERS
    look_at libvreactor-event $EVENT_HEADERS
    look_at libvreactor-tls $TLS_HEADERS
    look_at libvreactor-uring $URING_HEADERS
}

exit $status
