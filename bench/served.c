/* SPDX-License-Identifier: MIT */
#include "bench/served.h"

#include <stdio.h>

#include "bench/peer.h"
#include "bench/rounds.h"

enum { MOST_SERVERS = 12 };

static struct cost costs[MOST_SERVERS]; /* of the last round */

static double measure(const void *workload, size_t peer)
{
    const struct served *served = workload;
    struct server_run run;

    server_start(&run, served->servers[peer], served->backend);
    costs[peer] = served->load(&run, served->arg);
    server_stop(&run);
    if (!served->of_memory)
        return costs[peer].cpu_ns;
    return served->servers[peer]->is_foreign ? costs[peer].resident_bytes
                                             : costs[peer].heap_bytes;
}

static void print_more(const void *workload, size_t peer)
{
    const struct served *served = workload;
    const struct cost *cost = &costs[peer];

    if (served->of_memory)
        printf(" resident=%.0f", cost->resident_bytes);
    else if (!served->servers[peer]->is_foreign)
        printf(" calls=%.2f allocs=%.2f", cost->calls, cost->allocations);
}

void compare_servers(const struct served *served, size_t rounds)
{
    const char *names[MOST_SERVERS + 1] = {NULL};

    for (size_t i = 0; served->servers[i]; i++)
        names[i] = served->servers[i]->name;
    compare_peers(
        &(struct comparison){.name = served->name,
                             .peers = names,
                             .measure = measure,
                             .workload = served,
                             .unit = served->of_memory ? "bytes" : "ns",
                             .limit = "raw",
                             .more = print_more},
        rounds);
}
