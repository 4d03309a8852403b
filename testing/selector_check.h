/* SPDX-License-Identifier: MIT */
/**
 * @file selector_check.h
 * Does a selector keep what reactor/selector.h promises?  One suite that judges
 * any table of operations, the library's own and a program's.
 *
 *     static void report(void *ctx, const struct vr_selector_verdict *verdict)
 *     {
 *         if (verdict->outcome == VR_SELECTOR_FAILS)
 *             printf("%s: %s\n", verdict->test, verdict->why);
 *     }
 *
 *     int failed = vr_selector_check(&my_selector,
 *         &(struct vr_selector_check_options){
 *             .size = sizeof(struct vr_selector_check_options),
 *             .report = report});
 *
 * Each test opens a selector of its own and cleans up behind it, also where it
 * fails: one that fails harms no other.  What selectors may differ in, such as
 * whether they have a descriptor, is left to them.  The suite does not fork:
 * what close() does in a child is yours to try.
 *
 * The suite has no watchdog: a selector that crashes takes the program along,
 * one that never returns keeps it for ever.  But it asks for a wait without end
 * only where something is ready, or a wait with an end was woken just before.
 *
 * It uses pipes, sockets, a terminal, TCP on the loopback, a few files in /tmp
 * and threads, all gone when it returns; it prints nothing, and may raise the
 * soft limit of open files for a moment.  Nothing else in the process should
 * open or close descriptors meanwhile, as they are counted.
 *
 * Threads: any, one at a time.
 */
#ifndef VR_TESTING_SELECTOR_CHECK_H
#define VR_TESTING_SELECTOR_CHECK_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_selector_ops;

/** How a test went. */
enum vr_selector_outcome {
    VR_SELECTOR_PASSES,
    VR_SELECTOR_FAILS,
    VR_SELECTOR_SKIPPED, /**< it says nothing here: see why */
};

/** What a test found out.  Its texts last as long as the report. */
struct vr_selector_verdict {
    const char *test; /**< its name, "reports_both_events_of_one_descriptor" */
    enum vr_selector_outcome outcome;
    const char *why; /**< what is not so, or why it was skipped; else "" */
};

/** How a selector is to be tried; 0 and NULL are the defaults. */
struct vr_selector_check_options {
    size_t size; /**< sizeof(struct vr_selector_check_options) */

    /** What its open() is given. */
    void *arg;

    /** What it stands on; memory is counted on the way there, and fails in one
     *  test.  The suite itself calls the system directly. */
    const struct vr_env *env;

    /** For a selector that rides on its host's loop, whose wait() cannot wait:
     *  let that loop run once, without waiting.  Called before each wait(), on
     *  its thread.  NULL: the selector waits by itself. */
    void (*pump)(void *ctx);

    /** Told of each test, in their order.  NULL: nobody is. */
    void (*report)(void *ctx, const struct vr_selector_verdict *verdict);

    void *ctx; /**< first argument of pump and report; yours */

    const char *only; /**< the one test to run; NULL: all */
};

/**
 * Try the selector @p ops.
 * @param options  NULL for all defaults
 * @return how many tests failed, 0 if it may be used; -EINVAL for a table that
 * lacks something or a bad size; -E2BIG for options unknown here; -ENOENT if
 * there is no test called @p only; or what its open() said
 */
VR_MUST_CHECK
int vr_selector_check(const struct vr_selector_ops *ops,
                      const struct vr_selector_check_options *options);

VR_END_DECLS

#endif
