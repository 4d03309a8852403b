/* SPDX-License-Identifier: MIT */
/**
 * @file survive.h
 * Does a public call survive it when memory or the system fails?
 *
 *     static void prepare(void) { ... }          what the call needs
 *     static int act(void) { return vr_x(...); } the call, under the fault
 *     static void look(int err) { ... }          is all as promised for err?
 *
 *     TEST(survives_x, doing_x)
 *     {
 *         check(survive(prepare, act, look) > 0);
 *     }
 *
 * A trial is run again and again, each time on a fresh reactor: with the first
 * allocation failing, the second, and so on until there is none left to fail,
 * then with that one and all that follow; likewise with each system call, and
 * each error it may well give.  After each run the call must have returned 0
 * or the error that was given, never EINTR, the loop must be of use still, and
 * what was taken must have been given back.
 *
 * The reactor's time is virtual and passes while it waits: nothing sleeps.
 */
#ifndef VR_TESTS_SUPPORT_SURVIVE_H
#define VR_TESTS_SUPPORT_SURVIVE_H

#include <stdbool.h>

#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"

/** The environment of each run. */
extern struct vr_test_env survive_env;

/** The reactor of each run, over the selector under test; freed after look(),
 *  unless it is NULL then. */
extern struct vr_reactor *survive_reactor;

/** Called once, when the reactor is about to wait next; NULL: not. */
extern void (*survive_on_wait)(void);

/** How many waits for ever found nothing, and nothing failed in them. */
extern int survive_overslept;

/** Another thread posts: so waits for ever are just that. */
extern bool survive_with_threads;

/** In place of the system call; NULL: that one. */
extern int (*survive_pidfd_open)(pid_t pid, unsigned flags);

/** Options for a reactor as survive_reactor is one. */
struct vr_reactor_options survive_options(void);

/** Begin a run, and end it as each is ended; for tests of another shape. */
void survive_begin(void);
void survive_end(void);

/** The error that is being given, negative; 0 where none was. */
int survive_error(void);

/** Check that @p err is the error that was given; where several were, one of
 *  them. */
void survive_check_told(int err);

/** Check that @p err tells of what failed; 0 only if nothing did. */
void survive_check_all_told(int err);

/** Check that turns that do not wait find nothing to do. */
void survive_check_quiet(void);

/** Make @p count turns that do not wait, with nothing failing. */
void survive_turns(int count);

/** As an act: such turns, until one fails. @return 0, or why it did */
int survive_act_turns(int count);

/**
 * Try it.
 * @param prepare  NULL: nothing is needed
 * @param act   returns what the call said, 0 or an error; 0 too where a failure
 * is told in another way, which @p look is to judge
 * @param look  is told what @p act said, and gives back what was taken; NULL:
 * there is nothing to see
 * @return how many allocations and system calls @p act makes
 */
int survive(void (*prepare)(void), int (*act)(void), void (*look)(int err));

/** survive(), but never with more than one failure. */
int survive_one(void (*prepare)(void), int (*act)(void), void (*look)(int err));

#endif
