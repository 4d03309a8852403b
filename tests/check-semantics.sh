#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doc/semantics.md quotes the headers word by word, each promise has a test, and
# each that a test or a planted breach names exists.  A promise is
#
#     **calls-3** (`reactor/call.h`)
#     > Calls of the same time run in the order in which they were scheduled.
#
# and a test of it has this above it, in one line: promise calls-3.
# Usage: check-semantics.sh [SOURCE]
cd "${1:-${SRCDIR:-$(dirname "$0")/..}}" || exit 2
page=doc/semantics.md
. tests/check.sh

# What is in all of them one line of words: no stars of comments, no @p.
words()
{
    sed 's|^[ 	]*/\{0,1\}\*\{1,2\}/\{0,1\}||; s|\*/||g; s|@p ||g; s|^> *||' |
        tr -s ' \t\n' '   '
}

promised='(reactor|loops|watches|calls|posts|threads|fork|deferreds|coroutines|ends|links|sockets|connections|servers|log)-[0-9]+'

# Lines of "NAME HEADER", and the quote in NAME.quote.
awk -v dir="$dir" '
/^\*\*[a-z]+-[0-9]+\*\* \(`[^`]*`\)$/ {
    split($0, part, /\*\*|`/)
    name = part[2]
    print name, part[4]
    printf "" >(dir "/" name ".quote")
    next
}
/^> / && name != "" { print >>(dir "/" name ".quote"); next }
/^\*\*/ { print "not-understood", $0 }
/^>/ { print "not-understood", $0 }
' "$page" >"$dir/promises"

grep '^not-understood' "$dir/promises" && status=1
grep -v '^not-understood' "$dir/promises" | while read -r name header; do
    test -s "$dir/$name.quote" || { echo "$page: $name quotes nothing"; continue; }
    test -f "$header" || { echo "$page: $name: no header $header"; continue; }
    quote=$(words <"$dir/$name.quote")
    case $(words <"$header") in
    *"${quote% }"*) ;;
    *) echo "$page: $name is not what $header says: $quote" ;;
    esac
done >"$dir/quotes"
cut -d ' ' -f 1 "$dir/promises" | grep -v '^not-understood' >"$dir/names"

# Names ascend in each part, without gaps.
awk -F - '{ if ($2 != ++last[$1]) { print "doc/semantics.md: " $0 " is not the number " last[$1]; last[$1] = $2 } }' \
    "$dir/names" >>"$dir/quotes"
grep -vxE "$promised" "$dir/names" | sed "s|^|$page: no such part: |" \
    >>"$dir/quotes"

# What tests name, as lines "FILE NAME".
find tests fuzz -name '*.[ch]' -exec grep -HE 'promises? [a-z]+-[0-9]' {} + \
    2>/dev/null | while IFS=: read -r file line; do
    echo "$line" | grep -oE "[a-z]+-[0-9]+" | sed "s|^|$file |"
done >"$dir/tested"
while read -r file name; do
    grep -qx "$name" "$dir/names" || echo "$file: no promise $name in $page"
done <"$dir/tested" >>"$dir/quotes"
while read -r name; do
    grep -q " $name\$" "$dir/tested" || echo "$page: $name has no test"
done <"$dir/names" >>"$dir/quotes"

# Planted breaches: two a part.
for breach in tests/breaches/*.diff; do
    test -f "$breach" || continue
    name=$(basename "$breach" .diff)
    grep -qx "$name" "$dir/names" || echo "$breach: no promise $name in $page"
done >>"$dir/quotes"
for part in $(cut -d - -f 1 "$dir/names" | sort -u); do
    test "$(find tests/breaches -name "$part-*.diff" | wc -l)" -ge 2 ||
        echo "tests/breaches: fewer than two of $part"
done >>"$dir/quotes"

grep -rnE '/\* .*\b([Bb]ehaviours?|[Tt]raps?) [0-9]+' tests --include='*.[ch]' |
    sed 's|$|    <- a list that is not here|' >>"$dir/quotes"

test ! -s "$dir/quotes" || complain "$(cat "$dir/quotes")"
exit $status
