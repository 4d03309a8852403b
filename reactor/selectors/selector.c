/* SPDX-License-Identifier: MIT */
/**
 * @file selector.c
 * Finding a selector.
 */
#include <vreactor/reactor/selectors/selector.h>

#include <string.h>

const struct vr_selector_ops *vr_selector_find(const char *name)
{
    const struct vr_selector_ops *ops;

    for (size_t i = 0; (ops = vr_selector_nth(i)); i++)
        if (!strcmp(ops->name, name))
            break;

    return ops;
}
