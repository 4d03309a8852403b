/* SPDX-License-Identifier: MIT */
/**
 * @file sleep.h
 * Sleeping: a deferred or a coroutine that waits for a span of time.
 *
 *     static struct vr_result remind(void *arg)
 *     {
 *         struct user *user = arg;
 *
 *         while (!vr_sleep(3600 * VR_SEC))
 *             user_remind(user);
 *         return vr_ok(vr_value_none());
 *     }
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_ASYNC_SLEEP_H
#define VR_REACTOR_ASYNC_SLEEP_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * Make a deferred that fires, without a value, @p span nanoseconds from now; 0
 * or less: in the next turn.  It fails with -VR_ECLOSED if the reactor is
 * closed before that, or is closed already; with -EPERM if there is no reactor.
 *
 *     pending = vr_pending_sleep(reactor, span);
 *
 * @param reactor  NULL: that of this coroutine, else the one whose turn this is
 * @return the deferred, the caller's; NULL when there is no memory
 */
struct vr_pending *vr_pending_sleep(struct vr_reactor *reactor, vr_time span);
#define vr_pending_sleep(...) VR_PLACED((vr_pending_sleep)(__VA_ARGS__))

/**
 * In a coroutine: wait for @p span nanoseconds.
 * @return 0; -VR_ECANCELLED if the coroutine is cancelled; -VR_ECLOSED as
 * above; -EPERM outside a coroutine, and in a coroutine without a reactor;
 * -ENOMEM
 */
int vr_sleep(vr_time span);

/** In a coroutine: let other callbacks and coroutines run, and go on in the
 *  next turn. @return as vr_sleep() */
int vr_yield(void);

VR_END_DECLS

#endif
