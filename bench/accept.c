/* SPDX-License-Identifier: MIT */
/**
 * @file accept.c
 * What does a server pay for a connection that comes and goes?
 *
 *     bench/run accept [ROUNDS]
 *
 * How to read: ns are processor time of the server for one connection, from
 * connect to close: it is accepted, ends, and is closed.  The servers are those
 * of echo.c.  For the rest see served.h and rounds.h.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "bench/echo_servers.h"
#include "bench/network.h"
#include "bench/peer.h"
#include "bench/rounds.h"
#include "bench/served.h"

enum { TOGETHER = 50, TIMES = 160 };

/* Each ends when the server has closed it, too. */
static void visit(int port)
{
    int fds[TOGETHER];
    char byte;

    for (int i = 0; i < TOGETHER; i++)
        fds[i] = network_connect(port);
    for (int i = 0; i < TOGETHER; i++)
        must(!shutdown(fds[i], SHUT_WR), "shutdown");
    for (int i = 0; i < TOGETHER; i++) {
        must(recv(fds[i], &byte, 1, 0) == 0, "the end");
        close(fds[i]);
    }
}

static struct cost come_and_go(const struct server_run *run, const void *arg)
{
    (void)arg;
    visit(run->port);
    struct cost before = server_cost(run);
    for (int i = 0; i < TIMES; i++)
        visit(run->port);
    return cost_between(before, server_cost(run), TOGETHER * TIMES);
}

int main(int argc, char **argv)
{
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    network_enter();
    server_prepare();
    compare_servers(&(struct served){.name = "accept",
                                     .servers = echo_servers,
                                     .load = come_and_go},
                    rounds);
    return 0;
}
