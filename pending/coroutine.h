/* SPDX-License-Identifier: MIT */
/**
 * @file coroutine.h
 * Coroutines (elsewhere: fibers, async functions): straight-line code that
 * waits.  A function runs on a stack of its own, which is put aside while the
 * deferred that it awaits has no result.
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
 *     session->greeting = vr_spawn(NULL, NULL, greet, session);
 *
 * vr_spawn() gives a deferred for what the function returns: to add steps to,
 * to return from a handler, or to await in another coroutine, which joins the
 * two.  The function runs inside vr_spawn() until it first has to wait.  From
 * then on it runs, until it has to wait again, inside whatever call gives the
 * awaited deferred its result, as a handler would.  A function may end in
 * `return vr_wait_for(pending)`; its stack is free at once.
 *
 * A coroutine is cancelled from outside when its deferred is cancelled, by hand
 * or by a timeout, or one that waits for that.  What it awaits then is
 * cancelled, and vr_await() returns the failure -VR_ECANCELLED, whose cause is
 * the failure that the deferred was cancelled with, unless that is one of this
 * code.  This stays: each later await that would have to wait is cancelled in
 * the same way, and so is the deferred it ends in.  The first fails at once,
 * those after it one turn of its reactor later, and the hundredth is a warning,
 * to the `report` of its environment.  So -ETIMEDOUT is only what the function
 * asked for itself, by vr_within() on what it awaits, and a loop that takes
 * this failure for a reason to try again starves nobody.
 *
 *     struct vr_pending *said = session_say(session, "Hello");
 *     int err = vr_await(vr_within(said, NULL, VR_SEC), NULL, NULL);
 *
 * What the function returns is the result of its deferred, also if it was
 * cancelled.  To clean up by an await it has a shield:
 *
 *     (void)vr_await(vr_shield(session_say(session, "Goodbye")), NULL, NULL);
 *
 * Freeing the coroutine's deferred ends the function: whatever it awaits is
 * freed, and each await that would have to wait returns -VR_ECANCELLED at once,
 * shielded or not.  When vr_pending_free() returns the function has ended.
 * Only a function that runs just then, as it frees its own deferred, goes on
 * after that call, to its end.  So a loop that awaits must end on
 * -VR_ECANCELLED, or vr_pending_free() never returns, nor does
 * vr_reactor_close().
 *
 * Handlers and cancellers cannot wait, even where a coroutine makes the call
 * that runs them; they use its stack meanwhile.  No number of awaits, nor of
 * coroutines that await each other, deepens any stack.
 *
 * Stacks are small: see pending/stacks.h.  Each coroutine has its own rounding
 * and exceptions of floating point; signal mask and errno are the thread's.
 *
 * Threads: one, that of the deferreds it awaits.  If those are handed to
 * another thread while it waits, it must not use errno or thread-local
 * variables both before and after the await: compilers keep their addresses.
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

/** The function of a coroutine.  May call vr_await(). */
typedef struct vr_result vr_coroutine_fn(void *arg);

/** Options; 0 and NULL are the defaults. */
struct vr_coroutine_options {
    size_t size; /**< by VR_COROUTINE_OPTIONS_INIT */

    const char *name;         /**< for people; kept */
    struct vr_stacks *stacks; /**< the pool its stack is from; NULL: one is
                                   made for it, of the default size */

    /** The reactor that it sleeps and times by.  NULL: the one in whose turn it
     *  is spawned, if any.  Once its reactor was freed it has none. */
    struct vr_reactor *reactor;
};

#define VR_COROUTINE_OPTIONS_INIT VR_SIZED_INIT(struct vr_coroutine_options)

/**
 * Run @p fn on a stack of its own.  Keeps @p env and @p arg.  NULL for @p env:
 * that of its reactor, which is also what NULL means inside it.
 *
 *     pending = vr_spawn(env, options, fn, arg);
 *
 * @param options  NULL for all defaults
 * @return the deferred, which is yours; NULL when there is no memory.  If @p fn
 * could not run it has failed: with -EINVAL or -E2BIG for a bad size, -EINVAL
 * if @p fn is NULL, -ENOTSUP where the library was built without coroutines
 */
struct vr_pending *vr_spawn(const struct vr_env *env,
                            const struct vr_coroutine_options *options,
                            vr_coroutine_fn *fn, void *arg);
#define vr_spawn(...) VR_PLACED((vr_spawn)(__VA_ARGS__))

/**
 * Wait for @p pending and take its result.  Does not wait if the result is
 * there already.  Allocates nothing.
 *
 * Takes @p pending whatever is returned: it is freed before this returns.  So a
 * source that is cancelled must be done with it when its canceller returns.
 *
 * @param pending  NULL: as for vr_fail()
 * @param ret_value  the value, which is yours; NULL: it is freed
 * @param ret_failure  the failure, a reference which is yours; NULL: it is
 * given back
 * @return 0; the code of the failure; -EPERM, also a failure, if it had to wait
 * and cannot: outside a coroutine, and in a handler
 */
int vr_await(struct vr_pending *pending, struct vr_value *ret_value,
             struct vr_failure **ret_failure);

/** The deferred of the running coroutine, to add steps to or to cancel; NULL:
 *  no coroutine runs.  Its owner is who called vr_spawn(), as soon as that has
 *  returned; before that it is not freed, forgotten, awaited or given to
 *  another deferred. */
struct vr_pending *vr_coroutine_pending(void);

/** Is the running coroutine cancelled from outside, so that an await that has
 *  to wait fails unless it is shielded, or freed, itself or with one that waits
 *  for it?  false where no coroutine runs. */
bool vr_coroutine_is_cancelled(void);

/**
 * From here on the running coroutine may wait although it is cancelled, and a
 * cancel does not reach what it awaits, until vr_shield_end() was called as
 * often as this; then the next await that has to wait fails.  Where no
 * coroutine runs these do nothing.
 */
void vr_shield_begin(void);
void vr_shield_end(void);

/** The same for one await, that of @p pending, or for a coroutine that ends in
 *  it.  The deferred of one that has ended is ordinary: who cancels that, with
 *  nobody waiting for it, cancels @p pending.
 *  @return @p pending, which may be NULL */
struct vr_pending *vr_shield(struct vr_pending *pending);

/** Does the caller run in a coroutine, where vr_await() can wait? */
bool vr_coroutine_is_running(void);

/** The reactor of the running coroutine; NULL: it has none, that was freed, or
 *  no coroutine runs. */
struct vr_reactor *vr_coroutine_reactor(void);

/** The name of the running coroutine; NULL: it has none, or no coroutine runs.
 */
const char *vr_coroutine_name(void);

VR_END_DECLS

#endif
