/* SPDX-License-Identifier: MIT */
/**
 * @file sys_threads.c
 * The counted system calls of threads.
 */
#include <vreactor/testing/sys_impl.h>

#include <errno.h>

/* A wait that fails gives the lock up for a moment, as one that times out.
 * With a time it is a short one: who waits asks the clock of the test again,
 * on which another thread may have let time pass. */
int vr_test_sys_cond_wait(void *cond, void *lock, vr_time span)
{
    bool failing = vr_test_sys_fails(VR_TEST_SYS_COND_WAIT, VR_TEST_SYS_ANY);
    int err = errno;

    if (span > VR_MSEC)
        span = VR_MSEC;
    int result = vr_sys_default()->cond_wait(cond, lock, failing ? 0 : span);
    if (!failing)
        return result;

    errno = err;
    return -1;
}

int vr_test_sys_thread_create(void *thread, void *(*fn)(void *arg), void *arg)
{
    if (vr_test_sys_fails(VR_TEST_SYS_THREAD_CREATE, VR_TEST_SYS_ANY))
        return -1;

    return vr_sys_default()->thread_create(thread, fn, arg);
}
