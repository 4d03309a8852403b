/* SPDX-License-Identifier: MIT */
/**
 * @file counting_filter.h
 * A filter that changes nothing and counts what becomes of it.
 */
#ifndef VR_TESTS_IO_COUNTING_FILTER_H
#define VR_TESTS_IO_COUNTING_FILTER_H

#include <vreactor/base/container_of.h>
#include <vreactor/io/chain.h>

#include "tests/support/test.h"

struct filter {
    struct vr_element element;
    struct vr_stage inbound, outbound;
    int seen; /* inbound bytes that went through it */
    int closes, finis;
};

static inline size_t count_inbound(struct vr_consumer *in,
                                   const struct vr_offer *offer)
{
    struct filter *filter = vr_container_of(in, struct filter, inbound.in);

    filter->seen += (int)offer->len;
    return vr_pass_consume(in, offer);
}

static inline void count_close(struct vr_element *element)
{
    vr_container_of(element, struct filter, element)->closes++;
}

static inline void count_fini(struct vr_element *element)
{
    check(!element->chain);
    vr_container_of(element, struct filter, element)->finis++;
}

static inline void init_filter(struct filter *filter,
                               struct vr_reactor *reactor)
{
    static const struct vr_consumer_ops counting = {
        .attached = vr_pass_attached,
        .consume = count_inbound,
        .ended = vr_pass_ended,
        .aborted = vr_pass_aborted,
        .control = vr_pass_control_downstream,
    };
    static const struct vr_element_ops ops = {
        .name = "filter", .close = count_close, .fini = count_fini};

    *filter = (struct filter){.seen = 0};
    vr_stage_init(&filter->inbound, reactor, &counting, NULL);
    vr_stage_init(&filter->outbound, reactor, NULL, NULL);
    vr_element_init_filter(&filter->element, &ops, &filter->inbound,
                           &filter->outbound);
}

/** See that it is joined to nobody. */
static inline void check_apart(const struct filter *filter)
{
    check(!filter->element.chain);
    check(!filter->inbound.in.from && !filter->inbound.out.to);
    check(!filter->outbound.in.from && !filter->outbound.out.to);
}

#endif
