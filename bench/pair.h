/* SPDX-License-Identifier: MIT */
/**
 * @file pair.h
 * What a relay does with two connections, where its library only tells which is
 * ready: the same for all of those.
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include <stdbool.h>

struct pair;
struct unsent;

/** One of the two connections. */
struct side {
    struct pair *pair;
    struct unsent *unsent; /* read here, not taken by the other; NULL: none */
    int fd;
    bool at_end; /* no more is read here */
};

struct pair {
    struct side sides[2];
};

enum side_wants { SIDE_READS = 1, SIDE_WRITES = 2 };

/** Make one of @p fd and of a connection to be to @p backend. */
void pair_open(struct pair *pair, int fd, int backend);

/** The other one. */
struct side *side_other(struct side *side);

/** What @p side wants now, bits of enum side_wants; 0: nothing. */
unsigned side_wanted(struct side *side);

/** @p side is ready for @p what: act for what it wants of that.
 *  @return false: the pair is over, and is to be closed */
bool side_act(struct side *side, unsigned what);

/** Close both descriptors, and free what was not sent. */
void pair_close(struct pair *pair);

#endif
