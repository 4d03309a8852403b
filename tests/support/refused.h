/* SPDX-License-Identifier: MIT */
/**
 * @file refused.h
 * Does the kernel refuse a selector, as some do with io_uring?
 */
#ifndef VR_TESTS_SUPPORT_REFUSED_H
#define VR_TESTS_SUPPORT_REFUSED_H

#include <errno.h>
#include <stdbool.h>

#include <vreactor/reactor/selectors/selector.h>

/** As a reactor understands it, see reactor.h; not where it fails otherwise. */
static inline bool is_refused(const struct vr_selector_ops *ops)
{
    struct vr_selector *sel;

    int err = ops->open(NULL, NULL, &sel);
    if (!err)
        ops->close(sel);
    return err == -ENOSYS || err == -ENOTSUP || err == -EINVAL ||
           err == -EPERM || err == -EACCES;
}

#endif
