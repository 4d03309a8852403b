#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The example in the README is the one that is built.
# Usage: check-readme.sh [SOURCE]
cd "${1:-${SRCDIR:-$(dirname "$0")/..}}" || exit 2

sed -n '/^## A first program/,/^## Build by hand/p' README.md |
    sed -n '/^```c$/,/^```$/p' | sed '1d;$d' |
    diff - examples/quickstart.c || {
    echo "README.md shows another examples/quickstart.c"
    exit 1
}
