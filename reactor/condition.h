/* SPDX-License-Identifier: MIT */
/**
 * @file condition.h
 * A number that threads wait for, and reactors hear of: a status, a count, how
 * many are left.
 *
 *     enum { STARTING, READY, FAILED };
 *
 *     static bool has_started(void *arg, int64_t status)
 *     {
 *         return status != STARTING;
 *     }
 *
 *     vr_condition_set(status, READY);                   on any thread
 *
 *     err = vr_condition_wait(status, has_started, NULL, 5 * VR_SEC, &now);
 *
 *     err = vr_condition_await(status, reactor, has_started, NULL, &started);
 *
 *     err = vr_condition_watch(status, reactor, show_status, window, &watch);
 *
 * What counts is the value, not how often it changed: who is slow hears of the
 * last change only.  Tests and callbacks are called where somebody waits, never
 * where the value is set: setting it never waits.
 *
 * Threads: any, but for functions that have a parameter for a reactor, and
 * vr_condition_unwatch(): those are for the reactor's thread.  There is a lock
 * inside, so a child of fork(2) leaves what it inherits alone.
 */
#ifndef VR_REACTOR_CONDITION_H
#define VR_REACTOR_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/pending/pending.h>

VR_BEGIN_DECLS

struct vr_condition;
struct vr_condition_watch;
struct vr_env;
struct vr_reactor;

/** Is @p value what is waited for?  May note it in what @p arg points to, and
 *  otherwise only answers. */
typedef bool vr_condition_test_fn(void *arg, int64_t value);

/** Hears what the value is now. */
typedef void vr_condition_changed_fn(void *arg, int64_t value);

/** Make a condition, which is yours. @return 0, -ENOMEM */
VR_MUST_CHECK
int vr_condition_new(const struct vr_env *env, int64_t value,
                     struct vr_condition **ret_condition);

/** The owner has no more use for @p condition, and nobody uses it from here on.
 *  Who waits hears -VR_ECANCELLED; watches hear no more.  NULL is nothing. */
void vr_condition_free(struct vr_condition *condition);

/** The value at this moment. */
int64_t vr_condition_get(struct vr_condition *condition);

/** Let it be @p value: if it was another, who waits looks again. */
void vr_condition_set(struct vr_condition *condition, int64_t value);

/** Let it be more by @p more, which may be negative. @return what it is then */
int64_t vr_condition_add(struct vr_condition *condition, int64_t more);

/**
 * Wait until @p test says yes, which this thread asks first of all, and again
 * after changes.
 * @param test  NULL: until it differs from what it is now
 * @param timeout  nanoseconds, at most; negative: for ever; 0: only look
 * @param ret_value  what @p test said yes to
 * @return 0; -ETIMEDOUT; -VR_ECANCELLED if the condition was freed; -EDEADLK
 * in a turn of a reactor, which must not wait, with a timeout that is not 0
 */
VR_MUST_CHECK
int vr_condition_wait(struct vr_condition *condition,
                      vr_condition_test_fn *test, void *arg, vr_time timeout,
                      int64_t *ret_value);

/**
 * Make a deferred that fires on @p reactor when @p test, which is asked in
 * turns of that, says yes; without a value.
 *
 *     vr_condition_await(condition, reactor, test, arg, &pending)
 *
 * If the condition is freed it fails with -VR_ECANCELLED, if the reactor is
 * closed with -VR_ECLOSED.
 * @return 0; -EINVAL if @p test is NULL; -ENOMEM; -VR_ECLOSED; -ECHILD in a
 * child forked since the reactor was made
 */
#define vr_condition_await(condition, reactor, test, arg, ret_pending)         \
    vr_condition_await_at(__FILE__, __LINE__, condition, reactor, test, arg,   \
                          ret_pending)

/** vr_condition_await() at another place; keeps @p file. */
VR_MUST_CHECK
int vr_condition_await_at(const char *file, int line,
                          struct vr_condition *condition,
                          struct vr_reactor *reactor,
                          vr_condition_test_fn *test, void *arg,
                          struct vr_pending **ret_pending);

/**
 * Have @p changed called in a turn of @p reactor with the value there is, and
 * again after changes.  Not any more when the condition was freed or the
 * reactor closed.
 * @param ret_watch  yours, to be given to vr_condition_unwatch()
 * @return as vr_condition_await(); -EINVAL if @p changed is NULL
 */
VR_MUST_CHECK
int vr_condition_watch(struct vr_condition *condition,
                       struct vr_reactor *reactor,
                       vr_condition_changed_fn *changed, void *arg,
                       struct vr_condition_watch **ret_watch);

/** Free @p watch, also inside its callback, or when condition and reactor are
 *  gone: it is not called any more.  NULL is nothing. */
void vr_condition_unwatch(struct vr_condition_watch *watch);

VR_END_DECLS

#endif
