/* SPDX-License-Identifier: MIT */
/**
 * @file planted_holding.c
 * Faults of a filter that holds bytes: inbound ones pass through a buffer.
 */
#include "tests/io/planted_filters.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/filter.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

enum { MOST = 64, LINE = 16, FILTERS = 3, LOST = 4096, LATE = 50 };

struct holder {
    struct vr_filter filter;
    struct vr_reactor *reactor;
    struct vr_buffer held;
    struct vr_end end; /* NONE: more may come */
    bool aborts;
    bool hungry; /* what is held is too little for the consumer */
    struct vr_call call;
    void *block;
    int wasted; /* allocations */
};

static enum planted_fault fault;
static struct holder holders[FILTERS];
static int next, made;
static void *volatile lost[LOST]; /* volatile: so that leak checkers see it */
static int lost_count;

static struct holder *of_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct holder, filter.inbound.in);
}

static struct holder *of_out(struct vr_producer *out)
{
    return vr_container_of(out, struct holder, filter.inbound.out);
}

/* ---- to the program ---- */

static void let_more_come(struct holder *holder)
{
    struct vr_consumer *in = &holder->filter.inbound.in;

    if (in->from && vr_link_window(&holder->filter.inbound.out) &&
        (holder->held.len < MOST || holder->hungry))
        vr_link_resume(in);
}

static void offer_held(struct holder *holder)
{
    struct vr_producer *out = &holder->filter.inbound.out;
    size_t len;

    if (out->offering || out->state != VR_LINK_OPEN)
        return;
    if (holder->aborts) {
        vr_link_abort(out, &holder->end);
        return;
    }
    if (vr_buffer_gather(&holder->held, holder->held.len)) {
        vr_link_abort(out,
                      &(struct vr_end){.kind = VR_END_ERROR, .code = -ENOMEM});
        return;
    }
    const unsigned char *data = vr_buffer_front(&holder->held, &len);
    const struct vr_offer offer = {.data = data,
                                   .len = len,
                                   .end =
                                       holder->end.kind ? &holder->end : NULL};
    if (!len && !offer.end)
        return;
    holder->hungry = true;
    size_t took = vr_link_offer(out, &offer);
    if (!vr_link_window(out))
        holder->hungry = false;
    if (fault == FAULT_FORGETS_WHAT_WENT && took == len && len > 1 && len < 4)
        took--;
    if (out->state == VR_LINK_OVER)
        vr_buffer_clear(&holder->held);
    else
        (void)vr_buffer_remove(&holder->held, took);
}

/* ---- from the wire ---- */

static void on_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

/* @return did one fail behind the first LATE? */
static bool waste(struct holder *holder, size_t count)
{
    const struct vr_env *env = vr_reactor_env(holder->reactor);
    bool failed = false;

    for (size_t i = 0; i < count; i++) {
        void *block = vr_alloc(env, 1);
        failed |= !block && holder->wasted > LATE;
        holder->wasted++;
        vr_dealloc(env, block);
    }
    return failed;
}

static int append(struct holder *holder, const unsigned char *data, size_t len)
{
    if (fault != FAULT_SPOILS_FIRST || !len)
        return vr_buffer_append(&holder->held, data, len);

    unsigned char first = (unsigned char)toupper(data[0]);
    int err = vr_buffer_append(&holder->held, &first, 1);
    return err ? err : vr_buffer_append(&holder->held, data + 1, len - 1);
}

/* @return how many it takes */
static size_t hold(struct holder *holder, const struct vr_offer *offer)
{
    size_t room = holder->held.len < MOST || holder->hungry ? MOST : 0;
    size_t len =
        fault == FAULT_HOLDS_ALL || offer->len < room ? offer->len : room;

    if (fault == FAULT_OFFERS_NEW_ONLY && holder->held.len)
        (void)vr_buffer_remove(&holder->held, 1);
    if (fault == FAULT_ALLOCATES_MUCH)
        (void)waste(holder, 8 * len);
    if (fault == FAULT_IGNORES_NO_MEMORY_LATE && waste(holder, 2 * len))
        return len;
    int err = append(holder, offer->data, len);
    if (!err || fault == FAULT_IGNORES_NO_MEMORY)
        return len;

    static const struct vr_end no_memory = {.kind = VR_END_ERROR,
                                            .code = -ENOMEM};
    vr_link_abort(&holder->filter.inbound.out, &no_memory);
    vr_link_stop(&holder->filter.inbound.in, &no_memory);
    return 0;
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct holder *holder = of_in(in);
    size_t done = 0;

    while (done < offer->len) {
        const struct vr_offer rest = {.data = offer->data + done,
                                      .len = offer->len - done};
        size_t took = hold(holder, &rest);
        offer_held(holder);
        done += took;
        if (!in->from || holder->filter.inbound.out.state != VR_LINK_OPEN)
            return offer->len;
        if (!took)
            break;
    }
    if (done < offer->len || (holder->held.len >= MOST && !holder->hungry &&
                              fault != FAULT_HOLDS_ALL))
        vr_link_pause(in);
    return done;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct holder *holder = of_in(in);

    if (fault == FAULT_ENDS_BEFORE_BYTES) {
        vr_pass_ended(in, why);
        return;
    }
    vr_end_keep(&holder->end, why);
    offer_held(holder);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    of_in(in)->aborts = true;
    on_ended(in, why);
}

