/* SPDX-License-Identifier: MIT */
/**
 * @file uring.h
 * A selector over io_uring(7) of Linux.
 *
 *     struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
 *
 *     options.selector_ops = vr_selector_uring();
 *     err = vr_reactor_new(&options, &reactor);
 *
 * In libvreactor-uring, pkg-config vreactor-uring; not part of vreactor.h.
 * Many containers forbid io_uring: then vr_reactor_new() says so by -EPERM,
 * -ENOSYS, -ENOTSUP, -EINVAL or -EACCES.  Take vr_selector_nth(0) instead.
 * -EINVAL and -E2BIG also tell of a bad size of `selector_arg`.
 *
 * Threads: any.
 */
#ifndef VR_REACTOR_SELECTORS_URING_H
#define VR_REACTOR_SELECTORS_URING_H

#include <stddef.h>
#include <time.h>

#include <vreactor/base/decls.h>
#include <vreactor/reactor/selectors/selector.h>

VR_BEGIN_DECLS

struct io_uring;

/**
 * What the selector asks of the kernel, as liburing does it.  Each returns a
 * negative number on failure, and sets errno.  NULL: liburing's own.
 */
struct vr_uring_sys {
    size_t size; /**< by VR_URING_SYS_INIT */

    /** io_uring_queue_init() without flags. */
    int (*open)(unsigned entries, struct io_uring *ring);

    /** io_uring_queue_exit(). */
    int (*close)(struct io_uring *ring);

    /** io_uring_submit_and_get_events(). */
    int (*submit)(struct io_uring *ring);

    /** io_uring_submit_and_wait_timeout() for one completion, which is there
     *  on success; else errno is ETIME, EINTR, ... */
    int (*wait)(struct io_uring *ring, const struct timespec *timeout);
};

/** All defaults. */
#define VR_URING_SYS_INIT VR_SIZED_INIT(struct vr_uring_sys)

/** "io_uring", for `selector_ops` of vr_reactor_options.  The argument of its
 *  open(), `selector_arg`, is a struct vr_uring_sys, which is copied, or NULL
 *  for all defaults. */
const struct vr_selector_ops *vr_selector_uring(void);

/** What liburing does, with no member NULL. */
const struct vr_uring_sys *vr_uring_sys_default(void);

VR_END_DECLS

#endif
