#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the library's sources never do: call the system, the heap or the
# terminal past vr_env, use functions that cannot be used safely, grow long.
# And what nobody's do: copy an end by assignment.
# Usage: check-source.sh [SOURCE]
cd "${1:-${SRCDIR:-$(dirname "$0")/..}}" || exit 2
. tests/check.sh

unsafe='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|sscanf|strtok|atoi|
atol|alloca|system|popen|mktemp|tmpnam|rand|signal|strerror'
loud='abort|exit|_exit|[vdf]?printf|v[df]printf|f?puts|f?putc|putchar|fwrite|
perror'
heap='malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf'
system='close|read|write|readv|writev|recv|recvfrom|recvmsg|send|sendto|sendmsg|
fcntl|ioctl|fstat|pipe|pipe2|socket|socketpair|bind|listen|accept|accept4|
connect|shutdown|getsockopt|setsockopt|getsockname|getpeername|poll|ppoll|
select|pselect|epoll_create|epoll_create1|epoll_ctl|epoll_wait|epoll_pwait|
eventfd|kqueue|kevent|getpid|isatty|syslog|sysconf|mmap|munmap|mprotect|madvise|
if_nametoindex|if_indextoname|pthread_cond_timedwait|clock_gettime|gettimeofday|sleep|usleep|nanosleep|
io_uring_(queue|submit|wait|peek|enter|get_events|register)[a-z_]*|
fork|kill|raise|sigaction|time|stat|lstat|lseek|ftruncate|rename|fopen|fdopen'
# What testing/ calls itself, for the tests of selectors.
outside_testing='open|unlink|remove|mkstemp|dup|dup2|getenv|pthread_create'

# The code of FILE... as FILE:LINE:TEXT, without comments and strings.
code()
{
    awk '
    FNR == 1 { inside = 0 }
    {
        gsub(/\047\\?"\047/, "")
        gsub(/"([^"\\]|\\.)*"/, "\"\"")
        text = ""
        while ($0 != "") {
            at = index($0, inside ? "*/" : "/*")
            if (!inside)
                text = text (at ? substr($0, 1, at - 1) : $0)
            if (!at)
                break
            inside = !inside
            $0 = substr($0, at + 2)
        }
        if (text != "")
            print FILENAME ":" FNR ":" text
    }' "$@"
}

# A call through a table is not meant: sys->read(), .close().
never()
{
    names=$(echo "$1" | tr -d '\n')
    why=$2
    shift 2
    test $# -gt 0 || return
    found=$(code "$@" | grep -E ":(.*[^A-Za-z0-9_>.])?($names) *\(")
    test -z "$found" && return
    echo "$found" | sed "s|\$|    <- $why|"
    status=1
}

# What a table lacks is as by default: base/env_table.h.
past_table()
{
    found=$(code "$@" | grep -E '(->|\.)sys->')
    test -z "$found" && return
    echo "$found" | sed 's/$/    <- vr_sys(env, ...)/'
    status=1
}

# By assignment a cause would have fewer references than holders.  What holds an
# end is called so.
copied_end()
{
    end='(end|ended|why|stop)'
    found=$(code "$@" | grep -E "[^=!<>]= *\\*[a-z_>.-]*$end *[;,}]|\
struct vr_end [a-z_]+ = [^{(]*;|(->|\.)(end|why|stop) = ([a-z_]+(->|\.))*$end;")
    test -z "$found" && return
    echo "$found" | sed 's/$/    <- vr_end_keep(...)/'
    status=1
}

all=$(find base log pending reactor io testing tools -name '*.[chS]' \
    2>/dev/null | sort)
above_base=$(echo "$all" | grep -v '^base/')
not_sys=$(echo "$above_base" | grep -v '^reactor/selectors/uring_sys\.c$')
library=$(echo "$all" | grep -v '^tools/')
not_testing=$(echo "$above_base" | grep -v '^testing/')
not_table=$(echo "$library" | grep -v '^base/env_table\.h$')
not_env=$(echo "$library" | grep -v '^base/env\.c$')

# The lists are words: no name of ours holds a space.
# shellcheck disable=SC2086
{
    never "$unsafe" "unsafe" $all
    never "$loud" "the program's business" $library
    never "$heap" "vr_alloc() and its like" $not_env
    never "$system" "vr_sys(env, ...)" $not_sys
    never "$outside_testing" "vr_sys(env, ...)" $not_testing
    past_table $not_table
    copied_end $(find base log pending reactor io testing tools examples fuzz \
        tests bench -name '*.[ch]' ! -path base/end.c 2>/dev/null | sort)
}

for file in $all $(find tests fuzz bench examples -name '*.[ch]' | sort); do
    lines=$(wc -l <"$file")
    test "$lines" -le 400 || complain "$file: $lines lines, more than 400"
done

for file in $all; do
    head -n 1 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
        complain "$file: no SPDX line on top"
    test -z "$(tail -c 1 "$file")" ||
        complain "$file: its last line has no end"
done

exit $status
