/* SPDX-License-Identifier: MIT */
/**
 * @file clock.h
 * A simulated clock for tests: a reactor whose waits take no real time.  While
 * nothing is ready the clock jumps to the next timer, so thirty seconds of a
 * program pass in microseconds, with real sockets and a real selector.
 *
 *     struct vr_test_env test;
 *     struct vr_reactor *reactor;
 *
 *     vr_test_env_init(&test, 0);
 *     int err = vr_test_reactor_new(&test, NULL, &reactor);
 *     ...
 *     vr_call_after(&patience, 30 * VR_SEC);
 *     err = vr_test_run_for(&test, reactor, 30 * VR_SEC); // it has run
 *
 * A wait with a timeout asks the real selector for events.  If there are none,
 * the clock jumps ahead by that timeout, and the wait has timed out.  So no
 * time passes while a descriptor is ready.  A wait without a timeout is a real
 * one, which another thread ends.
 *
 * An event that another thread or process is about to cause may come after the
 * jump.  A test with such threads holds the clock by vr_test_hold(), and
 * advances it itself.  If several reactors use one struct vr_test_env, a wait
 * of each of them lets time pass for all.
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

/** The selector that lets time pass.  It stands over a real selector, and has
 *  the name of that.  Its argument is a struct vr_test_env, whose member
 *  `selector` names the real one; without it open() is -EINVAL. */
const struct vr_selector_ops *vr_test_selector(void);

/**
 * Make a reactor on the time, memory and system calls of @p test.
 * @param more  its other options; a selector in them becomes the real one.
 * NULL: all defaults
 * @param ret_reactor  to be freed by vr_reactor_free()
 * @return as vr_reactor_new(); -EINVAL also if @p more has an environment
 */
VR_MUST_CHECK
int vr_test_reactor_new(struct vr_test_env *test,
                        const struct vr_reactor_options *more,
                        struct vr_reactor **ret_reactor);

/**
 * Make turns until @p span, 0 or more, has passed.  Calls that were due by then
 * have run, within the reactor's bounds for a turn.
 * @return 0; 1 if a stop ended it before; -EBUSY while the clock is held; or
 * an error of vr_reactor_turn()
 */
VR_MUST_CHECK
int vr_test_run_for(struct vr_test_env *test, struct vr_reactor *reactor,
                    vr_time span);

/**
 * Hold the clock, or let it go.  While it is held only vr_test_advance() moves
 * it, and a wait with a timeout really waits, for a millisecond at most, so
 * that a running reactor reads the clock again and again.
 */
void vr_test_hold(struct vr_test_env *test, bool hold);

VR_END_DECLS

#endif
