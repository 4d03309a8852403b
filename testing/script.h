/* SPDX-License-Identifier: MIT */
/**
 * @file script.h
 * A scripted selector: the test says which descriptors are ready, and sees what
 * the reactor asked of the selector.
 *
 *     static struct vr_test_env test;
 *     static struct vr_test_script script;
 *
 *     vr_test_env_init(&test, 0);
 *     vr_test_script_init(&script, &test);
 *     int err = vr_test_script_reactor(&script, NULL, &reactor);
 *     ...
 *     err = vr_test_script_ready(&script, fd, VR_READ); // for the next wait
 *     err = vr_reactor_turn(reactor, -1);
 *     assert(script.timeout == -1); // of that wait
 *
 * It makes no system call, so a descriptor may be a number without a file.  A
 * wait that finds nothing lets time pass as in testing/clock.h.  A wait without
 * a timeout returns at once too, so the test makes the turns of such a reactor
 * one by one.
 *
 * Ownership: the test's, which keeps it in place as long as the reactor.
 * Threads: that of the reactor.
 */
#ifndef VR_TESTING_SCRIPT_H
#define VR_TESTING_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/env.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_reactor_options;
struct vr_test_script;

enum {
    VR_TEST_SCRIPT_FDS = 1024, /**< above every descriptor */
    VR_TEST_SCRIPT_READY = 64, /**< entries at a time */
    VR_TEST_SCRIPT_CALLS = 64, /**< noted */
};

enum vr_test_script_op { VR_TEST_SCRIPT_WATCH, VR_TEST_SCRIPT_DROP };

/** A call that reached the selector. */
struct vr_test_script_call {
    enum vr_test_script_op op;
    int fd;
    unsigned was, now; /**< of a watch */
};

/** The key of a descriptor. */
struct vr_test_script_fd {
    uint64_t key; /**< as last given to watch() */
    bool known;
};

/** Initialise with vr_test_script_init(). */
struct vr_test_script {
    struct vr_test_env *test;

    /* Set by the test. */

    /** Called in each wait, before it looks for ready descriptors; NULL:
     *  nothing is. */
    void (*on_wait)(struct vr_test_script *script);
    int wait_error; /**< error of the next wait; 0: none */
    int refused_fd; /**< the next watch() of this descriptor ... */
    int refusal;    /**< ... has this error; 0: none */
    int show_error; /**< error of waits with a cap of 0; 0: none */

    /* Read by the test. */

    vr_time timeout; /**< of the last wait */
    int waits;       /**< so far, but for those with a cap of 0 */
    int hasty_waits; /**< of these, how many had a timeout of 0 */
    int shows;       /**< waits with a cap of 0, so far */
    int call_count;  /**< of watch() and drop(), for watches of the program */
    struct vr_test_script_call calls[VR_TEST_SCRIPT_CALLS]; /**< the first */

    /* Private. */
    struct vr_test_script_fd fds[VR_TEST_SCRIPT_FDS];
    struct vr_ready ready[VR_TEST_SCRIPT_READY];
    int ready_count;
};

/** The selector.  Its argument is a struct vr_test_script; without it open() is
 *  -EINVAL.  watch() is -ERANGE for a descriptor of VR_TEST_SCRIPT_FDS or
 *  above. */
const struct vr_selector_ops *vr_test_script_selector(void);

/** Initialise @p script, in which nothing is ready, with the clock of @p test,
 *  which it keeps. */
void vr_test_script_init(struct vr_test_script *script,
                         struct vr_test_env *test);

/**
 * Make a reactor over @p script, on the environment of its test.
 * @param more  its other options, but no selector; NULL: all defaults
 * @param ret_reactor  to be freed by vr_reactor_free()
 * @return as vr_reactor_new(); -EINVAL also if @p more has an environment
 */
VR_MUST_CHECK
int vr_test_script_reactor(struct vr_test_script *script,
                           const struct vr_reactor_options *more,
                           struct vr_reactor **ret_reactor);

/**
 * Let the next wait find @p fd ready, with the key of its last watch(): a later
 * owner of the number has another key.  Entries that do not fit into that wait
 * are found by the one after.
 * @return 0; -ENOENT if @p fd was never watched; -ENOSPC with too many entries
 */
VR_MUST_CHECK
int vr_test_script_ready(struct vr_test_script *script, int fd,
                         unsigned events);

/** vr_test_script_ready() with any key, also one that no watch has. */
VR_MUST_CHECK
int vr_test_script_find(struct vr_test_script *script, struct vr_ready ready);

VR_END_DECLS

#endif
