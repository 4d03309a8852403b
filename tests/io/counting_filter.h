/* SPDX-License-Identifier: MIT */
/**
 * @file counting_filter.h
 * A filter that changes nothing and counts what becomes of it.
 */
#ifndef VR_TESTS_IO_COUNTING_FILTER_H
#define VR_TESTS_IO_COUNTING_FILTER_H

#include <vreactor/base/container_of.h>
#include <vreactor/io/filter.h>

#include "tests/support/test.h"

struct filter {
    struct vr_filter filter;
    int seen; /* inbound bytes that went through it */
    int closes, finis;
};

static inline size_t count_inbound(struct vr_consumer *in,
                                   const struct vr_offer *offer)
{
    struct filter *filter =
        vr_container_of(in, struct filter, filter.inbound.in);

    filter->seen += (int)offer->len;
    return vr_pass_consume(in, offer);
}

static inline void count_close(struct vr_element *element)
{
    vr_container_of(element, struct filter, filter.element)->closes++;
}

static inline void count_fini(struct vr_element *element)
{
    check(!element->chain);
    vr_container_of(element, struct filter, filter.element)->finis++;
}

static inline void init_filter(struct filter *filter,
                               struct vr_reactor *reactor)
{
    static const struct vr_filter_ops ops = {
        .element = {.name = "filter", .close = count_close, .fini = count_fini},
        .inbound = {.in = {.consume = count_inbound, .knows = VR_AS_OFFERED},
                    .need = VR_NEED_NONE},
    };

    *filter = (struct filter){.seen = 0};
    check_int(vr_filter_init(&filter->filter, reactor, &ops), 0);
}

/** See that it is joined to nobody. */
static inline void check_apart(const struct filter *filter)
{
    check(!filter->filter.element.chain);
    check(!filter->filter.inbound.in.from && !filter->filter.inbound.out.to);
    check(!filter->filter.outbound.in.from && !filter->filter.outbound.out.to);
}

#endif
