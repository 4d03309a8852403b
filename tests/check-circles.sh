#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Files that need each other in a circle are at most five: whoever reads one of
# them has to read them all.  An object needs another if it names a symbol that
# the other defines.  `make check` sets what it reads: NM, SRCDIR,
# BUILDDIR.
most=5
cd "$BUILDDIR" || exit 2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# Those of the shared library where there is one: in .libs, or beside it.
objects()
{
    find . -name 'libvr*_la-*.o' ! -path './.libs/*' | sort |
        sed 's|^\./||' | awk '
    {
        name = $0
        sub(/\.libs\//, "", name)
        if (!(name in seen) || $0 !~ /\.libs\//)
            seen[name] = $0
    }
    END { for (name in seen) print seen[name] }'
}

# Lines of "FILE KIND SYMBOL"; files by the names of their sources.
symbols()
{
    objects | while read -r object; do
        file=$(echo "$object" | sed 's|\.libs/||; s|libvr[a-z]*_la-||; s|\.o$||')
        ls "$SRCDIR/$file".[cS] >/dev/null 2>&1 || continue # it has moved
        ${NM:-nm} -P "$object" | awk -v file="$file" '
            $2 ~ /^[UTDBRCV]$/ { print file, $2, $1 }'
    done
}

symbols >"$dir/symbols"
test -s "$dir/symbols" || {
    echo "there are no objects in $BUILDDIR"
    exit 1
}

# Who needs whom, and whom those need, until nothing is added: a file is in the
# circle of each that it reaches and that reaches it.
awk -v most="$most" '
$2 == "U" { wants[++count] = $1 SUBSEP $3; next }
{ home[$3] = $1 }
END {
    for (i = 1; i <= count; i++) {
        split(wants[i], part, SUBSEP)
        if ((part[2] in home) && home[part[2]] != part[1]) {
            needs[part[1], home[part[2]]] = 1
            files[part[1]] = files[home[part[2]]] = 1
        }
    }
    for (via in files) {
        n = 0
        for (file in files)
            if ((via, file) in needs)
                targets[++n] = file
        for (file in files)
            if ((file, via) in needs)
                for (i = 1; i <= n; i++)
                    needs[file, targets[i]] = 1
    }
    for (file in files) {
        if (file in told)
            continue
        size = 0
        circle = ""
        for (other in files)
            if ((file, other) in needs && (other, file) in needs) {
                told[other] = 1
                size++
                circle = circle " " other
            }
        if (size > most) {
            print "a circle of " size " files:" circle
            failed = 1
        }
    }
    exit failed
}' "$dir/symbols"
