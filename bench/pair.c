/* SPDX-License-Identifier: MIT */
#include "bench/pair.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/network.h"
#include "bench/unsent.h"

enum { BUFFER = 128 * 1024 };

static _Alignas(4096) unsigned char buffer[BUFFER];

void pair_open(struct pair *pair, int fd, int backend)
{
    *pair =
        (struct pair){{{.pair = pair, .fd = fd},
                       {.pair = pair, .fd = network_begin_connect(backend)}}};
}

struct side *side_other(struct side *side)
{
    struct side *sides = side->pair->sides;

    return &sides[side == sides];
}

unsigned side_wanted(struct side *side)
{
    bool reads = !side->at_end && !side->unsent;

    return (reads ? SIDE_READS : 0u) |
           (side_other(side)->unsent ? SIDE_WRITES : 0u);
}

/* @return false: both are at their end, or it failed */
static bool end(struct side *side)
{
    struct side *other = side_other(side);

    side->at_end = true;
    return !other->at_end && !shutdown(other->fd, SHUT_WR);
}

static bool read_once(struct side *side)
{
    ssize_t got = recv(side->fd, buffer, sizeof(buffer), 0);

    if (!got)
        return end(side);
    if (got < 0)
        return errno == EAGAIN;
    return unsent_send(&side->unsent, side_other(side)->fd, buffer,
                       (size_t)got);
}

bool side_act(struct side *side, unsigned what)
{
    what &= side_wanted(side);
    if (what & SIDE_WRITES &&
        !unsent_flush(&side_other(side)->unsent, side->fd))
        return false;
    return !(what & SIDE_READS) || read_once(side);
}

void pair_close(struct pair *pair)
{
    for (int i = 0; i < 2; i++) {
        close(pair->sides[i].fd);
        free(pair->sides[i].unsent);
    }
}
