/* SPDX-License-Identifier: MIT */
/**
 * @file clock.h
 * A reactor whose waits take no time: where nothing is ready, the clock jumps
 * to what is waited for.  So thirty seconds of a program pass in microseconds,
 * over real sockets and the real selector.
 *
 *     struct vr_test_env test;
 *     struct vr_reactor *reactor;
 *
 *     vr_test_env_init(&test, 0);
 *     int err = vr_test_reactor_new(&test, NULL, &reactor);
 *     ...
 *     vr_call_after(&patience, 30 * VR_SEC);
 *     err = vr_test_run_for(&test, reactor, 30 * VR_SEC);      it has run
 *
 * A wait with a timeout asks the real selector what is ready.  If nothing is,
 * the clock jumps ahead by just that timeout, and the wait has timed out.  So
 * no time passes while anything is ready.  A wait for ever is a real one: for
 * other threads.
 *
 * Whatever is not ready yet comes after the jump, also what another thread or
 * process is about to send.  Where the test has such, let it hold the clock
 * and say itself when time passes.  Of several reactors on one struct
 * vr_test_env, each that waits lets time pass for all.
 *
 * Threads: any, for a test that holds the clock; else that of the reactor.
 */
#ifndef VR_TESTING_CLOCK_H
#define VR_TESTING_CLOCK_H

#include <stdbool.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/testing/env.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_reactor_options;
struct vr_selector_ops;

/** What lets time pass, over a real selector, whose name it has.  Its argument
 *  is a struct vr_test_env, whose member selector says which is the real one;
 *  -EINVAL without. */
extern const struct vr_selector_ops vr_test_selector;

/**
 * Make a reactor on the time, memory and system calls of @p test.
 * @param more  what else it is to be; a selector in it becomes the real one.
 * NULL: nothing
 * @param ret_reactor  to be freed by vr_reactor_free()
 * @return as vr_reactor_new(); -EINVAL also if @p more has an environment
 */
VR_MUST_CHECK
int vr_test_reactor_new(struct vr_test_env *test,
                        const struct vr_reactor_options *more,
                        struct vr_reactor **ret_reactor);

/**
 * Make turns until @p span, 0 or more, has passed: what was due by then has
 * run, as far as the reactor's bounds for a turn let it.
 * @return 0; 1 if a stop ended it before; -EBUSY while the clock is held; or
 * what vr_reactor_turn() said
 */
VR_MUST_CHECK
int vr_test_run_for(struct vr_test_env *test, struct vr_reactor *reactor,
                    vr_time span);

/**
 * Hold the clock, or let it go: while held, only vr_test_advance() moves it.  A
 * wait with a timeout then really waits, a millisecond at most, and times out
 * as if a signal had come: a running reactor goes on asking for the time.
 */
void vr_test_hold(struct vr_test_env *test, bool hold);

VR_END_DECLS

#endif
