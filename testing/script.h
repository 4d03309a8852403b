/* SPDX-License-Identifier: MIT */
/**
 * @file script.h
 * A selector that finds ready what a test says, and notes what it is told.
 *
 *     static struct vr_test_env test;
 *     static struct vr_test_script script;
 *
 *     vr_test_env_init(&test, 0);
 *     vr_test_script_init(&script, &test);
 *     int err = vr_test_script_reactor(&script, NULL, &reactor);
 *     ...
 *     err = vr_test_script_ready(&script, fd, VR_READ);     for the next wait
 *     err = vr_reactor_turn(reactor, -1);
 *     assert(script.timeout == -1);                         asked of that wait
 *
 * It asks the system nothing: a descriptor may be the number of no file.  A
 * wait that finds nothing lets time pass as in testing/clock.h; one for ever
 * returns at once too, so turns of such a reactor are made one by one.
 *
 * Ownership: the caller's, in place for as long as the reactor.  Threads: that
 * of the reactor.
 */
#ifndef VR_TESTING_SCRIPT_H
#define VR_TESTING_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/selector.h>
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

/** What a descriptor is known by. */
struct vr_test_script_fd {
    uint64_t key; /**< as last given to watch() */
    bool known;
};

/** Initialise with vr_test_script_init(). */
struct vr_test_script {
    struct vr_test_env *test;

    /* What to do. */

    /** Called in each wait, before it looks for what is ready; NULL: not. */
    void (*on_wait)(struct vr_test_script *script);
    int wait_error; /**< the next wait fails so; 0: it does not */
    int refused_fd; /**< the next watch() of it fails ... */
    int refusal;    /**< ... so; 0: none does */
    int show_error; /**< waits without room fail so; 0: they do not */

    /* What was done. */

    vr_time timeout; /**< asked of the last wait */
    int waits;       /**< so far */
    int hasty_waits; /**< with a timeout of 0 */
    int shows;       /**< waits without room, which count nowhere else */
    int call_count;  /**< of watch() and drop(), by watches of the program */
    struct vr_test_script_call calls[VR_TEST_SCRIPT_CALLS]; /**< the first */

    /* Private. */
    struct vr_test_script_fd fds[VR_TEST_SCRIPT_FDS];
    struct vr_ready ready[VR_TEST_SCRIPT_READY];
    int ready_count;
};

/** Its argument is a struct vr_test_script; -EINVAL without.  watch() is
 *  -ERANGE for a descriptor of VR_TEST_SCRIPT_FDS or above. */
extern const struct vr_selector_ops vr_test_script_selector;

/** Make @p script one that finds nothing, on the time of @p test, which it
 *  keeps. */
void vr_test_script_init(struct vr_test_script *script,
                         struct vr_test_env *test);

/**
 * Make a reactor over @p script, on the environment of its test.
 * @param more  what else it is to be, but for a selector; NULL: nothing
 * @param ret_reactor  to be freed by vr_reactor_free()
 * @return as vr_reactor_new(); -EINVAL also if @p more has an environment
 */
VR_MUST_CHECK
int vr_test_script_reactor(struct vr_test_script *script,
                           const struct vr_reactor_options *more,
                           struct vr_reactor **ret_reactor);

/**
 * Let the next wait find @p fd ready, under the key it was last watched with:
 * a later owner of the number has another.  What has no room in that wait is
 * found by the one after.
 * @return 0; -ENOENT if it was never watched; -ENOSPC with too many entries
 */
VR_MUST_CHECK
int vr_test_script_ready(struct vr_test_script *script, int fd,
                         unsigned events);

/** vr_test_script_ready() with any key, also one nobody has. */
VR_MUST_CHECK
int vr_test_script_find(struct vr_test_script *script, struct vr_ready ready);

VR_END_DECLS

#endif
