#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The macros of the public headers, not only the headers, are for C++ too:
# tests/code/macros.cc uses each, is compiled as C++17 by each compiler that is
# here, and runs.  `make check` sets what it reads: CXX, LINK_FLAGS, SRCDIR,
# BUILDDIR, PUBLIC_HEADERS, TESTING_HEADERS, EVENT_HEADERS, TLS_HEADERS,
# URING_HEADERS.
#
# shellcheck disable=SC2086 # CXX, flags and the lists are several words each
cd "$SRCDIR" || exit 2
. tests/check.sh
tried=
used=tests/code/macros.cc

for header in $PUBLIC_HEADERS $TESTING_HEADERS $EVENT_HEADERS $TLS_HEADERS \
    $URING_HEADERS; do
    for name in $(sed -n -e 's/^# *define \([A-Za-z_]*\)(.*/\1/p' \
        -e 's/^# *define \(VR_[A-Z_]*_INIT\) .*/\1/p' "$header" | sort -u); do
        grep -q "[^A-Za-z_]${name}[^A-Za-z_]" $used && continue
        case $name in
        VR_SIZED_INIT | VR_PLACED) continue ;; # others are of these
        esac
        complain "$header: $used does not use $name"
    done
done

# try COMPILER...
try()
{
    "$@" -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$BUILDDIR/include" \
        -c -o "$dir/macros.o" $used &&
        "$BUILDDIR/libtool" --silent --tag=CC --mode=link "$@" $LINK_FLAGS \
            -o "$dir/macros" "$dir/macros.o" "$BUILDDIR/libvreactor.la" &&
        "$dir/macros" && return
    complain "$used: fails with $*"
}

for compiler in "${CXX:-c++}" g++ clang++; do
    command -v ${compiler##* } >/dev/null || continue
    case " $tried " in *" ${compiler##* } "*) continue ;; esac
    tried="$tried ${compiler##* }"
    try $compiler
done
test -n "$tried" || echo "skipped: there is no C++ compiler here"

exit $status
