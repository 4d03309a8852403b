/* SPDX-License-Identifier: MIT */
/**
 * @file chains_changes.h
 * Filters of chains.c that come, go, and take the place of others.
 */
#ifndef VR_FUZZ_CHAINS_CHANGES_H
#define VR_FUZZ_CHAINS_CHANGES_H

#include <errno.h>

#include <vreactor/base/err.h>

#include "fuzz/chains_parts.h"

static void insert(void)
{
    unsigned place = fuzz_below(&it.in, FILTERS + 2);
    struct filter *filter = it.filters[fuzz_below(&it.in, FILTERS)];
    struct vr_element *below = place < FILTERS
                                   ? &it.filters[place]->base.element
                               : place == FILTERS ? &it.owner->wire.element
                                                  : &it.owner->program.element;
    bool was_in = filter->base.element.chain, has_place = below->chain;

    if (filter->removed || filter->inside || it.joining)
        return;
    int err = vr_chain_insert(below, &filter->base.element);
    if (was_in)
        fuzz_check(err == -EBUSY);
    else if (!has_place)
        fuzz_check(err == -VR_ECLOSED);
    else if (place == FILTERS + 1)
        fuzz_check(err == -ENOTCONN);
    else
        fuzz_check(!err || (err == -VR_ECLOSED && is_gone()));
}

static void check_apart(const struct vr_filter *filter)
{
    fuzz_check(!filter->inbound.in.from && !filter->inbound.out.to);
    fuzz_check(!filter->outbound.in.from && !filter->outbound.out.to);
}

static void remove_one(void)
{
    struct filter *filter = it.filters[fuzz_below(&it.in, FILTERS)];
    bool was_in = filter->base.element.chain;

    if (filter->removed || filter->inside || it.joining)
        return;
    filter->removed = true; /* so that no hook puts it in again */
    int err = vr_chain_remove(&filter->base.element);
    fuzz_check(err == 0 || err == -ENOTCONN);
    fuzz_check(was_in || err);
    filter->removed = !err;
    if (!err)
        check_apart(&filter->base);
}

static void swap(void)
{
    struct filter *was = it.filters[fuzz_below(&it.in, FILTERS)];
    struct filter *is = it.filters[fuzz_below(&it.in, FILTERS)];
    bool may = was->base.element.chain && !is->base.element.chain;

    if (was->removed || was->inside || is->removed || is->inside || it.joining)
        return;
    was->removed = true;
    int err = vr_chain_swap(&was->base.element, &is->base.element);
    was->removed = !was->base.element.chain && may;
    fuzz_check(may || err);
    if (was->removed)
        check_apart(&was->base);
}

#endif
