#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs find the installed libraries by pkg-config, and run; each example
# compiles by the line that README.md shows, in strict C11, without a warning.
# `make installcheck` sets what it reads: CC, PKG_CONFIG_PATH, LIBDIR.
command -v pkg-config >/dev/null || {
    echo "no pkg-config: the installed libraries were not tried"
    exit 0
}

dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# try PACKAGE PROGRAM
try()
{
    flags=$(pkg-config --static --cflags --libs "$1") || exit 1
    # CC and the flags are several words.
    # shellcheck disable=SC2086
    $CC -o "$dir/$1" "$2" $flags && LD_LIBRARY_PATH=$LIBDIR "$dir/$1"
}

cat >"$dir/core.c" <<'END'
#include <string.h>
#include <vreactor/vreactor.h>

int main(void)
{
    return strcmp(vr_errname(VR_ECLOSED), "VR_ECLOSED") != 0;
}
END

cat >"$dir/event.c" <<'END'
#include <vreactor/reactor/libevent.h>
#include <vreactor/reactor/selectors/libevent.h>

int main(void)
{
    struct vr_reactor_options options = {
        .size = sizeof(options), .selector_ops = vr_selector_libevent()};
    struct vr_reactor *reactor;

    return !vr_libevent_reactor_new(NULL, NULL, &reactor) ||
           vr_reactor_new(&options, &reactor) || vr_reactor_free(reactor);
}
END

cat >"$dir/uring.c" <<'END'
#include <string.h>
#include <vreactor/reactor/selectors/uring.h>

int main(void)
{
    const struct vr_selector_ops *ops = vr_selector_uring();
    struct vr_selector *sel;

    if (ops->open(NULL, NULL, &sel) == 0) /* else the kernel refuses it */
        ops->close(sel);
    return strcmp(ops->name, "io_uring") != 0;
}
END

cat >"$dir/tls.c" <<'END'
#include <vreactor/io/filter/tls_log.h>

int main(void)
{
    return vr_tls_log_errors(NULL, 40, "nothing") != 0;
}
END

# README's line is for shared libraries, which say themselves what they need.
set -- "$LIBDIR"/libvreactor.so* "$LIBDIR"/libvreactor.*dylib
kind=--static
for library; do
    test ! -e "$library" || kind=
done

# strictly PACKAGES SOURCE...: README's line, as strict as a compiler can be
strictly()
{
    packages=$1
    shift
    # The packages are names, the flags are words.
    # shellcheck disable=SC2086
    flags=$(pkg-config $kind --cflags --libs $packages 2>/dev/null) || return 0
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        # shellcheck disable=SC2086
        $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -o "$dir/example" \
            "$@" $flags || exit 1
    done
}

# With sanitizers or for another system there is more to say than that line.
case $CC in
*-fsanitize* | *-m32*) ;;
*)
    cd "$(dirname "$0")/../examples" || exit 2
    for file in deferreds echo_server logging timer; do
        strictly vreactor $file.c
    done
    for way in callbacks deferreds coroutines; do
        strictly vreactor echo.c echo_common.c echo_${way}_client.c \
            echo_${way}_server.c
    done
    strictly vreactor quickstart.c hello_server.c http_reply.c url.c
    strictly vreactor handshake.c handshake_*.c
    strictly vreactor-test own_selector.c
    strictly vreactor-test test_timeout.c
    strictly "vreactor glib-2.0" in_glib.c hello_*.c http_reply.c url.c
    strictly "vreactor libuv" in_libuv.c hello_*.c http_reply.c url.c
    strictly "vreactor-event libevent_extra libevent_core" in_libevent.c \
        echo_common.c echo_callbacks_server.c
    cd - >/dev/null || exit 2
    ;;
esac

try vreactor "$dir/core.c" &&
    try vreactor-test "$(dirname "$0")/../examples/test_timeout.c" || exit 1
for part in event tls uring; do
    test -f "$PKG_CONFIG_PATH/vreactor-$part.pc" || continue
    try "vreactor-$part" "$dir/$part.c" || exit 1
done
