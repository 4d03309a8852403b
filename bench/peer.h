/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * What a comparison asks of each library.
 *
 * The loops over the steps are the peers' own, so no indirect call stands
 * between two steps.  A peer keeps its state in its file: one is open at a
 * time.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** Timer number @p timer is to be due @p delay_ms from now. */
struct step {
    uint32_t timer;
    uint32_t delay_ms;
};

struct peer {
    const char *name;

    /** Make a loop and @p count timers that are not armed. */
    void (*open)(size_t count);

    /** Call @p body from inside the loop, where its cached time is fresh. */
    void (*turn)(void (*body)(void *arg), void *arg);

    /** Arm timers; one that is armed is moved, without a cancel. */
    void (*arm)(const struct step *steps, size_t count);

    /** Cancel and arm timers. */
    void (*replace)(const struct step *steps, size_t count);

    /** Run the loop until all @p count timers, which are due, have fired.
     *  @return how many have now: some may be due while others are armed */
    size_t (*fire)(size_t count);

    void (*close)(void);
};

extern const struct peer peer_vreactor;
extern const struct peer peer_vreactor_after; /* reads the clock each time */
extern const struct peer peer_libevent;
extern const struct peer peer_libev;
extern const struct peer peer_libuv;
extern const struct peer peer_raw; /* a hand-written wheel, no loop */

/** A comparison that cannot be made ends here. */
static inline void must(bool done, const char *what)
{
    if (done)
        return;

    fprintf(stderr, "bench: %s failed\n", what);
    exit(1);
}

static inline void *must_alloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    must(memory != NULL, "calloc");
    return memory;
}

#endif
