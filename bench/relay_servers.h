/* SPDX-License-Identifier: MIT */
/**
 * @file relay_servers.h
 * Relays: for each connection that comes they make one to another server, and
 * pass on what comes from either side, its end, too.
 */
#ifndef BENCH_RELAY_SERVERS_H
#define BENCH_RELAY_SERVERS_H

#include "bench/server.h"

/* Told when a connection is ready, they do as pair.h has it. */
extern const struct server relay_raw;     /* epoll, and nothing else */
extern const struct server relay_readers; /* vr_watch */

extern const struct server relay_splice; /* epoll and splice(2) */

/* Given bytes by their library. */
extern const struct server
    relay_bufferevent;                   /* moves buffers, copies nothing */
extern const struct server relay_agents; /* two vr_agent, each writes for the
                                            other */
extern const struct server relay_pass;   /* two stages that pass */

/* Programs of others. */
extern const struct server relay_haproxy;
extern const struct server relay_socat; /* a process a connection */

/** All of them, and NULL; those whose memory can be compared. */
extern const struct server *const relay_servers[];
extern const struct server *const relay_idlers[];

#endif
