#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the libraries show to the world is called vr_*, and the shared one shows
# just what a public header declares.  `make check` sets what it reads: NM,
# SRCDIR, BUILDDIR, PUBLIC_HEADERS.
cd "$SRCDIR" || exit 2
static=$BUILDDIR/.libs/libvreactor.a
shared=$BUILDDIR/.libs/libvreactor.so
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

if test -f "$static"; then
    for name in $(names -g "$static" | grep -v '^vr_'); do
        complain "$static: defines $name"
    done
fi

if test -f "$shared"; then
    exported=$(names -D "$shared")
    test -n "$exported" || complain "$shared: exports nothing"
    for name in $exported; do
        # The headers are words: no name of ours holds a space.
        # shellcheck disable=SC2086
        grep -qw "$name" $PUBLIC_HEADERS ||
            complain "$shared: exports $name, which no public header declares"
    done
fi

exit $status
