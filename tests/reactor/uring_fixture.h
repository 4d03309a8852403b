/* SPDX-License-Identifier: MIT */
/**
 * @file uring_fixture.h
 * A selector over io_uring and what it asks of the kernel, for tests of what
 * that one alone does.  They are skipped where the kernel refuses it.
 */
#ifndef VR_TESTS_REACTOR_URING_FIXTURE_H
#define VR_TESTS_REACTOR_URING_FIXTURE_H

#include <liburing.h>
#include <poll.h>

#include <vreactor/reactor/selectors/uring.h>

#include "selector_fixture.h"
#include "tests/support/refused.h"

static struct vr_uring_sys sys; /* what its calls do, also later */
static struct vr_selector *sel;

/* How often the kernel was entered, and how the last wait was to end. */
static int submits, waits;
static struct timespec last_timeout;

static inline int count_submit(struct io_uring *ring)
{
    submits++;
    return vr_uring_sys_default()->submit(ring);
}

static inline int count_wait(struct io_uring *ring,
                             const struct timespec *timeout)
{
    waits++;
    last_timeout = *timeout;
    return vr_uring_sys_default()->wait(ring, timeout);
}

static inline int submit_by_sys(struct io_uring *ring)
{
    return sys.submit(ring);
}

static inline int wait_by_sys(struct io_uring *ring,
                              const struct timespec *timeout)
{
    return sys.wait(ring, timeout);
}

/** Have `sys` on a kernel that has io_uring. */
static inline void set_up_sys(void)
{
    if (is_refused(vr_selector_uring()))
        test_skip("the kernel refuses io_uring here");
    sys = (struct vr_uring_sys)VR_URING_SYS_INIT;
    sys.submit = count_submit;
    sys.wait = count_wait;
}

/** Open a selector by `sys`. */
static inline int open_by_sys(struct vr_selector **ret_sel)
{
    struct vr_uring_sys calls = {.size = sizeof(calls),
                                 .open = sys.open,
                                 .submit = submit_by_sys,
                                 .wait = wait_by_sys};

    return vr_selector_uring()->open(vr_env_default(), &calls, ret_sel);
}

/** Open `sel` by `sys`. */
static inline void set_up(void)
{
    set_up_sys();
    check_int(open_by_sys(&sel), 0);
    submits = waits = 0;
}

static inline void tear_down(void)
{
    sel->ops->close(sel);
}

/** Nothing is ready, and the kernel knows what is awaited. */
static inline void settle(void)
{
    check_int(ready_count(sel), 0);
}

static inline bool is_readable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return poll(&one, 1, 0) == 1;
}

#endif
