/* SPDX-License-Identifier: MIT */
/**
 * @file uring_sys.c
 * What liburing does with the kernel.
 */
#include <vreactor/reactor/selectors/uring.h>

#include <errno.h>
#include <liburing.h>

/* As system calls say it. */
static int returned(int result)
{
    if (result >= 0)
        return result;

    errno = -result;
    return -1;
}

static int ring_open(unsigned entries, struct io_uring *ring)
{
    return returned(io_uring_queue_init(entries, ring, 0));
}

static int ring_close(struct io_uring *ring)
{
    io_uring_queue_exit(ring);
    return 0;
}

static int ring_submit(struct io_uring *ring)
{
    return returned(io_uring_submit_and_get_events(ring));
}

static int ring_wait(struct io_uring *ring, const struct timespec *timeout)
{
    struct __kernel_timespec span = {.tv_sec = timeout->tv_sec,
                                     .tv_nsec = timeout->tv_nsec};
    struct io_uring_cqe *first = NULL;

    int result = io_uring_submit_and_wait_timeout(ring, &first, 1, &span, NULL);
    /* Having submitted something it may not say that there is none. */
    return returned(result >= 0 && !first ? -ETIME : result);
}

const struct vr_uring_sys *vr_uring_sys_default(void)
{
    static const struct vr_uring_sys sys = {
        .size = sizeof(sys),
        .open = ring_open,
        .close = ring_close,
        .submit = ring_submit,
        .wait = ring_wait,
    };

    return &sys;
}
