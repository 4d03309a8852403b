/* SPDX-License-Identifier: MIT */
/**
 * @file sleep.h
 * Wait for nothing but time.
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
#ifndef VR_REACTOR_SLEEP_H
#define VR_REACTOR_SLEEP_H

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/**
 * A deferred that fires, with no value, in @p span nanoseconds from this
 * moment; 0 or less: in the next turn.  It fails with -VR_ECLOSED when the
 * reactor is closed before, or was already; with -EPERM if there is none.
 *
 *     pending = vr_pending_sleep(reactor, span)
 *
 * @param reactor  NULL: that of this coroutine, else the one whose turn this is
 * @return the deferred, which is yours; NULL when there is no memory
 */
#define vr_pending_sleep(reactor, span)                                        \
    vr_pending_sleep_at(__FILE__, __LINE__, reactor, span)

/** vr_pending_sleep() at another place; keeps @p file. */
struct vr_pending *vr_pending_sleep_at(const char *file, int line,
                                       struct vr_reactor *reactor,
                                       vr_time span);

/**
 * In a coroutine: let @p span nanoseconds pass.
 * @return 0; -VR_ECANCELLED, or with what else the coroutine was cancelled;
 * -VR_ECLOSED as above; -EPERM outside of coroutines, and in one that has no
 * reactor; -ENOMEM
 */
int vr_sleep(vr_time span);

/** In a coroutine: let others have their turn. @return as vr_sleep() */
int vr_yield(void);

VR_END_DECLS

#endif
