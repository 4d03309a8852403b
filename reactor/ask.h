/* SPDX-License-Identifier: MIT */
/**
 * @file ask.h
 * From one reactor to another: have something done there, and hear what came
 * of it here.
 *
 *     static struct vr_result look_up(struct vr_value name)    at the cache
 *     {
 *         struct vr_pending *found = cache_find(name.ptr);
 *
 *         vr_value_free(name);
 *         return vr_wait_for(found);
 *     }
 *
 *     err = vr_ask(here, cache_reactor, look_up, name, &entry);
 *     if (!err)
 *         err = vr_pending_then(entry, on_entry, on_no_entry, session);
 *
 * Cancelling or freeing the deferred here goes up to there: what has not begun
 * never will, what is waited for there is cancelled and freed.
 *
 * Threads: that of the reactor which asks.
 */
#ifndef VR_REACTOR_ASK_H
#define VR_REACTOR_ASK_H

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Answers a question, which is its own, on the thread of the reactor that is
 *  asked: with a result, or a deferred to wait for there. */
typedef struct vr_result vr_ask_fn(struct vr_value question);

/**
 * Have @p fn called with @p question on the thread of @p to, behind what this
 * thread posted there before.
 *
 *     vr_ask(from, to, fn, question, &pending)
 *
 * @param to  must live until this has returned.  If it is closed before it has
 * answered, the deferred fails with -VR_ECLOSED
 * @param question  taken, on failure it is still yours; freed if @p fn is not
 * called
 * @param ret_pending  the answer, which fires in a turn of @p from; yours
 * @return 0; -EINVAL if @p fn is NULL; -ENOMEM; -VR_ECLOSED if @p from is
 * closed; -ECHILD in a child forked since that was made
 */
#define vr_ask(from, to, fn, question, ret_pending)                            \
    vr_ask_at(__FILE__, __LINE__, from, to, fn, question, ret_pending)

/** vr_ask() at another place; keeps @p file. */
VR_MUST_CHECK
int vr_ask_at(const char *file, int line, struct vr_reactor *from,
              struct vr_reactor *to, vr_ask_fn *fn, struct vr_value question,
              struct vr_pending **ret_pending);

VR_END_DECLS

#endif
