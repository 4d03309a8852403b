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

#include "selector_fixture.h"
#include "tests/support/refused.h"

static struct vr_sys sys;
static struct vr_env env;
static struct vr_selector *sel;

/* How often the kernel was entered, and how the last wait was to end. */
static int submits, waits;
static struct timespec last_timeout;

static inline int count_submit(struct io_uring *ring)
{
    submits++;
    return vr_sys_default.uring_submit(ring);
}

static inline int count_wait(struct io_uring *ring,
                             const struct timespec *timeout)
{
    waits++;
    last_timeout = *timeout;
    return vr_sys_default.uring_wait(ring, timeout);
}

static inline const struct vr_selector_ops *uring(void)
{
    return vr_selector_find("io_uring");
}

/** Have `env` on a kernel that has io_uring. */
static inline void set_up_env(void)
{
    if (is_refused(uring()))
        test_skip("the kernel refuses io_uring here");
    sys = vr_sys_default;
    sys.uring_submit = count_submit;
    sys.uring_wait = count_wait;
    env = vr_env_default;
    env.sys = &sys;
}

/** Open `sel` in `env`. */
static inline void set_up(void)
{
    set_up_env();
    check_int(uring()->open(&env, NULL, &sel), 0);
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
