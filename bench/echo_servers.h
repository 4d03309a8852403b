/* SPDX-License-Identifier: MIT */
/**
 * @file echo_servers.h
 * Servers that send back each byte, as a user of each library would write them.
 */
#ifndef BENCH_ECHO_SERVERS_H
#define BENCH_ECHO_SERVERS_H

#include "bench/server.h"

/* Told when a connection is ready, they do as line.h has it. */
extern const struct server echo_libevent; /* struct event */
extern const struct server echo_raw;      /* epoll, and nothing else */
extern const struct server echo_readers;  /* vr_watch */

/* Given bytes by their library. */
extern const struct server echo_bufferevent; /* moves buffers, copies nothing */
extern const struct server echo_libuv;       /* as its own echo server does */
extern const struct server echo_connections; /* vr_connection */
extern const struct server echo_agents;      /* vr_socket and vr_agent */
extern const struct server echo_streams;     /* a coroutine a connection */
extern const struct server echo_pass; /* vr_socket, a stage that passes */

/** All of them, and NULL. */
extern const struct server *const echo_servers[];

#endif
