/* SPDX-License-Identifier: MIT */
/**
 * @file network.h
 * The loopback network of a comparison.
 */
#ifndef BENCH_NETWORK_H
#define BENCH_NETWORK_H

#include <stdbool.h>

/**
 * Go to a network of our own, in which nobody else's congestion control paces
 * the bytes (bbr would), if this process may make one; else say so.  Allow as
 * many descriptors as the system lets us have.
 */
void network_enter(void);

/** A port at which nobody listens. */
int network_free_port(void);

/** A listening socket, non-blocking. */
int network_listen(int port);

/** Accept without blocking. @return -1: nobody is there */
int network_accept(int listener);

/** A connection, blocking; waits until somebody listens. */
int network_connect(int port);

/** A connection to be, non-blocking: writable when it is there. */
int network_begin_connect(int port);

/** Do not block any more. */
void network_unblock(int fd);

#endif
