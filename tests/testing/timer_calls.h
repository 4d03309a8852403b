/* SPDX-License-Identifier: MIT */
/**
 * @file timer_calls.h
 * The counted system calls of timers, each made once: a part of sys_calls.h.
 */
#ifndef VR_TESTS_TESTING_TIMER_CALLS_H
#define VR_TESTS_TESTING_TIMER_CALLS_H

#include <vreactor/testing/sys.h>

static inline long do_timerfd_create(void)
{
    int fd = vr_test_sys()->timerfd_create(0, 0);

    return fd < 0 ? -1 : vr_sys_default()->close(fd);
}

static inline long do_timerfd_settime(void)
{
    return vr_test_sys()->timerfd_settime(-1, 0, NULL, NULL);
}

#endif
