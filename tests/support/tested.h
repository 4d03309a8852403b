/* SPDX-License-Identifier: MIT */
/**
 * @file tested.h
 * The selector that is tested: the one that VR_SELECTOR names, else the best.
 */
#ifndef VR_TESTS_TESTED_H
#define VR_TESTS_TESTED_H

#include <stdlib.h>

#include <vreactor/reactor/selectors/selector.h>

#include "tests/support/test.h"

static inline const struct vr_selector_ops *tested_kind(void)
{
    const char *name = getenv("VR_SELECTOR");
    const struct vr_selector_ops *ops =
        name && *name ? vr_selector_find(name) : vr_selector_nth(0);

    check(ops != NULL);
    return ops;
}

#endif
