/* SPDX-License-Identifier: MIT */
/**
 * @file pending.h
 * Deferreds (elsewhere: futures, promises): a result that is not there yet, and
 * what to do with it then.
 *
 *     static struct vr_result on_address(void *arg, struct vr_value address)
 *     {
 *         struct session *session = arg;
 *         struct vr_pending *connected = session_connect(session, address.ptr);
 *
 *         vr_value_free(address);
 *         return vr_wait_for(connected);
 *     }
 *
 *     err = vr_pending_then(resolved, on_address, on_no_address, session);
 *
 * A deferred fires once, with a value or a failure.  It has a chain of steps,
 * which run in the order in which they were added.  A step has two sides: a
 * value goes to its callback, a failure to its failback.  What that handler
 * returns goes to the next step; if it returns another deferred, the chain
 * waits for the result of that one.  So a failback that returns a value has
 * recovered.  A step that lacks the side asked for passes on what it was given.
 *
 * Source and owner: the source makes a deferred, keeps a borrowed pointer to
 * fire it, and hands it to its owner, who adds steps and frees it.  A function
 * that makes a deferred returns it: NULL when there is no memory, and for every
 * other error a deferred that has failed with it, so there is one way to learn
 * why nothing came of it.  The
 * source's pointer is valid until the source has fired or the owner frees the
 * deferred.  A source that may live longer than that has a canceller, which is
 * called before the deferred is freed.  A deferred that a handler returns is
 * taken: it belongs to the deferred that waits for it, and is freed with that
 * one, or sooner: once it has fired and has neither steps nor pauses left.  So
 * a loop of handlers, each of which returns the next deferred, takes no more
 * memory the longer it goes on.
 *
 * NULL in the place of a deferred means that there was no memory for it: what
 * waits for it, or forgets it, has the failure -ENOMEM, what adds to it returns
 * -ENOMEM, and there is nothing to cancel or to free.
 *
 * Values and failures are moved: a handler owns what it is given, and must
 * return it, keep it or free it.
 *
 * Of a step that has both sides exactly one runs, once, at the latest inside
 * vr_pending_free(), so it may free what its argument points to.  Handlers may
 * do anything, also add to, pause, cancel or free the deferred they run for.
 * They run inside the call that lets the chain go on: the one that fires,
 * unpauses, cancels or frees, or that adds a step to a deferred which has
 * fired.  Handlers run in no coroutine, even if that call is made in one.  No
 * number of deferreds that wait for each other deepens the stack.
 *
 * Threads: one, that of the reactor whose events fire it.
 */
#ifndef VR_PENDING_PENDING_H
#define VR_PENDING_PENDING_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/failure.h>
#include <vreactor/pending/value.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_pending;

/** What a source fires with and a handler returns: a deferred to wait for, if
 *  `pending` is set; else a failure, if that is set; else a value. */
struct vr_result {
    struct vr_value value;
    struct vr_failure *failure;
    struct vr_pending *pending;
};

/** A result that is a value.  Takes @p value. */
static inline struct vr_result vr_ok(struct vr_value value)
{
    struct vr_result result = {value, NULL, NULL};
    return result;
}

/** A result that is a failure.  Takes a reference to @p failure; NULL means
 *  that there was no memory to make one. */
static inline struct vr_result vr_fail(struct vr_failure *failure)
{
    struct vr_result result = {vr_value_none(), failure, NULL};
    if (!failure)
        result.failure = vr_failure_no_memory();
    return result;
}

/** The result that @p pending will have.  Takes @p pending; no other deferred
 *  waits for it, and it does not wait for the one that is given this.  NULL: as
 *  for vr_fail(). */
static inline struct vr_result vr_wait_for(struct vr_pending *pending)
{
    struct vr_result result = {vr_value_none(), NULL, pending};
    return pending ? result : vr_fail(NULL);
}

/** Free what @p result holds. */
void vr_result_free(struct vr_result result);

