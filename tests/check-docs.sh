#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The code that README.md and doc/ show is code that is built.  A block is the
# whole of a file, or lines of it in a row, whatever their indentation, if the
# line before it is one of
#
#     <!-- examples/quickstart.c -->
#     <!-- in tests/testing/test_guide.c -->
#
# C of more than three lines is marked so.  doc/choose.md names each public
# header of reactor/ and pending/, and functions that there are.
#
# The walks of doc/ARCHITECTURE.md name functions where they are, as
#
#     `vr_link_offer()` (io/link.c)
#
# and each file that the page names is there.
# Usage: check-docs.sh [SOURCE]
cd "${1:-${SRCDIR:-$(dirname "$0")/..}}" || exit 2
. tests/check.sh

# Each block of page $1 that is marked, or C, as a file NUMBER.block; its mark
# is in NUMBER.mark.
take_blocks()
{
    rm -f "$dir"/*
    awk -v dir="$dir" '
    /^```/ && inside { inside = 0; out = ""; next }
    /^```/ {
        inside = 1
        if (mark != "" || tolower($0) == "```c") {
            out = dir "/" ++count ".block"
            printf "" >out
            print mark >(dir "/" count ".mark")
        }
        mark = ""
        next
    }
    inside { if (out != "") print >out; next }
    /^<!-- .* -->$/ { mark = substr($0, 6, length($0) - 9); next }
    { mark = "" }' "$1"
}

# Lines, without their indentation.
flat()
{
    sed 's/^[ 	]*//' "$1"
}

# Are the lines of $1 in a row somewhere in $2?
is_part()
{
    flat "$1" >"$dir/part"
    flat "$2" | awk -v part="$dir/part" '
    BEGIN { while ((getline line <part) > 0) want[++n] = line }
    { all[NR] = $0 }
    END {
        for (at = 0; n && at + n <= NR; at++) {
            for (i = 1; i <= n && all[at + i] == want[i]; i++)
                ;
            if (i > n)
                exit 0
        }
        exit 1
    }'
}

for page in README.md doc/*.md; do
    take_blocks "$page"
    for mark in "$dir"/*.mark; do
        test -f "$mark" || continue
        block=${mark%.mark}.block
        file=$(cat "$mark")
        case $file in
        '')
            test "$(wc -l <"$block")" -le 3 ||
                complain "$page: code that is not marked:" "$(cat "$block")"
            ;;
        in\ *)
            file=${file#in }
            is_part "$block" "$file" ||
                complain "$page: not in $file:" "$(cat "$block")"
            ;;
        *) diff "$block" "$file" || complain "$page: not $file" ;;
        esac
    done
done

page=doc/ARCHITECTURE.md
# shellcheck disable=SC2016 # Markdown has these backticks
named='`[a-z_0-9]+\(\)` \(([a-z]+/)+[a-z_0-9]+\.[ch]\)'
tr -s ' \n' '  ' <"$page" | grep -oE "$named" | tr -d '`()' >"$dir/walked"
while read -r function file; do
    grep -qE "^[a-z][^;=]*[ *]$function\\(" "$file" 2>/dev/null ||
        complain "$page: no function $function() in $file"
done <"$dir/walked"
walks=$(sed -n '/^## Four walks/,/^## Ownership/p' "$page" | grep -o '()`' | wc -l)
test "$walks" -eq "$(wc -l <"$dir/walked")" ||
    complain "$page: a step of a walk names a function without its file"
grep -oE '([a-z]+/)+[a-z_0-9]+\.[chS]' "$page" >"$dir/named"
while read -r file; do
    test -e "$file" || complain "$page: there is no $file"
done <"$dir/named"

# What is not internal says so nowhere.
for header in $(grep -rL --include='*.h' 'Internal' reactor pending); do
    grep -q "\`$header\`" doc/choose.md ||
        complain "doc/choose.md does not say what $header is for"
done
for target in $(sed -n 's|^fuzzers += fuzz/fuzz_||p' fuzz/files.am); do
    grep -q "^| \`$target\` |" doc/fuzzing.md ||
        complain "doc/fuzzing.md does not say what $target fuzzes"
done

for name in $(grep -ohE 'vr_[a-z_]+\(' README.md doc/choose.md | sort -u); do
    grep -rqF --include='*.h' "$name" base log pending reactor io ||
        complain "README.md or doc/choose.md: there is no ${name%\(}()"
done

exit $status
