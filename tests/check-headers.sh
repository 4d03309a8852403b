#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each public header stands alone, in C and in C++; vreactor.h has those of the
# core; none leans on a header that is not installed.  A struct that begins with
# its size has a VR_..._INIT, which tests/io/test_sizes.c tries.  `make check`
# sets what it reads: CC, CXX, SRCDIR, BUILDDIR, PUBLIC_HEADERS, TESTING_HEADERS,
# EVENT_HEADERS, TLS_HEADERS, URING_HEADERS, INTERNAL_HEADERS.
#
# shellcheck disable=SC2086 # CC, CXX and the lists are several words each
cd "$SRCDIR" || exit 2
. tests/check.sh
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'

# alone HEADER COMPILER...: it compiles twice over, with nothing before it
alone()
{
    header=$1
    shift
    printf '#include <vreactor/%s>\n#include <vreactor/%s>\nextern int i;\n' \
        "$header" "$header" |
        "$@" $warnings -I"$BUILDDIR/include" -fsyntax-only - ||
        complain "$header: does not compile alone by $*"
}

includes()
{
    sed -n 's|^ *# *include *<vreactor/\([^>]*\)>.*|\1|p' "$1"
}

core=$(printf '%s\n' $PUBLIC_HEADERS | sort)
public=$(printf '%s\n' $PUBLIC_HEADERS $TESTING_HEADERS $EVENT_HEADERS \
    $TLS_HEADERS $URING_HEADERS | sort)
known=$(printf '%s\n' $public $INTERNAL_HEADERS | sort)

for header in $public; do
    alone "$header" $CC -std=c11 -x c
    test -z "$CXX" || alone "$header" $CXX -std=c++11 -x c++
    for other in $(includes "$header"); do
        echo "$public" | grep -qxF "$other" ||
            complain "$header: includes $other, which is not installed"
    done
done

# Structs of header $1 that begin with their size.
sized()
{
    awk '/^struct [a-z_]+ \{$/ { name = $2; next }
        name != "" && /^ *size_t size;/ { print name }
        { name = "" }' "$1"
}

# Tables of hooks in header $1 that do not end in what is kept for more.
without_reserve()
{
    awk '/^struct [a-z_]+_ops \{$/ { name = $2 }
        /^\};$/ && name != "" {
            if (last !~ /^ *void \*reserved\[4\];/)
                print name
            name = ""
        }
        { last = $0 }' "$1"
}

for header in $public; do
    for name in $(without_reserve "$header"); do
        complain "$header: struct $name does not end in \`void *reserved[4];\`"
    done
    ! grep -q '^ *# *include *<pthread\.h>' "$header" ||
        complain "$header: includes <pthread.h>"
    for name in $(grep -oE '^struct [a-z_]+_ops \{' "$header" |
        cut -d ' ' -f 2); do
        grep -qE "struct $name [a-z_]+ = " tests/io/test_reserved.c ||
            complain "$header: tests/io/test_reserved.c does not try $name"
    done
    for name in $(sized "$header"); do
        init=$(echo "${name}_INIT" | tr '[:lower:]' '[:upper:]')
        grep -q "^#define $init VR_SIZED_INIT(struct $name)" "$header" ||
            grep -A 1 "^#define $init " "$header" |
            grep -q "VR_SIZED_INIT(struct $name)" ||
            complain "$header: struct $name has no $init"
        grep -q " = $init;" tests/io/test_sizes.c ||
            complain "$header: tests/io/test_sizes.c does not try $init"
    done
done

found=$({
    echo vreactor.h
    find base log pending reactor io testing -name '*.h' 2>/dev/null
} | sort)
test "$found" = "$known" ||
    complain "the files.am list other headers than there are:" \
        "$(printf '%s\n%s\n' "$found" "$known" | sort | uniq -u)"

all=$( (echo vreactor.h; includes vreactor.h) | sort)
test "$all" = "$core" ||
    complain "vreactor.h does not include just the core's public headers:" \
        "$(printf '%s\n%s\n' "$all" "$core" | sort | uniq -u)"

exit $status
