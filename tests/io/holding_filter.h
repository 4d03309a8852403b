/* SPDX-License-Identifier: MIT */
/**
 * @file holding_filter.h
 * A filter that takes at once what comes inbound, and its end, and hands them
 * on when the program has room.
 */
#ifndef VR_TESTS_IO_HOLDING_FILTER_H
#define VR_TESTS_IO_HOLDING_FILTER_H

#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/filter.h>

#include "tests/support/test.h"

struct holder {
    struct vr_filter filter;
    unsigned char held[256];
    size_t len;
    struct vr_end end; /* NONE: more may come */
};

static inline void hold_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static inline size_t hold_bytes(struct vr_consumer *in,
                                const struct vr_offer *offer)
{
    struct holder *holder =
        vr_container_of(in, struct holder, filter.inbound.in);

    check(offer->len <= sizeof(holder->held) - holder->len);
    memcpy(holder->held + holder->len, offer->data, offer->len);
    holder->len += offer->len;
    vr_pump_later(&holder->filter.inbound.out);
    return offer->len;
}

static inline void hold_end(struct vr_consumer *in, const struct vr_end *why)
{
    struct holder *holder =
        vr_container_of(in, struct holder, filter.inbound.in);

    vr_end_keep(&holder->end, why);
    vr_pump_later(&holder->filter.inbound.out);
}

/* The end behind the bytes, and only to a program that takes something: one
 * that has paused hears of neither. */
static inline void hold_produce(struct vr_producer *out)
{
    struct holder *holder =
        vr_container_of(out, struct holder, filter.inbound.out);
    const struct vr_end *end = holder->end.kind ? &holder->end : NULL;

    if (!vr_link_window(out) || (!holder->len && !end))
        return;
    size_t took = vr_link_offer(out, &(struct vr_offer){.data = holder->held,
                                                        .len = holder->len,
                                                        .end = end});
    holder->len -= took;
    memmove(holder->held, holder->held + took, holder->len);
}

static inline void hold_fini(struct vr_element *element)
{
    struct holder *holder =
        vr_container_of(element, struct holder, filter.element);

    vr_end_drop(&holder->end);
}

static inline void holder_init(struct holder *holder,
                               struct vr_reactor *reactor)
{
    static const struct vr_filter_ops ops = {
        .element = {.name = "holder", .fini = hold_fini},
        .inbound = {.in = {.attached = hold_attached,
                           .consume = hold_bytes,
                           .ended = hold_end,
                           .aborted = hold_end,
                           .control = vr_pass_control_downstream},
                    .out = {.ready = vr_pump_later, .produce = hold_produce},
                    .need = VR_NEED_NONE,
                    .flags = VR_FILTER_RESIZES},
    };

    *holder = (struct holder){.len = 0};
    check_int(vr_filter_init(&holder->filter, reactor, &ops), 0);
}

#endif
