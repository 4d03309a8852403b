#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Arrows only point down: who includes whom, and who may include what is not
# ours.  Usage: check-layers.sh [SOURCE]
cd "${1:-${SRCDIR:-$(dirname "$0")/..}}" || exit 2
status=0

# complain FILE:LINE:TEXT... WHY
complain()
{
    test -z "$1" && return
    echo "$1" | sed "s|\$|    <- $2|"
    status=1
}

# floor FOLDER MAY-INCLUDE...: the files of FOLDER itself, not of those in it,
# include those of these folders, and their own.
floor()
{
    folder=$1
    test -d "$folder" || return
    allowed=$(echo "$*" | tr ' ' '|')
    ours=$(grep -HnE '^ *# *include *<vreactor/' "$folder"/*.[chS] 2>/dev/null)
    complain "$(echo "$ours" | grep . |
        grep -vE "<vreactor/($allowed)/[^/]*>")" "not below $folder/"
    complain "$(echo "$ours" | grep '_impl\.h>' |
        grep -vF "<vreactor/$folder/")" "internal to another folder"
    complain "$(grep -HnE '^ *# *include *"' "$folder"/*.[chS] 2>/dev/null)" \
        "write <vreactor/...>"
    floors="$floors $folder"
}

# foreign HEADER FILES: only sources whose names match FILES may include it.
foreign()
{
    complain "$(grep -rnE "^ *# *include *<$1" --include='*.[ch]' \
        base log pending reactor io testing tools vreactor.h 2>/dev/null |
        grep -vE "^($2):")" "only for $2"
}

floors=
floor base
floor log base
floor pending base
floor reactor/selectors base
floor reactor base log pending reactor/selectors
floor reactor/async base log pending reactor
floor io/name base
floor io base log pending reactor io/name
floor io/wire base log pending reactor io io/name
floor io/filter base log pending reactor io io/name
floor testing base log pending reactor reactor/selectors io
floor tools base log pending reactor reactor/async io io/wire io/name io/filter

# The names of our folders are words.
# shellcheck disable=SC2044
for folder in $(find base log pending reactor io testing tools -type d \
    2>/dev/null); do
    case " $floors " in
    *" $folder "*) ;;
    *) complain "$folder" "on which floor is it?" ;;
    esac
    test -f "$folder/files.am" || complain "$folder" "has no files.am"
done

foreign event2/ 'reactor/(selectors/)?libevent[a-z_]*\.c'
foreign liburing 'reactor/selectors/uring[a-z_]*\.[ch]'
foreign openssl/ 'io/filter/tls[a-z_]*\.c'
foreign ares 'io/name/resolve[a-z_]*\.c'
foreign criterion/ 'none of the library'

exit $status
