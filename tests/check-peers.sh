#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs of others agree with the examples that serve and fetch, whichever
# selector waits: curl, ncat, ab, and nginx, which stands between and serves.
# `make check` sets what it reads: BUILDDIR, SELECTORS.  Where one of them is
# not installed, that is said, and status 77 if the others agree.
cd "$BUILDDIR/tests/examples" || exit 2
folder=$(mktemp -d) || exit 2
missing=
status=0
PATH=$PATH:/usr/sbin # where some have what serves

is_here()
{
    command -v "$1" >/dev/null
}

for peer in curl ncat ab nginx; do
    is_here "$peer" || {
        echo "skipped: no $peer is here, to agree with"
        missing="$missing $peer"
    }
done

stop_nginx()
{
    [ ! -s "$folder/nginx.pid" ] || kill "$(cat "$folder/nginx.pid")"
    rm -f "$folder/nginx.pid"
}

trap 'stop_nginx; [ ! "$pid" ] || kill -KILL "$pid"; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
mkfifo "$folder/says" "$folder/hears" "$folder/heard" || exit 2
pid=

# A hang is a failure, not a measure of speed.
if command -v timeout >/dev/null; then
    limited="timeout 120"
else
    limited=
fi

wrong()
{
    echo "$selector: $*"
    status=1
}

# serve NAME: begin; $port is where.
serve()
{
    server=$1
    "./peer_$server" 127.0.0.1:0 >"$folder/says" 2>"$folder/complaint" \
        </dev/null &
    pid=$!
    exec 3<"$folder/says"
    read -r line <&3
    port=${line##*:}
}

# It ends well when it is interrupted.
end()
{
    kill -INT "$pid"
    wait "$pid" || wrong "$server: status $?: $(cat "$folder/complaint")"
    pid=
    exec 3<&-
}

ask()
{
    curl -q -sS --fail --noproxy '*' --max-time 100 "$@" 2>"$folder/complaint"
}

hello="Hello from an agent of ours."

# says_hello WHAT CURL-ARGUMENT...
says_hello()
{
    what=$1
    shift
    got=$(ask "$@" | tr -d '\r') && [ "$got" = "$hello" ] ||
        wrong "$what: '$got' $(cat "$folder/complaint")"
}

# ---- each with its server ----

# curl gets, asks for the head, asks again on the same connection, and uploads.
try_curl()
{
    at=http://127.0.0.1:$1/
    says_hello "curl, GET" "$at"
    says_hello "curl, HTTP/1.0" --http1.0 "$at"
    says_hello "curl, 100 KiB uploaded" --data-binary "@$folder/upload" "$at"
    ask -I "$at" | tr -d '\r' | grep -qx 'Content-Length: 30' ||
        wrong "curl, HEAD: $(cat "$folder/complaint")"
    got=$(ask -o "$folder/a" -o "$folder/b" -o "$folder/c" \
        -w '%{http_code} %{num_connects},' --data-binary "@$folder/upload" \
        "$at" "$at" "$at")
    [ "$got" = "200 1,200 0,200 0," ] ||
        wrong "curl, thrice on a connection: $got $(cat "$folder/complaint")"
}

# try_ab PORT COUNT ARGUMENT...: none fails.
try_ab()
{
    at=http://127.0.0.1:$1/ count=$2
    shift 2
    $limited ab -q -n "$count" "$@" "$at" >"$folder/ab" 2>&1 </dev/null &&
        grep -q "^Complete requests: *$count$" "$folder/ab" &&
        grep -q "^Failed requests: *0$" "$folder/ab" &&
        ! grep -q "^Non-2xx" "$folder/ab" || {
        cat "$folder/ab"
        wrong "ab $*: not $count good answers"
    }
}

# What was sent comes back, also what comes after the end was sent.
try_echo()
{
    serve echo
    $limited ncat 127.0.0.1 "$port" <"$folder/page" >"$folder/got" &&
        cmp "$folder/page" "$folder/got" ||
        wrong "ncat: 1 MiB did not come back"
    end
}

# One who only hears hears all that another says, who leaves, and the goodbye.
try_chat()
{
    serve chat
    $limited ncat -v 127.0.0.1 "$port" <"$folder/hears" >"$folder/got" \
        2>"$folder/heard" &
    guest=$!
    exec 4>"$folder/hears" 5<"$folder/heard"
    while read -r line <&5; do
        case $line in
        *Connected*) break ;;
        esac
    done
    $limited ncat 127.0.0.1 "$port" <"$folder/lines" >"$folder/none" ||
        wrong "ncat: could not chat"
    end
    exec 4>&-
    wait "$guest"
    exec 5<&-
    {
        cat "$folder/lines"
        echo goodbye
    } | cmp - "$folder/got" || wrong "ncat: heard something else in the chat"
}

# ---- nginx ----

# Requests for / go to the server at port $1, those for /kept on connections
# that stay; others are for files.
configure_nginx()
{
    cat <<END
daemon on;
master_process off;
pid nginx.pid;
error_log error.log;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream kept { server 127.0.0.1:$1; keepalive 4; }
    server {
        listen 127.0.0.1:$2;
        root $folder;
        location = / { proxy_pass http://127.0.0.1:$1; }
        location = /kept {
            proxy_pass http://kept;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
}
END
}

# It listens when it has returned.  Its port is chosen by us, below those that a
# kernel gives away: another try where somebody has it.
begin_nginx()
{
    for try in 0 1 2 3 4 5 6 7 8 9; do
        between=$((10000 + ($$ + try * 997) % 20000))
        configure_nginx "$1" "$between" >"$folder/nginx.conf"
        nginx -p "$folder" -e error.log -c nginx.conf \
            2>"$folder/complaint" && return
    done
    return 1
}

try_nginx()
{
    begin_nginx "$1" || {
        wrong "nginx does not begin: $(cat "$folder/complaint")"
        return
    }
    try_curl "$between"
    says_hello "curl, kept by nginx" "http://127.0.0.1:$between/kept"
    ! is_here ab || {
        try_ab "$between" 200 -c 10
        try_ab "$between" 200 -c 10 -k
    }
    $limited ./peer_fetch "http://127.0.0.1:$between/page" "$folder/got" \
        >"$folder/fetch" 2>&1 && cmp "$folder/page" "$folder/got" ||
        wrong "nginx: 1 MiB was not fetched: $(cat "$folder/fetch")"
    $limited ./peer_fetch "http://127.0.0.1:$between/kept" "$folder/got" \
        >"$folder/fetch" 2>&1 || wrong "nginx: $(cat "$folder/fetch")"
    stop_nginx
}

# ---- all of them ----

dd if=/dev/urandom of="$folder/page" bs=1024 count=1024 2>/dev/null || exit 2
dd if=/dev/urandom of="$folder/upload" bs=1024 count=100 2>/dev/null || exit 2
awk 'BEGIN { for (; n < 1048576; n += length(line)) {
    line = "line at byte " n "\n"; printf "%s", line } }' >"$folder/lines"

try_all()
{
    if is_here ncat; then
        try_echo
        try_chat
    fi
    serve hello
    ! is_here curl || try_curl "$port"
    if is_here ab; then
        try_ab "$port" 2000 -c 50 -k
        try_ab "$port" 500 -c 50
    fi
    ! is_here nginx || ! is_here curl || try_nginx "$port"
    end
}

for selector in $SELECTORS; do
    VR_SELECTOR=$selector
    export VR_SELECTOR
    try_all
done
[ "$status" = 0 ] || exit 1
[ ! "$missing" ] || exit 77
echo "curl, ncat, ab and nginx agree: $SELECTORS"
