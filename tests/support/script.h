/* SPDX-License-Identifier: MIT */
/**
 * @file script.h
 * A reactor over a script, in a test that ends where something goes wrong.
 */
#ifndef VR_TESTS_SUPPORT_SCRIPT_H
#define VR_TESTS_SUPPORT_SCRIPT_H

#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/script.h>

#include "tests/support/test.h"

/** Make @p test, its clocks at an hour, @p script, and a reactor over it.
 *  @param more  as for vr_test_script_reactor() */
static inline struct vr_reactor *
script_reactor(struct vr_test_script *script, struct vr_test_env *test,
               const struct vr_reactor_options *more)
{
    struct vr_reactor *reactor = NULL;

    vr_test_env_init(test, 3600 * VR_SEC);
    vr_test_script_init(script, test);
    check_int(vr_test_script_reactor(script, more, &reactor), 0);
    return reactor;
}

/** Free @p reactor and see that it gave all memory back. */
static inline void script_free(struct vr_test_script *script,
                               struct vr_reactor *reactor)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(script->test), 0);
}

/** Let the next wait find @p fd ready. */
static inline void script_ready(struct vr_test_script *script, int fd,
                                unsigned events)
{
    check_int(vr_test_script_ready(script, fd, events), 0);
}

#endif