static void on_ready(struct vr_producer *out)
{
    struct holder *holder = of_out(out);

    if (out->offering)
        return;
    holder->hungry = false;
    if (fault == FAULT_OFFERS_IN_READY)
        offer_held(holder);
    else
        vr_pump_later(out);
}

static void on_produce(struct vr_producer *out)
{
    struct holder *holder = of_out(out);

    offer_held(holder);
    let_more_come(holder);
    if (fault == FAULT_PUMPS_ALWAYS)
        vr_pump_later(out);
}

/* ---- as an element ---- */

static void on_close(struct vr_element *element)
{
    struct holder *holder =
        vr_container_of(element, struct holder, filter.element);

    if (fault != FAULT_KEEPS_CALL)
        (void)vr_call_cancel(&holder->call);
}

static size_t on_lines(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_offer lines = *offer;

    if (!offer->end)
        while (lines.len && lines.data[lines.len - 1] != '\n')
            lines.len--;
    return lines.len || lines.end ? vr_pass_consume(in, &lines) : 0;
}

static void on_entered(struct vr_filter *filter, int err)
{
    if (!err && fault == FAULT_CLOSES_WHEN_IT_IS_IN)
        vr_chain_close(filter->element.chain, NULL);
}

static const struct vr_filter_ops holding = {
    .element = {.name = "holding", .close = on_close},
    .entered = on_entered,
    .inbound = {.in = {.attached = on_attached,
                       .consume = on_consume,
                       .ended = on_ended,
                       .aborted = on_aborted,
                       .control = vr_pass_control_downstream},
                .out = {.ready = on_ready, .produce = on_produce},
                .need = VR_NEED_NONE,
                .flags = VR_FILTER_RESIZES},
};
static const struct vr_filter_ops whole_lines = {
    .element = {.name = "whole lines", .close = on_close},
    .inbound = {.in = {.consume = on_lines}, .need = 4},
};

static void on_call(struct vr_call *call)
{
    (void)call;
}

static int make(void *arg, struct vr_reactor *reactor,
                struct vr_element **ret_element)
{
    struct holder *holder = &holders[next % FILTERS];

    (void)arg;
    *ret_element = &holder->filter.element;
    if (fault == FAULT_IS_MADE_ONCE && made)
        return 0;
    next += fault != FAULT_IS_MADE_ONCE;
    if (fault == FAULT_CANNOT_BE_MADE_TWICE && made)
        return -EBUSY;
    *holder = (struct holder){.reactor = reactor};
    vr_call_init(&holder->call, reactor, on_call);
    vr_buffer_init(&holder->held, vr_reactor_env(reactor));
    holder->block = vr_alloc(vr_reactor_env(reactor), 1);
    if (!holder->block)
        return -ENOMEM;
    vr_call_after(&holder->call, 3600 * VR_SEC);
    made++;
    return vr_filter_init(&holder->filter, reactor,
                          fault == FAULT_NEEDS_TOO_LITTLE ? &whole_lines
                                                          : &holding);
}

static void fini(void *arg, struct vr_element *element)
{
    struct holder *holder =
        vr_container_of(element, struct holder, filter.element);

    (void)arg;
    made--;
    if (fault != FAULT_KEEPS_CALL)
        (void)vr_call_cancel(&holder->call);
    vr_buffer_clear(&holder->held);
    vr_end_drop(&holder->end);
    if (fault == FAULT_KEEPS_MEMORY && lost_count < LOST)
        lost[lost_count++] = holder->block;
    else
        vr_dealloc(vr_reactor_env(holder->reactor), holder->block);
}

static bool is_empty(void *arg, const struct vr_element *element)
{
    const struct holder *holder =
        vr_container_of(element, const struct holder, filter.element);

    (void)arg;
    if (fault == FAULT_IS_NEVER_EMPTY || fault == FAULT_SAYS_IT_IS_EMPTY)
        return fault == FAULT_SAYS_IT_IS_EMPTY;
    return !holder->held.len && !holder->end.kind;
}

struct vr_filter_case planted_holding(enum planted_fault now)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    fault = now;
    made = 0;
    of.name = "holding";
    of.make = make;
    of.fini = fini;
    of.is_empty = is_empty;
    of.flags = VR_CHECK_ENTERS;
    return of;
}
