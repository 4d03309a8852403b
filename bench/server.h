/* SPDX-License-Identifier: MIT */
/**
 * @file server.h
 * A server to be measured: a process on a core of its own, which counts what it
 * asks of the system and of the heap.  Load comes from this process, on another
 * core.
 *
 *     server_start(&run, &echo_raw, 0);
 *     struct cost before = server_cost(&run);
 *     ... // load
 *     struct cost cost = cost_between(before, server_cost(&run), trips);
 *     server_stop(&run);
 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** A kind of server. */
struct server {
    const char *name;

    /** Serve at @p port, for ever.  @p backend: a relay's other port. */
    void (*serve)(int port, int backend);

    bool is_foreign; /**< a program of others, which does not count */
};

/** One that runs. */
struct server_run {
    pid_t pid;
    int port;
    struct counts *counts; /* shared with it */
};

/** What it has cost until now; or, between two of these, what one of many
 *  things has cost. */
struct cost {
    double cpu_ns; /**< of the process and its children */
    double calls, allocations, heap_bytes;
    double resident_bytes; /**< memory of its own, in whole pages */
};

/** Put this process on its core, and the servers on another.  Once. */
void server_prepare(void);

void server_start(struct server_run *run, const struct server *server,
                  int backend);

/** One that belongs to the load, and is on its core. */
void server_start_beside(struct server_run *run, const struct server *server);

void server_stop(const struct server_run *run);

struct cost server_cost(const struct server_run *run);

struct cost cost_between(struct cost before, struct cost after, double count);

#endif
