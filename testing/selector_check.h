/* SPDX-License-Identifier: MIT */
/**
 * @file selector_check.h
 * A conformance test for selectors: does a table of operations, the library's
 * or a program's, do what reactor/selectors/selector.h says?
 *
 *     static void report(void *ctx, const struct vr_selector_verdict *verdict)
 *     {
 *         (void)ctx;
 *         if (verdict->outcome == VR_SELECTOR_FAILS)
 *             printf("%s: %s\n", verdict->test, verdict->why);
 *     }
 *
 *     struct vr_selector_check_options options =
 *         VR_SELECTOR_CHECK_OPTIONS_INIT;
 *
 *     options.report = report;
 *     int failed = vr_selector_check(&my_selector, &options);
 *
 * Each test opens a selector of its own and cleans up even if it fails, so that
 * a failure affects no other test.  Features that selectors may lack, such as a
 * descriptor, are not required.  The suite does not fork, so it does not test
 * close() in a child.
 *
 * The suite has no watchdog: a selector that crashes ends the program, and one
 * that never returns blocks it for ever.  The suite asks for a wait without a
 * timeout only when a descriptor is ready, or after a wait with a timeout was
 * woken as it should.
 *
 * The suite uses pipes, sockets, a terminal, TCP on the loopback, a few files
 * in /tmp, and threads, all of which are gone when it returns.  It prints
 * nothing, and may raise the soft limit of open files for a moment.  Nothing
 * else in the process should open or close descriptors meanwhile, as the suite
 * counts them.
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

/** The outcome of a test. */
enum vr_selector_outcome {
    VR_SELECTOR_PASSES,
    VR_SELECTOR_FAILS,
    VR_SELECTOR_SKIPPED, /**< it cannot be tried on this system: see why */
};

/** The result of a test.  Its texts are valid during the report. */
struct vr_selector_verdict {
    const char *test; /**< its name, "reports_both_events_of_one_descriptor" */
    enum vr_selector_outcome outcome;
    const char *why; /**< why it failed or was skipped; else "" */
};

/** Options of the suite; 0 and NULL mean the default. */
struct vr_selector_check_options {
    size_t size; /**< by VR_SELECTOR_CHECK_OPTIONS_INIT */

    /** The argument of open(). */
    void *arg;

    /** The environment for the selector; the suite counts its allocations, and
     *  lets them fail in one test.  The suite itself calls the system
     *  directly. */
    const struct vr_env *env;

    /** For a selector with `is_guest`, whose wait() does not wait: let the
     *  other event loop run once, without waiting.  Called before each wait(),
     *  on its thread.  NULL: the selector waits by itself. */
    void (*pump)(void *ctx);

    /** Called after each test, in their order.  NULL: nothing is called. */
    void (*report)(void *ctx, const struct vr_selector_verdict *verdict);

    void *ctx; /**< first argument of pump and report; the program's */

    const char *only; /**< the one test to run; NULL: all */
};

#define VR_SELECTOR_CHECK_OPTIONS_INIT                                         \
    VR_SIZED_INIT(struct vr_selector_check_options)

/**
 * Test the selector @p ops.
 * @param options  NULL for all defaults
 * @return how many tests failed, 0 if the selector may be used; -EINVAL for an
 * incomplete table or a bad size; -E2BIG for options of a later version;
 * -ENOENT if there is no test called `only`; or an error of its open()
 */
VR_MUST_CHECK
int vr_selector_check(const struct vr_selector_ops *ops,
                      const struct vr_selector_check_options *options);

VR_END_DECLS

#endif
