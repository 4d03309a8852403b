/* SPDX-License-Identifier: MIT */
/**
 * @file sys_uring.c
 * What liburing does with the kernel, for the default system-call table.
 */
#include <vreactor/base/sys_uring.h>

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

int vr_sys_uring_open(unsigned entries, struct io_uring *ring)
{
    return returned(io_uring_queue_init(entries, ring, 0));
}

int vr_sys_uring_close(struct io_uring *ring)
{
    io_uring_queue_exit(ring);
    return 0;
}

int vr_sys_uring_submit(struct io_uring *ring)
{
    return returned(io_uring_submit_and_get_events(ring));
}

int vr_sys_uring_wait(struct io_uring *ring, const struct timespec *timeout)
{
    struct __kernel_timespec span = {.tv_sec = timeout->tv_sec,
                                     .tv_nsec = timeout->tv_nsec};
    struct io_uring_cqe *first = NULL;

    int result = io_uring_submit_and_wait_timeout(ring, &first, 1, &span, NULL);
    /* Having submitted something it may not say that there is none. */
    return returned(result >= 0 && !first ? -ETIME : result);
}
