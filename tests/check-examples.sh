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

# A hang, not a measure of speed; where there is no timeout(1) it is one.  In the
# foreground it hands a signal on once: the second, which else goes to the group,
# would find a server that has stopped already.
if command -v timeout >/dev/null; then
    limited="timeout --foreground 120"
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
ends_on_interrupt ./examples/chat_server 127.0.0.1:0
ends_on_interrupt ./examples/hello 127.0.0.1:0
ends_on_interrupt ./examples/prefork 127.0.0.1:0

# What README.md says to try: "hello" comes back, by whatever can ask here.
ask()
{
    if command -v ncat >/dev/null; then
        printf 'hello\n' | ncat "$1" "$2"
    elif command -v python3 >/dev/null; then
        python3 -c 'import socket, sys
with socket.create_connection(sys.argv[1:3]) as s:
    s.sendall(b"hello\n")
    s.shutdown(socket.SHUT_WR)
    print(s.makefile().read(), end="")' "$1" "$2"
    else
        echo "skipped: neither ncat nor python3 is here, to ask a server" >&2
        echo hello
    fi
}

$limited ./examples/echo_server 127.0.0.1:0 >"$pipe" 2>&1 </dev/null &
pid=$!
exec 3<"$pipe"
read -r line <&3
answer=$(ask 127.0.0.1 "${line##*:}")
kill -INT "$pid"
wait "$pid"
result=$?
exec 3<&-
test "$answer:$result" = hello:0 || {
    echo "echo_server: $line: answered '$answer', status $result"
    status=1
}

# A file that another program serves comes whole.
fetch()
{
    printf 'something to fetch\n' >"$log.page"
    python3 -c 'import functools, http.server, os, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), functools.partial(
    Quiet, directory=os.path.dirname(sys.argv[1])))
print(server.server_port, flush=True)
server.handle_request()' "$log.page" >"$pipe" &
    pid=$!
    read -r port <"$pipe"
    if ! $limited ./examples/quickstart \
        "http://127.0.0.1:$port/$(basename "$log.page")" "$log.got" >"$log" ||
        ! cmp "$log.page" "$log.got" ||
        ! grep -q '^received 19 bytes' "$log"; then
        cat "$log"
        echo "quickstart: did not fetch what python3 serves"
        status=1
    fi
    wait "$pid"
    rm -f "$log.page" "$log.got"
}

if command -v python3 >/dev/null; then
    fetch
else
    echo "skipped: no python3 is here, to fetch from"
fi

exit $status
