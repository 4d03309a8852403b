#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs find the installed libraries by pkg-config, and run.
# `make installcheck` sets what it reads: CC, PKG_CONFIG_PATH, LIBDIR.
command -v pkg-config >/dev/null || {
    echo "no pkg-config: the installed libraries were not tried"
    exit 0
}

dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# try PACKAGE PROGRAM
try()
{
    flags=$(pkg-config --static --cflags --libs "$1") || exit 1
    # CC and the flags are several words.
    # shellcheck disable=SC2086
    $CC -o "$dir/$1" "$2" $flags && LD_LIBRARY_PATH=$LIBDIR "$dir/$1"
}

cat >"$dir/core.c" <<'END'
#include <string.h>
#include <vreactor/vreactor.h>

int main(void)
{
    return strcmp(vr_errname(VR_ECLOSED), "VR_ECLOSED") != 0;
}
END

try vreactor "$dir/core.c" &&
    try vreactor-test "$(dirname "$0")/../examples/test_timeout.c"
