#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the libraries show to the world is called vr_*, and a shared one shows
# just what a public header of its own declares.  `make check` sets what it
# reads: NM, SRCDIR, BUILDDIR, PUBLIC_HEADERS, TESTING_HEADERS, EVENT_HEADERS,
# TLS_HEADERS, LIBRARIES.
cd "$SRCDIR" || exit 2
status=0

# names NM-OPTION... FILE
names()
{
    $NM -P --defined-only "$@" | awk 'NF > 1 { print $1 }' | sort -u
}

complain()
{
    echo "$*"
    status=1
}

look_at_static()
{
    test -f "$1" || return
    defined=$(names -g "$1")
    test -n "$defined" || complain "$1: defines nothing"
    for name in $(echo "$defined" | grep -v '^vr_'); do
        complain "$1: defines $name"
    done
}

# look_at_shared FILE HEADER...
look_at_shared()
{
    shared=$1
    shift
    test -f "$shared" || return
    exported=$(names -D "$shared")
    test -n "$exported" || complain "$shared: exports nothing"
    for name in $exported; do
        grep -qw "$name" "$@" ||
            complain "$shared: exports $name, which no public header declares"
    done
}

# look_at LIBRARY HEADER...
look_at()
{
    case " $LIBRARIES " in
    *" $1.la "*) ;;
    *) return ;;
    esac
    library=$BUILDDIR/.libs/$1
    shift
    ls "$library".a "$library".so "$library".dylib 2>/dev/null | grep -q . ||
        complain "$library: is not there"
    look_at_static "$library.a"
    look_at_shared "$library.so" "$@"
}

# The headers are words: no name of ours holds a space.
# shellcheck disable=SC2086
{
    look_at libvreactor $PUBLIC_HEADERS
    look_at libvreactor-test $TESTING_HEADERS
    look_at libvreactor-event $EVENT_HEADERS
    look_at libvreactor-tls $TLS_HEADERS
}

exit $status