/** Turns a value, which is its own, into the next result. */
typedef struct vr_result vr_callback_fn(void *arg, struct vr_value value);

/** Turns a failure, a reference which is its own, into the next result. */
typedef struct vr_result vr_failback_fn(void *arg, struct vr_failure *failure);

/** Turns a result, a value or a failure, into the next. */
typedef struct vr_result vr_both_fn(void *arg, struct vr_result result);

/** The canceller: tells the source of @p pending that its result is not wanted
 *  any more.  Called at most once, and not after the source has fired.  It may
 *  fire @p pending: what it fires with is the result, instead of the failure
 *  -VR_ECANCELLED. */
typedef void vr_cancel_fn(void *arg, struct vr_pending *pending);

/**
 * Each function that makes a deferred has a macro of its name over it, which
 * notes the place of the call, for reports and dumps.  So may one of your own,
 *
 *     #define session_ask(...) VR_PLACED((session_ask)(__VA_ARGS__))
 *
 * or name another place; it keeps @p file:
 *
 *     pending = vr_pending_place(file, line, vr_pending_new(env, cancel, arg));
 *
 * @param pending  what a function has just returned that made it; may be NULL
 * @return @p pending
 */
struct vr_pending *vr_pending_place(const char *file, int line,
                                    struct vr_pending *pending);
#define VR_PLACED(call) vr_pending_place(__FILE__, __LINE__, call)

/**
 * Make a deferred, which is yours.
 *
 *     pending = vr_pending_new(env, cancel, arg);
 *
 * @param env  kept as by vr_env_keep(), so the deferred may outlive its
 * reactor; NULL: that of the reactor whose turn this is, else the default
 * @param cancel  the canceller; NULL: the source need not be told
 * @return NULL when there is no memory
 */
struct vr_pending *vr_pending_new(const struct vr_env *env,
                                  vr_cancel_fn *cancel, void *arg);
#define vr_pending_new(...) VR_PLACED((vr_pending_new)(__VA_ARGS__))

/**
 * Make a deferred that has fired with @p result, for what is there already.
 * Takes @p result, whatever is returned.
 *
 *     pending = vr_pending_done(env, vr_ok(value));
 *
 * @return NULL when there is no memory
 */
struct vr_pending *vr_pending_done(const struct vr_env *env,
                                   struct vr_result result);
#define vr_pending_done(...) VR_PLACED((vr_pending_done)(__VA_ARGS__))

/**
 * Make a deferred that has failed, for a function that makes deferreds and has
 * an error instead.
 *
 *     pending = vr_pending_failed(env, -EMSGSIZE, "ask");
 *
 * @param code  -errno or -VR_E...
 * @param stage  as of vr_failure_new()
 * @return NULL when there is no memory, and if @p code is -ENOMEM
 */
struct vr_pending *vr_pending_failed(const struct vr_env *env, int code,
                                     const char *stage);
#define vr_pending_failed(...) VR_PLACED((vr_pending_failed)(__VA_ARGS__))

/**
 * Free @p pending; for the owner.  NULL is fine.
 *
 * If it has not fired, its source is cancelled.  If it waits for another
 * deferred, that one is freed too and its source cancelled.  Steps that have
 * not run yet, paused or not, get the failure that is there, or else
 * -VR_ECANCELLED.  When this returns no handler of it will be called any more.
 * Called in a handler of @p pending, this lets that handler go on; what it
 * returns is freed.
 *
 * A failure that went through the chain unhandled is reported, unless its code
 * is -VR_ECANCELLED: to the `report` of the environment, with the place where
 * @p pending was made.  A deferred made with vr_env_default(), which reports
 * nowhere, uses that of the reactor whose turn this is, if any.
 */
void vr_pending_free(struct vr_pending *pending);

/**
 * Let @p pending go on without an owner: it frees itself when it has come to
 * its result and no step is left.  A failure that went through the chain
 * unhandled is reported, as by vr_pending_free(), and so is NULL.
 *
 *     vr_pending_forget(session_say(session, "Goodbye"));
 *
 * From here on only its source, and its own handlers, use it.  So long as it
 * does not fire it stays; if it was cancelled, and its source has no canceller,
 * until that has fired in vain.
 */
