#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A program finds the installed library by pkg-config, and runs.
# `make installcheck` sets what it reads: CC, PKG_CONFIG_PATH, LIBDIR.
command -v pkg-config >/dev/null || {
    echo "no pkg-config: the installed library was not tried"
    exit 0
}

dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cat >"$dir/try.c" <<'END'
#include <string.h>
#include <vreactor/vreactor.h>

int main(void)
{
    return strcmp(vr_errname(VR_ECLOSED), "VR_ECLOSED") != 0;
}
END

flags=$(pkg-config --static --cflags --libs vreactor) || exit 1
# CC and the flags are several words.
# shellcheck disable=SC2086
$CC -o "$dir/try" "$dir/try.c" $flags &&
    LD_LIBRARY_PATH=$LIBDIR "$dir/try"
