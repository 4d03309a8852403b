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

# floor FOLDER MAY-INCLUDE...
floor()
{
    folder=$1
    test -d "$folder" || return
    allowed=$(shift; echo "$*" | tr ' ' '|')
    ours=$(grep -rnE '^ *# *include *<vreactor/' --include='*.[chS]' "$folder")
    complain "$(echo "$ours" | grep . | grep -vE "<vreactor/($allowed)/")" \
        "not below $folder/"
    complain "$(grep -rnE '^ *# *include *"' --include='*.[chS]' "$folder")" \
        "write <vreactor/...>"
}

# foreign HEADER FILES: only sources whose names match FILES may include it.
foreign()
{
    complain "$(grep -rnE "^ *# *include *<$1" --include='*.[ch]' \
        base log pending reactor io testing tools vreactor.h 2>/dev/null |
        grep -vE "^($2):")" "only for $2"
}

floor base base
floor log base log
floor pending base pending
floor reactor base log pending reactor
floor io base log pending reactor io
floor testing base log pending reactor io testing
floor tools base log pending reactor io

foreign event2/ 'reactor/(selector_)?libevent[a-z_]*\.c'
foreign liburing 'reactor/uring_polls\.[ch]|base/sys_uring\.c'
foreign openssl/ 'io/tls[a-z_]*\.c'
foreign ares 'io/resolve[a-z_]*\.c'
foreign criterion/ 'none of the library'

exit $status
