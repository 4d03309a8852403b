#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The examples that end by themselves do, and well.  `make check` sets what it
# reads: BUILDDIR, EXAMPLES.
cd "$BUILDDIR" || exit 2
unset VR_SELECTOR # some need what not every selector has, such as a descriptor
status=0
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

# A hang, not a measure of speed; where there is no timeout(1) it is one.
limited()
{
    if command -v timeout >/dev/null; then
        timeout 120 "$@"
    else
        "$@"
    fi
}

for example in $EXAMPLES; do
    limited "./$example" >"$log" 2>&1 </dev/null
    result=$?
    test "$result" = 0 && continue
    cat "$log"
    echo "$example: status $result"
    status=1
done

exit $status
