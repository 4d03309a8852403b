/* SPDX-License-Identifier: MIT */
/**
 * @file mailbox.h
 * A list of messages under a mutex: what users of a loop write that can be
 * woken by other threads, and has no queue of messages.
 */
#ifndef BENCH_MAILBOX_H
#define BENCH_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>

#include "bench/posts.h"

struct mailbox {
    pthread_mutex_t lock;
    struct message *first, **last;
};

void mailbox_init(struct mailbox *box);

/** @return was it empty: wake the loop */
bool mailbox_put(struct mailbox *box, struct message *message);

/** Take all, and give each to posts_arrive().  @return it says: stop */
bool mailbox_deliver(struct mailbox *box, int loop);

#endif
