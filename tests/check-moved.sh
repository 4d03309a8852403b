#!/bin/sh
# SPDX-License-Identifier: MIT
#
# scripts/moved carries programs over the move of names: those in tests/moved/,
# which are of before it, compile with the headers of now, and run.  What it
# moved it does not move again, and doc/moved.md lists all that it moves.
# `make check` sets what it reads: CC, LINK_FLAGS, SRCDIR, BUILDDIR.
#
# shellcheck disable=SC2086 # CC and LINK_FLAGS are several words each
cd "$SRCDIR" || exit 2
if ! command -v perl >/dev/null; then
    echo "skipped: there is no perl here"
    exit 77
fi
. tests/check.sh

mkdir "$dir/old" && cp tests/moved/*.[ch] "$dir/old" && chmod u+w "$dir"/old/*
perl scripts/moved "$dir"/old/*.[ch] || complain "it was not sure of something"
cp -R "$dir/old" "$dir/again"
perl scripts/moved "$dir"/again/*.[ch] || complain "not sure the second time"
diff -r "$dir/old" "$dir/again" || complain "moved what was moved already"

for source in "$dir"/old/*.c; do
    ${CC:-cc} -Wall -Wextra -Wpedantic -Werror -I"$BUILDDIR/include" -c \
        -o "${source%.c}.o" "$source" || complain "$source: as above"
done

# runs PROGRAM LIBRARY SOURCE...
runs()
{
    program=$dir/$1
    library=$BUILDDIR/$2
    shift 2
    for source; do
        set -- "$@" "$dir/old/$source.o"
        shift
    done
    "$BUILDDIR/libtool" --silent --tag=CC --mode=link ${CC:-cc} $LINK_FLAGS \
        -o "$program" "$@" $library "$BUILDDIR/libvreactor.la" &&
        "$program" >"$dir/log" 2>&1 </dev/null && return
    cat "$dir/log"
    complain "$program: failed"
}

runs names libvreactor.la names
runs deferreds libvreactor.la deferreds
runs own_selector libvreactor-test.la own_selector
runs echo_callbacks libvreactor.la echo echo_common echo_callbacks_client \
    echo_callbacks_server
runs echo_deferreds libvreactor.la echo echo_common echo_deferreds_client \
    echo_deferreds_server

names=$(sed -nE \
    '/^my %headers/,/^# The place/s/^ +((vr|VR)_[A-Za-z_]+|[a-z_]+\/[a-z_]+\.h) .*/\1/p' \
    scripts/moved)
test -n "$names" || complain "scripts/moved: names nothing"
for name in $names; do
    grep -qE "^\| \`(struct |&)?$name(\(|\[|\`)" doc/moved.md ||
        complain "doc/moved.md: without $name"
done

# Where nothing tells the reactor from other arguments, it says so.
echo 'void f(void) { (void)!vr_pending_timeout(a, b, c); g(vr_within); }' \
    >"$dir/doubt.c"
echo 'p = vr_stream_close_at(file, line, stream);' >>"$dir/doubt.c"
echo 'void g(void) { err = vr_spawn(a, b, c, d, &p); p = vr_spawn(a, b, c, d); }' \
    >>"$dir/doubt.c"
perl scripts/moved "$dir/doubt.c" >"$dir/log"
test "$(grep -c 'doubt.c:[123]: vr_' "$dir/log")" -eq 4 || {
    cat "$dir/log"
    complain "doubt.c: it is surer than it should be"
}

exit $status
