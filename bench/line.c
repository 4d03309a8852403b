/* SPDX-License-Identifier: MIT */
#include "bench/line.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/unsent.h"

enum { BUFFER = 64 * 1024 };

static _Alignas(4096) unsigned char buffer[BUFFER];

/* @return false: it is over */
static bool read_once(struct line *line)
{
    ssize_t got = recv(line->fd, buffer, sizeof(buffer), 0);

    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    return unsent_send(&line->unsent, line->fd, buffer, (size_t)got);
}

enum line_wants line_act(struct line *line)
{
    bool goes_on =
        line->unsent ? unsent_flush(&line->unsent, line->fd) : read_once(line);

    return goes_on ? line_wanted(line) : LINE_OVER;
}

enum line_wants line_wanted(const struct line *line)
{
    return line->unsent ? LINE_WRITES : LINE_READS;
}

void line_close(struct line *line)
{
    close(line->fd);
    free(line->unsent);
}
