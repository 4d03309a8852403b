#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The lines of README.md under "Build by hand", typed one after the other by
# somebody new, end in a program that runs; without `make check`, which others
# run.  And the change to the echo server that README.md shows does what it says.
# Usage: check-readme.sh FOLDER, which is empty.
test $# = 1 && mkdir -p "$1" && cd "$1" || exit 2
folder=$PWD
cd - >/dev/null && cd "$(dirname "$0")/.." || exit 2

# What is in the repository, else all that is in a tarball.
{ git ls-files 2>/dev/null || find . -type f; } >"$folder/files.txt"
mkdir -p "$folder/libvreactor" "$folder/home" || exit 2
tar -cf - -T "$folder/files.txt" | tar -xf - -C "$folder/libvreactor" || exit 2
cd "$folder/libvreactor" || exit 2
unset PKG_CONFIG_PATH LD_LIBRARY_PATH
HOME=$folder/home
MAKEFLAGS=-j2
export HOME MAKEFLAGS

# The blocks of kind $1 in README.md; $2: only of the section of this name.
blocks()
{
    awk -v kind="$1" -v section="$2" '
    /^## / { here = section == "" || $0 == "## " section }
    /^```/ { inside = !inside && $0 == "```" kind; next }
    inside && (here || section == "") { print }' README.md
}

# The second run of the program has no run path, but is told where to look.
{
    echo 'set -ex'
    blocks sh 'Build by hand' | grep -vx 'make check'
    echo './a.out >printed.txt'
    echo "cc program.c \$(pkg-config --cflags --libs vreactor)"
    echo 'LD_LIBRARY_PATH="$HOME/vreactor/lib" ./a.out >>printed.txt'
} >"$folder/typed.sh"
sh "$folder/typed.sh" >"$folder/log" 2>&1 &&
    test "$(cat "$HOME/mine/printed.txt")" = "a second later
a second later" || {
    tail -n 40 "$folder/log"
    echo "README.md: what it says under \"Build by hand\" ends in no program"
    exit 1
}

echo "README.md: building by hand ends in a program that runs"

# The changed server closes a connection on which nothing comes.
PKG_CONFIG_PATH=$HOME/vreactor/lib/pkgconfig
LD_LIBRARY_PATH=$HOME/vreactor/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
cp examples/echo_server.c "$HOME/mine"
blocks diff '' >"$HOME/mine/change.diff"
cd "$HOME/mine" || exit 2
command -v patch >/dev/null && command -v python3 >/dev/null || {
    echo "skipped: no patch or no python3 is here, to try the changed server"
    exit 0
}
# shellcheck disable=SC2046 # the flags are words
patch -s -p0 <change.diff &&
    cc -std=c11 -Wall -Wextra -Wpedantic -Werror -o server echo_server.c \
        $(pkg-config --cflags --libs vreactor) || exit 1
mkfifo pipe || exit 2
./server 127.0.0.1:0 >pipe &
pid=$!
read -r line <pipe
got=$(python3 -c 'import socket, sys
with socket.create_connection(("127.0.0.1", sys.argv[1]), 60) as s:
    s.sendall(b"hello\n")
    print(s.makefile().read(), end="")' "${line##*:}")
kill -INT "$pid"
wait "$pid" && test "$got" = hello || {
    echo "README.md: the changed server: $line: '$got'"
    exit 1
}
echo "README.md: the changed echo server does as it says"
