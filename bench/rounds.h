/* SPDX-License-Identifier: MIT */
/**
 * @file rounds.h
 * How comparisons are made and told: in rounds, each with another peer first,
 * as one line for each peer,
 *
 *     workload=NAME peer=NAME ns=21.0 ratio=0.120 spread=0.110..0.130
 *
 * ns is the median over the rounds for one step; ratio is to the median of the
 * first peer that runs; spread is the lowest and highest ratio within one
 * round.  Ratios travel between machines, ns do not.  Some lines go on, as
 * their program tells.  The variable BENCH_ONLY leaves out peers whose names do
 * not begin with its value, BENCH_ROWS workloads likewise.
 */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>

/** Does BENCH_ONLY let the peer @p name run? */
bool peer_runs(const char *name);

/** @return nanoseconds a step, or what else is compared, for this peer, from
 *  0 */
typedef double measure_fn(const void *workload, size_t peer);

/** What is compared. */
struct comparison {
    const char *name;
    const char *const *peers; /**< their names; NULL behind the last */
    measure_fn *measure;
    const void *workload; /**< for measure and more */
    const char *unit;     /**< of what measure returns; NULL: "ns" */
    const char *limit;    /**< a peer: lines tell the ratio to it, too, as
                               limit=1.050; NULL: they do not */

    /** Print more of this peer's line, each item behind a space.  NULL: that is
     *  all. */
    void (*more)(const void *workload, size_t peer);
};

/** Compare and print. */
void compare_peers(const struct comparison *comparison, size_t rounds);

/** The monotonic clock. */
double now_ns(void);

/** The clock of this process, which others on this machine do not move: for
 *  what never sleeps. */
double cpu_ns(void);

/** How long @p body takes, for one of @p count. */
double timed(void (*body)(long count), long count);

/** The same by cpu_ns(). */
double timed_cpu(void (*body)(long count), long count);

/** The number of rounds that an argument wishes for, NULL: 5.  A wrong one
 *  ends the program, named @p program. */
size_t rounds_of(const char *program, const char *argument);

#endif
