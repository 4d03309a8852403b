#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs find the installed libraries by pkg-config, and run.
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

int main(void)
{
    struct vr_reactor_options options = {
        .size = sizeof(options), .selector_ops = &vr_selector_libevent};
    struct vr_reactor *reactor;

    return !vr_libevent_reactor_new(NULL, NULL, &reactor) ||
           vr_reactor_new(&options, &reactor) || vr_reactor_free(reactor);
}
END

cat >"$dir/tls.c" <<'END'
#include <vreactor/io/tls_log.h>

int main(void)
{
    return vr_tls_log_errors(NULL, 40, "nothing") != 0;
}
END

try vreactor "$dir/core.c" &&
    try vreactor-test "$(dirname "$0")/../examples/test_timeout.c" || exit 1
for part in event tls; do
    test -f "$PKG_CONFIG_PATH/vreactor-$part.pc" || continue
    try "vreactor-$part" "$dir/$part.c" || exit 1
done
