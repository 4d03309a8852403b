/* SPDX-License-Identifier: MIT */
/**
 * @file condition.h
 * A condition variable with a value: a number, such as a status or a count,
 * that threads wait for and reactors are notified of.
 *
 *     enum { STARTING, READY, FAILED };
 *
 *     static bool has_started(void *arg, int64_t status)
 *     {
 *         (void)arg;
 *         return status != STARTING;
 *     }
 *
 *     vr_condition_set(status, READY); // on any thread
 *
 *     err = vr_condition_wait(status, has_started, NULL, 5 * VR_SEC, &now);
 *
 *     started = vr_condition_await(status, reactor, has_started, NULL);
 *
 *     err = vr_condition_watch(status, reactor, show_status, window, &watch);
 *
 * Only the current value counts: after several changes in a row, a waiter may
 * see the last value only.  Tests and callbacks run on the thread that waits or
 * on that of the reactor, never inside vr_condition_set(), which never waits.
 *
 * Threads: any, except that functions with a parameter for a reactor, and
 * vr_condition_unwatch(), are for the reactor's thread.  A condition has a
 * lock, so a child of fork(2) must not use one that it inherits.
 */
#ifndef VR_REACTOR_ASYNC_CONDITION_H
#define VR_REACTOR_ASYNC_CONDITION_H

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

/** Is @p value the one to wait for?  It may store in what @p arg points to, and
 *  must do nothing else but answer. */
typedef bool vr_condition_test_fn(void *arg, int64_t value);

/** Told the current value. */
typedef void vr_condition_changed_fn(void *arg, int64_t value);

/** Make a condition, to be freed by vr_condition_free().  @p env is copied.
 *  @return 0; -ENOMEM; -EINVAL or -E2BIG for a bad size of @p env */
VR_MUST_CHECK
int vr_condition_new(const struct vr_env *env, int64_t value,
                     struct vr_condition **ret_condition);

/** Free @p condition.  Threads that wait return -VR_ECANCELLED, deferreds fail
 *  with it, and watches are not called any more.  Nothing but
 *  vr_condition_unwatch() may use it from here on.  NULL is fine. */
void vr_condition_free(struct vr_condition *condition);

/** The value at this moment. */
int64_t vr_condition_get(struct vr_condition *condition);

/** Set the value; if it was another one, all that wait for it test again. */
void vr_condition_set(struct vr_condition *condition, int64_t value);

/** Add @p more, which may be negative, to the value; the sum must fit.
 *  @return the new value */
int64_t vr_condition_add(struct vr_condition *condition, int64_t more);

/**
 * Wait until @p test is true.  This thread calls it at once, and again after
 * changes.
 * @param test  NULL: wait for any other value than the current one
 * @param timeout  nanoseconds, at most; negative: for ever; 0: only test once
 * @param ret_value  the value for which @p test was true
 * @return 0; -ETIMEDOUT; -VR_ECANCELLED if the condition was freed; -EDEADLK
 * in a turn of a reactor, which must not wait, with a timeout that is not 0
 */
VR_MUST_CHECK
int vr_condition_wait(struct vr_condition *condition,
                      vr_condition_test_fn *test, void *arg, vr_time timeout,
                      int64_t *ret_value);

/**
 * Make a deferred that fires on @p reactor, without a value, when @p test is
 * true.  @p test is called in turns of @p reactor.
 *
 *     pending = vr_condition_await(condition, reactor, test, arg);
 *
 * If the condition is freed it fails with -VR_ECANCELLED, if the reactor is
 * closed with -VR_ECLOSED.
 * @return NULL when there is no memory.  It has failed with -EINVAL if @p test
 * is NULL, -VR_ECLOSED if the reactor is closed, -ECHILD in a child forked
 * since the reactor was made
 */
struct vr_pending *vr_condition_await(struct vr_condition *condition,
                                      struct vr_reactor *reactor,
                                      vr_condition_test_fn *test, void *arg);
#define vr_condition_await(...) VR_PLACED((vr_condition_await)(__VA_ARGS__))

/**
 * Have @p changed called in a turn of @p reactor with the current value, and
 * again after changes, until the condition is freed or the reactor closed.
 * @param ret_watch  the watch, to be freed by vr_condition_unwatch()
 * @return 0; -EINVAL if @p changed is NULL; -ENOMEM; -VR_ECLOSED; -ECHILD
 */
VR_MUST_CHECK
int vr_condition_watch(struct vr_condition *condition,
                       struct vr_reactor *reactor,
                       vr_condition_changed_fn *changed, void *arg,
                       struct vr_condition_watch **ret_watch);

/** Free @p watch: from here on its callback does not run.  Also inside that
 *  callback, and after condition or reactor were freed.  NULL is fine. */
void vr_condition_unwatch(struct vr_condition_watch *watch);

VR_END_DECLS

#endif
