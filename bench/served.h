/* SPDX-License-Identifier: MIT */
/**
 * @file served.h
 * Comparisons of servers.
 *
 *     workload=echo-100-64 peer=vreactor-agents ns=4860.0 ratio=1.300
 *         spread=1.280..1.330 limit=1.340 calls=2.02 allocs=1.00
 *
 * In one line; besides what rounds.h tells: limit is the ratio to the peer
 * "raw"; calls and allocs are system calls and allocations for one of what is
 * measured, where they are counted (counted.h).
 */
#ifndef BENCH_SERVED_H
#define BENCH_SERVED_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/server.h"

/** Load @p run, and tell what one thing costs. */
typedef struct cost load_fn(const struct server_run *run, const void *load);

struct served {
    const char *name;                    /* of the workload */
    const struct server *const *servers; /* NULL behind the last */
    load_fn *load;
    const void *arg;
    int backend;
    bool of_memory; /* bytes are compared, not the time */
};

/** Compare in rounds, each server a process anew each time. */
void compare_servers(const struct served *served, size_t rounds);

#endif
