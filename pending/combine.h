/* SPDX-License-Identifier: MIT */
/**
 * @file combine.h
 * One deferred out of several.
 *
 *     static struct vr_result on_both(void *arg, struct vr_value value)
 *     {
 *         const struct vr_results *results = value.ptr;
 *
 *         session_use(arg, results->items[0].value.ptr,
 *                     results->items[1].value.ptr);
 *         vr_value_free(value);
 *         return vr_ok(vr_value_none());
 *     }
 *
 *     struct vr_pending *members[] = {session_ask(session, "a"),
 *                                     session_ask(session, "b")};
 *
 *     both = vr_pending_every(env, members, 2);
 *     err = vr_pending_then(both, on_both, NULL, session);
 *
 * Ownership: the members are taken, whatever is returned, and go with the
 * combination; their array is only read.  A member that is NULL counts as one
 * that failed with -ENOMEM, so functions that make members need no check.
 *
 * As soon as the combination has its result, members that have not fired are
 * cancelled and freed, so a coroutine's shields do not hold.  Cancelling or
 * freeing the combination does so with its members; it then fails with
 * -VR_ECANCELLED.
 *
 * Each function returns a deferred, which is yours, or NULL when there is no
 * memory.  NULL for an environment means that of the reactor whose turn this
 * is, else the default.
 *
 * Each combination that is a member of another deepens the stack by some
 * hundred bytes when it gets its result or is cancelled.
 *
 * Threads: one, that of the members.
 */
#ifndef VR_PENDING_COMBINE_H
#define VR_PENDING_COMBINE_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_env;

/** The results of several deferreds, in the order in which they were given.  It
 *  comes as the `ptr` of a value, and is freed with that.  A result may be
 *  taken out, if vr_ok(vr_value_none()) is left in its place. */
struct vr_results {
    struct vr_allocator memory; /**< private */
    size_t count;
    struct vr_result *items; /**< values and failures; cancelled members have
                                  the failure -VR_ECANCELLED */
};

/**
 * Wait for all members.  The value is a struct vr_results; members that failed
 * do not make the combination fail.  Without members it has fired already.
 *
 *     pending = vr_pending_all(env, members, count);
 */
struct vr_pending *vr_pending_all(const struct vr_env *env,
                                  struct vr_pending *const *members,
                                  size_t count);
#define vr_pending_all(...) VR_PLACED((vr_pending_all)(__VA_ARGS__))

/**
 * Wait for all members, or for the first failure, which is then that of the
 * combination.  The value is a struct vr_results, of values only.
 *
 *     pending = vr_pending_every(env, members, count);
 */
struct vr_pending *vr_pending_every(const struct vr_env *env,
                                    struct vr_pending *const *members,
                                    size_t count);
#define vr_pending_every(...) VR_PLACED((vr_pending_every)(__VA_ARGS__))

/**
 * Wait for @p wanted values.  The value is a struct vr_results of all members.
 * When too many have failed the combination fails, with the code of the first
 * failure, which is its cause.
 *
 *     pending = vr_pending_some(env, members, count, wanted);
 *
 * It has failed with -EINVAL if more are wanted than there are.
 */
struct vr_pending *vr_pending_some(const struct vr_env *env,
                                   struct vr_pending *const *members,
                                   size_t count, size_t wanted);
#define vr_pending_some(...) VR_PLACED((vr_pending_some)(__VA_ARGS__))

/**
 * Wait for the first value.  When all members have failed the combination
 * fails, as for vr_pending_some().
 *
 *     pending = vr_pending_any(env, members, count);
 *
 * It has failed with -EINVAL if @p count is 0.
 */
struct vr_pending *vr_pending_any(const struct vr_env *env,
                                  struct vr_pending *const *members,
                                  size_t count);
#define vr_pending_any(...) VR_PLACED((vr_pending_any)(__VA_ARGS__))

/**
 * Wait for the first result, value or failure.
 *
 *     pending = vr_pending_race(env, members, count);
 *
 * It has failed with -EINVAL if @p count is 0.
 */
struct vr_pending *vr_pending_race(const struct vr_env *env,
                                   struct vr_pending *const *members,
                                   size_t count);
#define vr_pending_race(...) VR_PLACED((vr_pending_race)(__VA_ARGS__))

/** Begin the task of number @p index, from 0.  @return its deferred, which is
 *  taken; NULL counts as one that failed with -ENOMEM */
typedef struct vr_pending *vr_begin_fn(void *arg, size_t index);

/**
 * Do @p count tasks in order, at most @p parallel at a time: when one is done
 * the next begins.  The value is a struct vr_results, of values only.  The
 * first failure is that of the sequence: tasks under way are cancelled, and the
 * rest never begins.  The first tasks begin inside this call.  Keeps @p arg.
 *
 *     pending = vr_pending_sequence(env, count, parallel, begin, arg);
 *
 * It has failed with -EINVAL if @p parallel is 0 or @p begin NULL.  Where it is
 * NULL nothing was begun.
 */
struct vr_pending *vr_pending_sequence(const struct vr_env *env, size_t count,
                                       size_t parallel, vr_begin_fn *begin,
                                       void *arg);
#define vr_pending_sequence(...) VR_PLACED((vr_pending_sequence)(__VA_ARGS__))

VR_END_DECLS

#endif
