#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The examples that end by themselves do, and well; those that serve end well
# when they are interrupted.  `make check` sets what it reads: BUILDDIR,
# EXAMPLES.
cd "$BUILDDIR" || exit 2
unset VR_SELECTOR # some need what not every selector has, such as a descriptor
status=0
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

# A hang, not a measure of speed; where there is no timeout(1) it is one.
if command -v timeout >/dev/null; then
    limited="timeout 120"
else
    limited=
fi

for example in $EXAMPLES; do
    $limited "./$example" >"$log" 2>&1 </dev/null
    result=$?
    test "$result" = 0 && continue
    cat "$log"
    echo "$example: status $result"
    status=1
done

# What it prints comes line by line; the first one says that it serves.
ends_on_interrupt()
{
    $limited "$@" >"$pipe" 2>&1 </dev/null &
    pid=$!
    exec 3<"$pipe"
    read -r line <&3 || line="ended at once"
    case $line in
    serving*) kill -INT "$pid" ;;
    *) kill "$pid" 2>/dev/null ;;
    esac
    wait "$pid"
    result=$?
    exec 3<&-
    test "$result" = 0 && return
    echo "$*: interrupted, status $result: $line"
    status=1
}

pipe=$log.pipe
mkfifo "$pipe" || exit 2
trap 'rm -f "$log" "$pipe"' EXIT
for example in $EXAMPLES; do
    case $example in
    *echo_*) ends_on_interrupt "./$example" serve 127.0.0.1:0 ;;
    *handshake_server*)
        ends_on_interrupt "./$example" callbacks 127.0.0.1:0
        ;;
    esac
done

exit $status
