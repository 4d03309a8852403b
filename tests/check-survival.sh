#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each public function of reactor/, and of what stands on a reactor in io/, is
# tried with memory and the system failing: tests/support/survive.h.  Those that
# need neither are tried too, to show that.  Links need neither; buffers and
# addresses, which know no reactor, fail in tests of their own.  `make check`
# sets what it reads: SRCDIR, PUBLIC_HEADERS.
cd "$SRCDIR" || exit 2
. tests/check.sh

# code FILE...: what is no comment, nor for C++ alone
code()
{
    sed -e '/^#ifdef __cplusplus/,/^#else/d' -e 's|/\*.*\*/||' "$@" |
        awk '/\/\*/ { inside = 1 } !inside { print } /\*\// { inside = 0 }'
}

# functions HEADER: those it declares; function types end in _fn
functions()
{
    code "$1" | grep -oE '\bvr_[a-z0-9_]+\(' | tr -d '(' | grep -v '_fn$' |
        sort -u
}

# The headers are words: no name of ours holds a space.
# shellcheck disable=SC2086
for header in $(printf '%s\n' $PUBLIC_HEADERS |
    grep -E '^(reactor/.*|io/(.*/)?(agent|chain|connection|connector|filter|listener|server|socket|stream|writer))\.h$'); do
    for name in $(functions "$header"); do
        code "tests/${header%%/*}"/test_survives_*.c | grep -qw "$name" &&
            continue
        complain "$header: nobody tries whether $name() survives"
    done
done

exit $status
