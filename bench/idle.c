/* SPDX-License-Identifier: MIT */
/**
 * @file idle.c
 * How much memory does a server hold for a connection that is idle?
 *
 *     bench/run idle [ROUNDS]
 *     workload=idle-4000 peer=vreactor-agents bytes=1393 ... resident=1414
 *
 * How to read: N connections have had two messages of 64 bytes each come back,
 * and are silent now; bytes are those of the heap for one of them, with what
 * the heap adds and the share in tables.  resident is what the process has
 * grown by, in whole pages: so only this has the stacks of coroutines.  The
 * kernel's memory is in neither.  The servers are those of echo.c.  For the
 * rest see served.h and rounds.h.
 */
#include "bench/echo_servers.h"
#include "bench/load.h"
#include "bench/network.h"
#include "bench/rounds.h"
#include "bench/served.h"

enum { CONNECTIONS = 4000, SIZE = 64 };

static struct cost fall_idle(const struct server_run *run, const void *arg)
{
    (void)arg;
    return load_idle(run, CONNECTIONS, SIZE);
}

int main(int argc, char **argv)
{
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    network_enter();
    server_prepare();
    compare_servers(&(struct served){.name = "idle-4000",
                                     .servers = echo_servers,
                                     .load = fall_idle,
                                     .of_memory = true},
                    rounds);
    return 0;
}
