/* SPDX-License-Identifier: MIT */
/**
 * @file waiter.h
 * A thread that waits for an answer from a reactor that runs in another.
 * Internal.
 *
 * It joins the waiters of the reactor when it posts its question, so that the
 * end of a run finds it; its post's function answers it.  Answering, running
 * out of time and the end of the run may come at once: the first decides.
 */
#ifndef VR_REACTOR_WAITER_H
#define VR_REACTOR_WAITER_H

#include <pthread.h>
#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/post.h>

struct vr_call;
struct vr_reactor;

enum vr_waiter_state {
    VR_WAITER_MAY_LEAVE,
    VR_WAITER_STAYS, /* may not leave, even when its time is out */
    VR_WAITER_ANSWERED,
};

/** Embedded in what the thread and the reactor have in common. */
struct vr_waiter {
    struct vr_reactor *reactor;
    struct vr_post post;
    struct vr_list link; /* in the waiters of the reactor, under its lock */

    /* When the run ends: */
    bool takes_post_back;    /* which cannot stay in the inbox */
    struct vr_call *cleanup; /* to make in the next turn; NULL: none */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    enum vr_waiter_state state;
    int err; /* once answered */
    struct vr_result result;
};

/** Initialise @p waiter, which has not joined the waiters of @p reactor yet;
 *  @p post is its question. */
void vr_waiter_init(struct vr_waiter *waiter, struct vr_reactor *reactor,
                    struct vr_post post);
void vr_waiter_fini(struct vr_waiter *waiter);

/** Post the question, and join the waiters of the reactor.
 *  @return 0; -EDEADLK, -EAGAIN, ... as vr_call_and_wait(): nothing was done */
VR_MUST_CHECK
int vr_waiter_post(struct vr_waiter *waiter);

/** Wait for the answer, until @p due on the reactor's clock.
 *  @return the error of the answer; -ETIMEDOUT */
VR_MUST_CHECK
int vr_waiter_wait(struct vr_waiter *waiter, vr_time due,
                   struct vr_result *ret_result);

/** Leave the waiters of the reactor: the end of a run does not concern it any
 *  more.  It may have left before.  Threads: the reactor's. */
void vr_waiter_leave(struct vr_waiter *waiter);

/** Let the thread not leave, or leave again. @return false: it was answered
 *  before, or its time was out */
bool vr_waiter_set(struct vr_waiter *waiter, enum vr_waiter_state state);

/** Answer it, unless it was answered before or its time was out.  Takes
 *  @p result whatever happens. */
void vr_waiter_answer(struct vr_waiter *waiter, int err,
                      struct vr_result result);

/** The run has ended: answer all with -VR_ECANCELLED.  With the reactor's lock
 *  held. */
void vr_waiters_abandon(struct vr_reactor *reactor);

#endif
