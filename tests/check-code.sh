#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The code that comments of public headers show compiles as it is shown, and so
# do the short blocks of C in README.md and doc/; long ones are parts of files
# that are built, see check-docs.sh.
#
# Code in a comment is indented by four; what is indented by more is no code:
# what is printed, a table.  All that one comment shows is one file: functions,
# types and what is static stand for themselves, the rest is put into a function.
# A line of dots alone stands for more of the same.  Names that nobody declares
# are declared in tests/code/FOLDER_HEADER.h or tests/code/PAGE.h.
#
# The examples compile with nothing said on the command line but where the
# headers are; what they need of the system they ask for themselves.
#
# `make check` sets what it reads: CC, SRCDIR, BUILDDIR, PUBLIC_HEADERS,
# TESTING_HEADERS, EVENT_HEADERS, TLS_HEADERS, URING_HEADERS.
#
# shellcheck disable=SC2086 # CC and the lists are several words each
cd "${SRCDIR:-$(dirname "$0")/..}" || exit 2
. tests/check.sh

# What is left over of a part of a program is not complained about.
warnings='-Wall -Wextra -Wpedantic -Wunused-result -Werror
    -Wno-unused-function -Wno-unused-variable -Wno-unused-const-variable
    -Wno-unused-but-set-variable'

# Lines "NUMBER:TEXT" of what is code in header $1, "-" where a comment ends.
of_header()
{
    awk '
    /\*\// { print "-"; code = was_code = 0; next }
    /^ \*     / {
        if (!was_code)
            code = $0 ~ /^ \*     [^ ]/
        was_code = 1
        if (code)
            print NR ":" substr($0, 8)
        next
    }
    /^ \*$/ { if (code) print NR ":"; next }
    { code = was_code = 0 }' "$1"
}

# The same of page $1: unmarked C, each block for itself.
of_page()
{
    awk '
    /^```/ && inside { inside = 0; print "-"; next }
    /^```/ { inside = 1; code = mark == "" && tolower($0) == "```c" }
    inside && !/^```/ && code { print NR ":" $0 }
    { mark = /^<!-- .* -->$/ ? $0 : "" }' "$1"
}

# What such lines say, as files NUMBER.c of which each includes $2 and begins
# with the lines of $1.
write_files()
{
    awk -v dir="$dir" -v begin="$1" -v name="$2" '
    function starts_unit(text) {
        return text ~ /^(static|extern|typedef) / || text ~ /^#/ ||
            text ~ /^(struct|enum|union)( [a-z_]+)? \{/
    }
    function finish() {
        if (declared body == "")
            return
        file = dir "/" ++count ".c"
        while ((getline line <begin) > 0)
            print line >file
        close(begin)
        type = body ~ /\nreturn / ? "struct vr_result" : \
            body ~ /\n +return / ? "int" : "void"
        printf "%s\n%s code_shown(void);\n%s code_shown(void)\n{%s\n%s}\n", declared,
            type, type, body, type == "void" ? "(void)err;\n" : type == "int" ? "return err;\n" : "" \
            >file
        close(file)
        declared = body = ""
    }
    $0 == "-" { finish(); open = 0; next }
    {
        number = $0
        sub(/:.*/, "", number)
        text = substr($0, length(number) + 2)
        if (text ~ /^ *\.\.\.$/)
            text = ""
        if (!open) {
            outside = starts_unit(text)
            depth = 0
        }
        was_open = open
        bare = text
        sub(/ *\/[\/*].*/, "", bare)
        depth += gsub(/\{/, "{", bare) - gsub(/\}/, "}", bare)
        open = depth > 0 || (bare !~ /[;}]$/ && bare !~ /^(#.*)?$/)
        if (!was_open)
            text = "\n#line " number " \"" name "\"\n" text
        else
            text = "\n" text
        if (outside)
            declared = declared text
        else
            body = body text
    }
    END { finish() }'
}

# try NAME PRELUDE INCLUDE...: compile what stands on the input.
try()
{
    name=$1
    prelude=tests/code/$2.h
    shift 2
    rm -f "$dir"/*.c
    {
        test -f "$prelude" && grep '^#define _' "$prelude"
        printf '#include <%s>\n' "$@"
        echo '#include "tests/code/code.h"'
        test -f "$prelude" && echo "#include \"$prelude\""
    } >"$dir/begin"
    write_files "$dir/begin" "$name"
    for file in "$dir"/*.c; do
        test -f "$file" || continue
        $CC -std=c11 $warnings -O1 -I. -I"$BUILDDIR/include" -S \
            -o /dev/null "$file" ||
            complain "$name: code that does not compile as it is shown"
    done
}

for header in $PUBLIC_HEADERS $TESTING_HEADERS $EVENT_HEADERS $TLS_HEADERS \
    $URING_HEADERS; do
    of_header "$header" >"$dir/code"
    prelude=$(echo "${header%.h}" | tr / _)
    try "$header" "$prelude" "vreactor/vreactor.h" "vreactor/$header" \
        <"$dir/code"
done

for page in README.md doc/*.md; do
    of_page "$page" >"$dir/code"
    prelude=$(basename "$page" .md)
    try "$page" "$prelude" vreactor/vreactor.h <"$dir/code"
done

# example COMPILER FILE
example()
{
    others=
    case $2 in
    */in_glib.c) others=$(pkg-config --cflags glib-2.0 2>/dev/null) || return ;;
    */in_libuv.c) is_here "$1" uv.h || return ;;
    */in_libevent.c) is_here "$1" event2/event.h || return ;;
    esac
    $1 -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$BUILDDIR/include" $others \
        -O1 -S -o /dev/null "$2" ||
        complain "$2: does not compile by $1 -std=c11"
}

# is_here COMPILER HEADER
is_here()
{
    printf '#define _POSIX_C_SOURCE 200809L\n#include <%s>\n' "$2" |
        $1 -std=c11 -fsyntax-only -x c - 2>/dev/null
}

for file in examples/*.c; do
    example "$CC" "$file"
    for compiler in gcc clang; do
        command -v "$compiler" >/dev/null && example "$compiler" "$file"
    done
done

exit $status
