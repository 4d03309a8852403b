/* SPDX-License-Identifier: MIT */
/**
 * @file refused.h
 * Selectors that are refused: by the kernel, as io_uring by some, or by a
 * reactor, as they lack something.
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

/** How many entries of its table a selector must have. */
enum { SELECTOR_ENTRIES = 7 };

/** Copies of @p ops, each without one of its entries. */
static inline void without_each(struct vr_selector_ops tables[SELECTOR_ENTRIES],
                                const struct vr_selector_ops *ops)
{
    for (int i = 0; i < SELECTOR_ENTRIES; i++)
        tables[i] = *ops;
    tables[0].name = NULL;
    tables[1].open = NULL;
    tables[2].fd = NULL;
    tables[3].watch = NULL;
    tables[4].drop = NULL;
    tables[5].wait = NULL;
    tables[6].close = NULL;
}

#endif
