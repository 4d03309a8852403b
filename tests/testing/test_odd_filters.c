/* SPDX-License-Identifier: MIT */
/**
 * @file test_odd_filters.c
 * Filters that are right though they are unlike others: one makes a sum of all
 * bytes, one counts records, one has a timer, one is in use for a while.
 */
#include "tests/testing/found.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/filter.h>
#include <vreactor/reactor/call.h>

struct odd {
    struct vr_filter filter;
    struct vr_call call;
    int asked;
    unsigned char sum;
    struct vr_end end; /* NONE: more may come */
};

static struct odd *odd_of(struct vr_element *element)
{
    return vr_container_of(element, struct odd, filter.element);
}

static void on_tick(struct vr_call *call)
{
    vr_call_after(call, 50 * VR_MSEC);
}

static void on_close(struct vr_element *element)
{
    (void)vr_call_cancel(&odd_of(element)->call);
}

static bool is_in_use(struct vr_element *element)
{
    return !element->chain->is_closed && odd_of(element)->asked++ < 20;
}

static const struct vr_filter_ops ticking = {
    .element = {.name = "ticking", .close = on_close}};

static const struct vr_filter_ops in_use = {
    .element = {.name = "in use", .close = on_close, .is_busy = is_in_use}};

static void grant_all(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

/* ---- one that makes a byte of all ---- */

static size_t add(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct odd *odd = vr_container_of(in, struct odd, filter.inbound.in);

    for (size_t i = 0; i < offer->len; i++)
        odd->sum = (unsigned char)(odd->sum + offer->data[i]);
    return offer->len;
}

static void offer_sum(struct vr_producer *out)
{
    struct odd *odd = vr_container_of(out, struct odd, filter.inbound.out);

    if (odd->end.kind && out->state == VR_LINK_OPEN)
        (void)vr_link_offer(
            out,
            &(struct vr_offer){.data = &odd->sum, .len = 1, .end = &odd->end});
}

static void end_with_sum(struct vr_consumer *in, const struct vr_end *why)
{
    struct odd *odd = vr_container_of(in, struct odd, filter.inbound.in);

    vr_end_keep(&odd->end, why);
    offer_sum(&odd->filter.inbound.out);
}

static void offer_later(struct vr_producer *out)
{
    if (!out->offering)
        vr_pump_later(out);
}

static const struct vr_filter_ops summing = {
    .element = {.name = "summing", .close = on_close},
    .inbound = {.in = {.attached = grant_all,
                       .consume = add,
                       .ended = end_with_sum,
                       .control = vr_pass_control_downstream},
                .out = {.ready = offer_later, .produce = offer_sum},
                .need = VR_NEED_NONE,
                .flags = VR_FILTER_RESIZES},
};

static bool has_no_end(void *arg, const struct vr_element *element)
{
    (void)arg;
    return !vr_container_of(element, const struct odd, filter.element)
                ->end.kind;
}

/* ---- one that counts the bytes of a record ---- */

static size_t prefix(struct vr_consumer *in, const struct vr_offer *offer)
{
    unsigned char bytes[16] = {(unsigned char)offer->len};
    const struct vr_offer record = {
        .data = bytes, .len = offer->len + 1, .flags = VR_WHOLE};

    check(record.len <= sizeof(bytes));
    memcpy(bytes + 1, offer->data, offer->len);
    size_t took =
        vr_link_offer(&vr_container_of(in, struct vr_stage, in)->out, &record);
    if (!took)
        vr_link_pause(in);
    return took ? 1 : 0;
}

static void go_on(struct vr_producer *out)
{
    if (vr_link_window(out))
        vr_link_resume(&vr_container_of(out, struct vr_stage, out)->in);
}

static const struct vr_filter_ops prefixing = {
    .element = {.name = "prefixing", .close = on_close},
    .inbound = {.in = {.knows = VR_WHOLE,
                       .attached = grant_all,
                       .consume = prefix,
                       .ended = vr_pass_ended,
                       .control = vr_pass_control_downstream},
                .out = {.uses = VR_WHOLE, .ready = go_on},
                .need = VR_NEED_NONE,
                .flags = VR_FILTER_RESIZES},
};

/* ---- their case ---- */

static const struct vr_filter_ops *odd_ops;

static int make_odd(void *arg, struct vr_reactor *reactor,
                    struct vr_element **ret_element)
{
    struct odd *odd = calloc(1, sizeof(*odd));

    (void)arg;
    if (!odd)
        return -ENOMEM;
    vr_call_init(&odd->call, reactor, on_tick);
    if (odd_ops == &ticking)
        on_tick(&odd->call);
    *ret_element = &odd->filter.element;
    return vr_filter_init(&odd->filter, reactor, odd_ops);
}

static void free_odd(void *arg, struct vr_element *element)
{
    (void)arg;
    on_close(element);
    vr_end_drop(&odd_of(element)->end);
    free(odd_of(element));
}

static struct vr_filter_case odd_case(const struct vr_filter_ops *ops)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    odd_ops = ops;
    of.name = ops->element.name;
    of.make = make_odd;
    of.fini = free_odd;
    return of;
}

TEST(odd_filters, passes_one_with_a_timer)
{
    struct vr_filter_case of = odd_case(&ticking);

    check_filter_passes(&of, 500);
}

TEST(odd_filters, passes_one_that_may_go_later)
{
    struct vr_filter_case of = odd_case(&in_use);

    check_filter_passes(&of, 500);
}

TEST(odd_filters, passes_one_that_makes_little_of_much)
{
    struct vr_filter_case of = odd_case(&summing);

    of.is_empty = has_no_end;
    check_filter_passes(&of, 500);
}

TEST(odd_filters, passes_one_that_looks_at_the_borders_of_records)
{
    struct vr_filter_case of = odd_case(&prefixing);

    of.flags = VR_CHECK_RECORDS_IN;
    check_filter_passes(&of, 0);
}
