/* SPDX-License-Identifier: MIT */
/**
 * @file soak.h
 * The parts of a soak: what one reactor is kept busy with, all at once.
 */
#ifndef BENCH_SOAK_H
#define BENCH_SOAK_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/reactor/reactor.h>

/** A part.  It goes on, within bounds, until soak_is_ending. */
struct soak_part {
    const char *name;

    /** Begin.  @return false: this system has no such thing */
    bool (*begin)(void);

    /** The end has come: begin nothing new, and call soak_part_is_over() once
     *  nothing is left. */
    void (*end)(void);

    long *done; /**< how much of it there was */
};

extern const struct soak_part soak_calls, soak_posts, soak_connections,
    soak_signals, soak_children;

extern struct vr_reactor *soak_reactor;
extern const struct vr_env *soak_env;
extern bool soak_is_ending; /* for the loop's thread */

void soak_part_is_over(void);

/** From 0 to @p below - 1, for the loop's thread. */
uint32_t soak_draw(uint32_t below);

#endif
