/* SPDX-License-Identifier: MIT */
/**
 * @file echo.c
 * What does a server pay for a message that it sends back?
 *
 *     bench/run echo [ROUNDS]
 *
 * How to read: `echo-N-SIZE` has N connections, each with one message of SIZE
 * bytes under way; ns are processor time of the server for one round trip.  For
 * the rest see served.h and rounds.h.
 */
#include <stdio.h>

#include "bench/echo_servers.h"
#include "bench/load.h"
#include "bench/network.h"
#include "bench/rounds.h"
#include "bench/served.h"

struct shape {
    size_t connections, size;
};

static struct cost exchange(const struct server_run *run, const void *arg)
{
    const struct shape *shape = arg;

    return load_exchange(run, shape->connections, shape->size);
}

static void compare_shape(const struct shape *shape, size_t rounds)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "echo-%zu-%zu", shape->connections,
                   shape->size);
    compare_servers(&(struct served){.name = name,
                                     .servers = echo_servers,
                                     .load = exchange,
                                     .arg = shape},
                    rounds);
}

int main(int argc, char **argv)
{
    static const struct shape shapes[] = {{1, 64},    {1, 16384},
                                          {100, 64},  {100, 16384},
                                          {5000, 64}, {5000, 16384}};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    network_enter();
    server_prepare();
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        compare_shape(&shapes[i], rounds);
    return 0;
}
