/* SPDX-License-Identifier: MIT */
/**
 * @file libevent_server.h
 * What servers over libevent share.
 */
#ifndef BENCH_LIBEVENT_SERVER_H
#define BENCH_LIBEVENT_SERVER_H

struct event_base;

typedef void libevent_accepted_fn(struct event_base *base, int fd);

/** Make a base, hand out the connections that come to @p port, and run. */
void libevent_serve(int port, libevent_accepted_fn *accepted);

#endif
