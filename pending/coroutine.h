/* SPDX-License-Identifier: MIT */
/**
 * @file coroutine.h
 * Straight-line code that waits: a function on a stack of its own, put aside
 * while what it awaits is not there.
 *
 *     static struct vr_result greet(void *arg)
 *     {
 *         struct session *session = arg;
 *         struct vr_value name;
 *         struct vr_failure *why;
 *
 *         if (vr_await(session_ask(session, "Who?"), &name, &why) < 0)
 *             return vr_fail(why);
 *
 *         int err = vr_await(session_say(session, name.ptr), NULL, &why);
 *         vr_value_free(name);
 *         return err < 0 ? vr_fail(why) : vr_ok(vr_value_none());
 *     }
 *
 *     err = vr_spawn(NULL, NULL, greet, session, &session->greeting);
 *
 * vr_spawn() gives a deferred of what the function returns: to add steps to, to
 * return from a handler, or to await in another coroutine, which joins the two.
 * It runs the function at once, as a call would, until it first waits; from
 * then on the function runs, until it next waits, inside whatever call lets
 * the deferred it awaits come to a result, as a handler would.  A function may
 * end in `return vr_wait_for(pending)`; its stack is free at once.
 *
 * To cancel the deferred is to cancel what the function awaits: there the await
 * returns the failure, -VR_ECANCELLED unless another was given.  A function
 * that runs just then is told by its next await that would wait, or what it
 * ends in is cancelled.  Having been told it may clean up, and await more for
 * that, or even succeed: what it returns is what becomes of the deferred.
 *
 * To free the deferred is to have no use for any of that: no await waits any
 * more, what is awaited is freed.  When vr_pending_free() returns, the function
 * has ended; but one that runs just then goes on behind it, to its end.  So a
 * loop that awaits must end on -VR_ECANCELLED, lest freeing hang.
 *
 * In a coroutine, as anywhere, handlers and cancellers must not wait, even if
 * the coroutine calls what calls them; they use its stack meanwhile.  No number
 * of awaits, nor of coroutines that await each other, deepens any stack.
 *
 * Stacks are small: see pending/stacks.h.  Rounding and exceptions of floating
 * point are each coroutine's own; signal mask and errno are the thread's.
 *
 * Threads: one, as for the deferreds it awaits.  If these are handed to another
 * while it waits, it must not use errno or thread-local variables on both sides
 * of the await: compilers keep their addresses.
 */
#ifndef VR_PENDING_COROUTINE_H
#define VR_PENDING_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_reactor;
struct vr_stacks;

/** What a coroutine does.  May call vr_await(). */
typedef struct vr_result vr_coroutine_fn(void *arg);

/** How a coroutine is to be; NULL is the default. */
struct vr_coroutine_options {
    size_t size; /**< sizeof(struct vr_coroutine_options) */

    const char *name;         /**< for people; kept */
    struct vr_stacks *stacks; /**< where its stack is from, and goes; NULL: it
                                   is made for it, of the default size */

    /** Whose time it sleeps in and is timed by.  NULL: the one in whose turn it
     *  is spawned, if any.  A coroutine that is freed behind its reactor has
     *  none any more. */
    struct vr_reactor *reactor;
};

/**
 * Run @p fn on a stack of its own.  Keeps @p env and @p arg.  NULL for @p env:
 * that of the coroutine's reactor, as inside of it.
 *
 *     vr_spawn(env, options, fn, arg, &pending)
 *
 * @param options  NULL for all defaults
 * @param ret_pending  what it comes to, which is yours; set before @p fn runs,
 * which may free it
 * @return 0; -ENOMEM; -EINVAL or -E2BIG for a bad size; -EINVAL if @p fn is
 * NULL; -ENOTSUP where the library was built without coroutines: then @p fn did
 * not run
 */
#define vr_spawn(env, options, fn, arg, ret_pending)                           \
    vr_spawn_at(__FILE__, __LINE__, env, options, fn, arg, ret_pending)

/** vr_spawn() at another place; keeps @p file. */
VR_MUST_CHECK
int vr_spawn_at(const char *file, int line, const struct vr_env *env,
                const struct vr_coroutine_options *options, vr_coroutine_fn *fn,
                void *arg, struct vr_pending **ret_pending);

/**
 * Wait for @p pending, and take what it comes to.  Waits not at all if it has
 * come to that already.  Allocates nothing.
 *
 * Takes @p pending whatever is returned: it is freed before this returns, so
 * its source, if cancelled, has done with it when its canceller returns.
 *
 * @param pending  NULL: as for vr_fail()
 * @param ret_value  the value, which is yours; NULL: it is freed
 * @param ret_failure  the failure, a reference which is yours; NULL: it is
 * given back
 * @return 0; the code of the failure; -EPERM, also a failure, where one would
 * have to wait and cannot: outside a coroutine, and in a handler
 */
int vr_await(struct vr_pending *pending, struct vr_value *ret_value,
             struct vr_failure **ret_failure);

/** Is this a coroutine, where vr_await() can wait? */
bool vr_coroutine_inside(void);

/** The reactor of the coroutine that this is; NULL: it has none, that was
 *  freed, or this is not one. */
struct vr_reactor *vr_coroutine_reactor(void);

/** The name of the coroutine that this is; NULL: it has none, or this is not
 *  one. */
const char *vr_coroutine_name(void);

VR_END_DECLS

#endif
