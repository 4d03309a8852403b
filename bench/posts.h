/* SPDX-License-Identifier: MIT */
/**
 * @file posts.h
 * Loops that are sent messages by other threads.
 */
#ifndef BENCH_POSTS_H
#define BENCH_POSTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <vreactor/reactor/post.h>

struct message {
    struct vr_post post;  /* of vreactor alone */
    struct message *next; /* of the others */
};

struct posting {
    const char *name;

    /** Make loop number @p loop, 0 or 1.  Before its thread. */
    void (*open)(int loop);

    /** Send it @p message.  Threads: any. */
    void (*send)(int loop, struct message *message);

    /** Run it on this thread, until posts_arrive() says so. */
    void (*run)(int loop);

    void (*close)(int loop);
};

/** @p message has come, on the thread of @p loop.  @return stop that loop */
bool posts_arrive(int loop, struct message *message);

extern const struct posting posts_raw; /* an atomic list, and an eventfd */
extern const struct posting posts_libev;
extern const struct posting posts_libevent;
extern const struct posting posts_libuv;
extern const struct posting posts_vreactor;
extern const struct posting posts_spinning; /* the same, with `spin` */

#endif
