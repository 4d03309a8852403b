/* SPDX-License-Identifier: MIT */
/**
 * @file script_selector.h
 * A selector that finds ready what a test says, and a clock that passes while
 * it waits: so nothing sleeps.
 *
 *     struct script script;
 *     struct vr_reactor *reactor = script_reactor(&script, NULL);
 *
 *     script_ready(&script, fd, VR_READ);         found by the next wait
 *     check_int(vr_reactor_turn(reactor, -1), 0);
 *     check_int(script.timeout, -1);              asked of that wait
 *
 * A wait that finds nothing ready lets the clock advance by its timeout; one
 * for ever returns at once all the same.
 *
 * Threads: the reactor's, or one while it does not run.
 */
#ifndef VR_TESTS_SUPPORT_SCRIPT_SELECTOR_H
#define VR_TESTS_SUPPORT_SCRIPT_SELECTOR_H

#include <stdbool.h>

#include <vreactor/reactor/selector.h>

#include "tests/support/clock.h"

struct vr_reactor;
struct vr_reactor_options;

enum { SCRIPT_FDS = 1024, SCRIPT_READY = 64, SCRIPT_CALLS = 64 };

enum script_op { SCRIPT_WATCH, SCRIPT_DROP };

/** A call that reached the selector. */
struct script_call {
    enum script_op op;
    int fd;
    unsigned was, now; /* of a watch */
};

struct script {
    struct test_clock clock; /* the reactor's environment is clock.env */

    vr_time timeout;   /* asked of the last wait */
    int waits;         /* so far */
    int hasty_waits;   /* with a timeout of 0 */
    bool stand_still;  /* the clock does not advance */
    vr_time most_wait; /* the clock advances by this much at most; 0: by any */

    /** Called in each wait, before it looks for what is ready; NULL: not. */
    void (*on_wait)(struct script *script);

    int wait_error; /* the next wait fails so; 0: it does not */
    int refused_fd; /* the next watch() of it fails ... */
    int refusal;    /* ... so; 0: none does */
    int call_count; /* of watch and drop */
    struct script_call calls[SCRIPT_CALLS]; /* the first of them */

    uint64_t keys[SCRIPT_FDS]; /* as last given to watch() */
    struct vr_ready ready[SCRIPT_READY];
    int ready_count;
};

extern const struct vr_selector_ops script_selector;

/** Make @p script, its clock at an hour, and a reactor over it.
 *  @param options  more of what the reactor is to be; of
 *  an environment only the system calls; NULL: nothing more */
struct vr_reactor *script_reactor(struct script *script,
                                  const struct vr_reactor_options *options);

/** Let the next wait find @p fd, watched before, ready, under the key it has
 *  now: a later owner of the number has another. */
void script_ready(struct script *script, int fd, unsigned events);

/** Free @p reactor and see that it gave all memory back. */
void script_free(struct script *script, struct vr_reactor *reactor);

#endif
