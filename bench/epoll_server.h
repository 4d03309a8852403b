/* SPDX-License-Identifier: MIT */
/**
 * @file epoll_server.h
 * The loop of the servers that know epoll, and nothing else.
 */
#ifndef BENCH_EPOLL_SERVER_H
#define BENCH_EPOLL_SERVER_H

#include <stdint.h>
#include <sys/epoll.h>

struct epoll_hooks {
    void (*accepted)(int fd);
    void (*ready)(void *ptr, uint32_t events);
};

/** Serve at @p port, for ever. */
void epoll_serve(int port, const struct epoll_hooks *hooks);

/** Tell epoll what is wanted of @p fd: EPOLL_CTL_ADD or EPOLL_CTL_MOD.  @p ptr,
 *  which is not NULL, goes to `ready`. */
void epoll_tell(int how, int fd, uint32_t events, void *ptr);

/** Free @p ptr when no event of this turn is left; one for each call of
 *  `ready`. */
void epoll_free_later(void *ptr);

#endif
