/* SPDX-License-Identifier: MIT */
/**
 * @file relay.c
 * What does a relay pay for what it passes on?
 *
 *     bench/run relay [ROUNDS]
 *
 * How to read: `relay-bulk-N` passes bytes on from one side to the other over N
 * pairs of connections, as fast as they go; ns are processor time of the relay
 * for a MiB.  In `relay-echo-N-64` messages of 64 bytes go through the relay to
 * a server that sends them back, one under way in each of N pairs; ns are for
 * one there and back.  `relay-idle-N` has N pairs that are silent after two
 * such messages; bytes are those of the heap for a pair, or, of a program of
 * others, what it has grown by.  For the rest see served.h and rounds.h.
 */
#include <stdio.h>

#include "bench/bulk.h"
#include "bench/echo_servers.h"
#include "bench/load.h"
#include "bench/network.h"
#include "bench/peer.h"
#include "bench/relay_servers.h"
#include "bench/rounds.h"
#include "bench/served.h"

enum { BULK_STEPS = 512, SIZE = 64 };

static struct cost pass_bulk(const struct server_run *run, const void *arg)
{
    size_t count = *(const size_t *)arg;
    struct bulk *bulk = bulk_open(run->port, count);
    struct cost before = server_cost(run);

    bulk_run(bulk, BULK_STEPS / count);
    struct cost cost = cost_between(before, server_cost(run), BULK_STEPS);
    bulk_close(bulk);
    return cost;
}

static struct cost pass_messages(const struct server_run *run, const void *arg)
{
    return load_exchange(run, *(const size_t *)arg, SIZE);
}

static struct cost fall_idle(const struct server_run *run, const void *arg)
{
    return load_idle(run, *(const size_t *)arg, SIZE);
}

static void compare_bulk(size_t count, size_t rounds)
{
    struct server_run sink;
    char name[32];

    (void)snprintf(name, sizeof(name), "relay-bulk-%zu", count);
    server_start_beside(&sink, &bulk_sink);
    compare_servers(&(struct served){.name = name,
                                     .servers = relay_servers,
                                     .load = pass_bulk,
                                     .arg = &count,
                                     .backend = sink.port},
                    rounds);
    server_stop(&sink);
}

static void compare_echo(size_t count, size_t rounds)
{
    struct server_run backend;
    char name[32];

    (void)snprintf(name, sizeof(name), "relay-echo-%zu-%d", count, SIZE);
    server_start_beside(&backend, &echo_raw);
    compare_servers(&(struct served){.name = name,
                                     .servers = relay_servers,
                                     .load = pass_messages,
                                     .arg = &count,
                                     .backend = backend.port},
                    rounds);
    server_stop(&backend);
}

static void compare_idle(size_t count, size_t rounds)
{
    struct server_run backend;
    char name[32];

    (void)snprintf(name, sizeof(name), "relay-idle-%zu", count);
    server_start_beside(&backend, &echo_raw);
    compare_servers(&(struct served){.name = name,
                                     .servers = relay_idlers,
                                     .load = fall_idle,
                                     .arg = &count,
                                     .backend = backend.port,
                                     .of_memory = true},
                    rounds);
    server_stop(&backend);
}

int main(int argc, char **argv)
{
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    network_enter();
    server_prepare();
    compare_bulk(1, rounds);
    compare_bulk(16, rounds);
    compare_echo(16, rounds);
    compare_idle(1000, rounds);
    return 0;
}
