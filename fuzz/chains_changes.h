/* SPDX-License-Identifier: MIT */
/**
 * @file chains_changes.h
 * Filters of chains.c that come, go, and take the place of others.
 */
#ifndef VR_FUZZ_CHAINS_CHANGES_H
#define VR_FUZZ_CHAINS_CHANGES_H

#include <errno.h>

#include <vreactor/base/err.h>

#include "fuzz/chains_filters.h"

static struct vr_element *element_at(unsigned place)
{
    if (place < FILTERS)
        return &it.filters[place]->base.element;
    return place == FILTERS ? &it.owner->wire.element
                            : &it.owner->program.element;
}

/* May it be put into the chain? */
static bool is_free(const struct filter *filter)
{
    return !filter->removed && !filter->inside && !filter->comes &&
           !filter->leaves && !it.joining;
}

static void insert(void)
{
    unsigned place = fuzz_below(&it.in, FILTERS + 2);
    struct filter *filter = it.filters[fuzz_below(&it.in, FILTERS)];
    struct vr_element *below = element_at(place);
    bool was_in = filter->base.element.chain, has_place = below->chain;

    if (!is_free(filter))
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

/* One with a reactor comes behind what is queued outbound. */
static void enter_queued(void)
{
    struct vr_element *below = element_at(fuzz_below(&it.in, FILTERS + 2));
    struct filter *filter = it.filters[1 + 2 * fuzz_below(&it.in, 2)];
    bool was_in = filter->base.element.chain;

    if (!is_free(filter))
        return;
    int err = vr_filter_enter(&filter->base, below);
    if (was_in)
        fuzz_check(err == -EBUSY);
    else
        fuzz_check(!err || err == -VR_ECLOSED || err == -ENOTCONN ||
                   err == -EBUSY);
    fuzz_check(!err || was_in || !filter->base.element.chain || is_gone());
    filter->comes = !err && filter->base.element.chain && !filter->removed;
}

static void leave_later(void)
{
    struct filter *filter = it.filters[1 + 2 * fuzz_below(&it.in, 2)];

    if (!filter->base.element.chain || filter->removed)
        return;
    filter->leaves = true;
    vr_filter_leave(&filter->base);
}

static void greet(struct agent *agent)
{
    if (fuzz_below(&it.in, 2)) {
        vr_greet(&agent->out);
    } else {
        agent->shakes++;
        vr_tell_secured(&agent->out);
    }
}

static void swap(void)
{
    struct filter *was = it.filters[fuzz_below(&it.in, FILTERS)];
    struct filter *is = it.filters[fuzz_below(&it.in, FILTERS)];
    bool may = was->base.element.chain && !is->base.element.chain;

    if (was->removed || was->inside || !is_free(is))
        return;
    was->removed = true;
    int err = vr_chain_swap(&was->base.element, &is->base.element);
    was->removed = !was->base.element.chain && may;
    fuzz_check(may || err);
    if (was->removed)
        check_apart(&was->base);
}

/* @p upstream as of act_some(). */
static void change(struct agent *agent, bool upstream)
{
    switch (fuzz_below(&it.in, 4)) {
    case 0:
        greet(agent);
        break;
    case 1:
        leave_later();
        break;
    case 2:
        enter_queued();
        break;
    default:
        if (!upstream)
            swap();
    }
}

#endif