void vr_pending_forget(struct vr_pending *pending);

/**
 * Add a step.  Keeps @p arg.  One of the sides may be NULL.  The step runs
 * inside this call if the deferred has fired, and neither waits nor is paused
 * nor runs a handler now.
 * @return 0; -EINVAL if both sides are NULL; -ENOMEM: the chain is as it was,
 * or
 * @p pending is NULL
 */
VR_MUST_CHECK
int vr_pending_then(struct vr_pending *pending, vr_callback_fn *callback,
                    vr_failback_fn *failback, void *arg);

/** vr_pending_then() with one handler for both, which is not NULL.
 *  @return 0; -EINVAL if @p both is NULL; -ENOMEM */
VR_MUST_CHECK
int vr_pending_both(struct vr_pending *pending, vr_both_fn *both, void *arg);

/** Add a step that puts @p value in the place of a failure.  Takes @p value; on
 *  failure it is still yours.  @return 0, -ENOMEM */
VR_MUST_CHECK
int vr_pending_recover(struct vr_pending *pending, struct vr_value value);

/**
 * Fire with @p result; for the source.  Takes @p result whatever is returned.
 * The deferred may be gone when this returns.
 * @return 0; -VR_ECANCELLED the first time after it was cancelled: harmless, @p
 * result was freed; -VR_EFIRED if it had fired: @p result was freed
 */
int vr_pending_settle(struct vr_pending *pending, struct vr_result result);

/** vr_pending_settle() with a value. */
int vr_pending_fire(struct vr_pending *pending, struct vr_value value);

/** vr_pending_settle() with a failure; NULL as for vr_fail(). */
int vr_pending_fail(struct vr_pending *pending, struct vr_failure *failure);

/**
 * Cancel the source: that of @p pending, or, while @p pending waits for another
 * deferred, of that one, and so on down the line.  The source's canceller is
 * called, then the chain goes on with the failure -VR_ECANCELLED.  As long as
 * the owner keeps @p pending its source may still fire, once, in vain.  The
 * source of a deferred that a handler returned may do so only if it has no
 * canceller: one that was told uses its pointer no more.  That of one that a
 * coroutine awaits may not: it has a canceller, or fires.
 *
 * A coroutine on the way is cancelled for good, and told -VR_ECANCELLED: see
 * coroutine.h.
 * @return true: the source will not fire, or a coroutine was cancelled, whose
 * await, if it is shielded or has fired, still comes to its result; false: the
 * source has fired, or @p pending is NULL, and nothing was done
 */
bool vr_pending_cancel(struct vr_pending *pending);

/** vr_pending_cancel() with a failure of your own, such as for a deadline; to a
 *  coroutine it is the cause of -VR_ECANCELLED.  Takes @p failure, whatever is
 * returned; NULL as for vr_fail(). */
bool vr_pending_cancel_as(struct vr_pending *pending,
                          struct vr_failure *failure);

/** Run no step until vr_pending_unpause() was called as often as this.  The
 *  source may fire meanwhile. */
void vr_pending_pause(struct vr_pending *pending);

/** Take back one vr_pending_pause(); the last one lets the chain go on, inside
 *  this call. */
void vr_pending_unpause(struct vr_pending *pending);

/** The environment that @p pending was made with. */
const struct vr_env *vr_pending_env(const struct vr_pending *pending);

/**
 * For people: a line for @p pending, and one for each deferred it waits for,
 * except those that would only pass a result on,
 *
 *         client.c:40: waiting, 2 steps: then, both
 *         resolve.c:12: not fired, paused 1 time, 1 step: callback
 *
 * At most @p size bytes with the final zero; @p size may be 0.
 * @return the length of the whole text
 */
size_t vr_pending_dump(const struct vr_pending *pending, char *buf,
                       size_t size);

VR_END_DECLS

#endif
