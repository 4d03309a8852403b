/* SPDX-License-Identifier: MIT */
/**
 * @file sys_uring.c
 * The counted calls of struct vr_uring_sys, around those that a test gives, as
 * this library has no liburing.
 */
#include <vreactor/testing/sys_impl.h>

#include <vreactor/reactor/selectors/uring.h>

static struct vr_uring_sys real;

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

static int count_open(unsigned entries, struct io_uring *ring)
{
    return fails(VR_TEST_SYS_URING_OPEN) ? -1 : real.open(entries, ring);
}

static int count_close(struct io_uring *ring)
{
    int result = real.close(ring);

    return fails(VR_TEST_SYS_URING_CLOSE) ? -1 : result;
}

static int count_submit(struct io_uring *ring)
{
    return fails(VR_TEST_SYS_URING_SUBMIT) ? -1 : real.submit(ring);
}

static int count_wait(struct io_uring *ring, const struct timespec *timeout)
{
    if (vr_test_sys_fails(VR_TEST_SYS_URING_WAIT, VR_TEST_SYS_ANY_WAIT))
        return -1;

    int result = real.wait(ring, timeout);
    (void)vr_test_sys_wake(result >= 0);
    return result;
}

void vr_test_sys_wrap_uring(const struct vr_uring_sys *calls,
                            struct vr_uring_sys *ret_counted)
{
    real = *calls;
    *ret_counted = (struct vr_uring_sys){
        .size = sizeof(*ret_counted),
        .open = count_open,
        .close = count_close,
        .submit = count_submit,
        .wait = count_wait,
    };
}
