/* SPDX-License-Identifier: MIT */
/**
 * @file filter_enter.c
 * A filter that comes when what is queued outbound has passed.  Until then it
 * stands in the chain with other hooks: they let so many bytes out, and none
 * in.
 */
#include <vreactor/io/chain_impl.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link_impl.h>

static struct vr_filter *filter_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_filter, outbound.in);
}

static int ask_queued(struct vr_consumer *in, uint64_t *ret_queued)
{
    uint64_t queued = 0;

    int err = vr_control_upstream(
        in, &(struct vr_control){.kind = vr_control_queued(), .data = &queued});
    if (err >= 0)
        *ret_queued = queued;
    return err < 0 ? err : 0;
}

/* ---- outbound: so many bytes pass ---- */

/* What is too few for the consumer is to be seen, too: it may be the last. */
static void let_all_be_seen(struct vr_consumer *in)
{
    if (in->from)
        vr_link_need(in, in->from->need);
}

static void let_no_more_pass(struct vr_filter *filter)
{
    vr_link_pause(&filter->outbound.in);
    vr_pump_later(&filter->outbound.out);
}

/* Another producer may have come, which has less queued.  What it has more was
 * not queued in time. */
static void recount(struct vr_filter *filter)
{
    uint64_t queued = 0;

    if (ask_queued(&filter->outbound.in, &queued) == -EBUSY)
        return; /* it is the same one, which offers right now */
    if (queued < filter->to_pass)
        filter->to_pass = queued;
    if (!filter->to_pass)
        let_no_more_pass(filter);
}

void vr_filter_recount(const struct vr_chain *chain)
{
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        struct vr_filter *filter = vr_filter_of(element_of(link));
        if (filter && filter->state == VR_FILTER_AWAITS_QUEUED)
            recount(filter);
    }
}

static void let_pass(struct vr_consumer *in)
{
    struct vr_filter *filter = filter_of(in);

    recount(filter);
    if (!filter->to_pass)
        return;
    vr_pass_attached(in);
    let_all_be_seen(in);
}

static void has_passed(struct vr_filter *filter, uint64_t len)
{
    if (filter->state != VR_FILTER_AWAITS_QUEUED)
        return;
    filter->to_pass -= len < filter->to_pass ? len : filter->to_pass;
    if (!filter->to_pass)
        let_no_more_pass(filter);
}

/* All that may pass was shown, and the consumer waits for more. */
static bool is_stuck(const struct vr_filter *filter,
                     const struct vr_offer *part, size_t took)
{
    return filter->state == VR_FILTER_AWAITS_QUEUED && took < part->len &&
           part->len == filter->to_pass &&
           vr_link_window(&filter->outbound.out);
}

static void give_up(struct vr_filter *filter)
{
    filter->state = VR_FILTER_GIVES_UP;
    let_no_more_pass(filter);
}

static size_t pass_queued(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_filter *filter = filter_of(in);
    bool whole = offer->flags & VR_WHOLE;
    struct vr_offer part = *offer;

    if (!whole && part.len > filter->to_pass) {
        part.len = (size_t)filter->to_pass;
        part.end = NULL;
    }
    size_t took = vr_pass_consume(in, &part);
    if (!whole && is_stuck(filter, &part, took))
        give_up(filter);
    else
        has_passed(filter, whole ? took * part.len : took);
    return took;
}

static void let_pass_more(struct vr_producer *out)
{
    struct vr_filter *filter =
        vr_container_of(out, struct vr_filter, outbound.out);

    if (!filter->to_pass)
        return;
    vr_pass_ready(out);
    let_all_be_seen(&filter->outbound.in);
}

/* ---- inbound: nothing passes ---- */

static void let_nothing_come(struct vr_consumer *in)
{
    (void)in; /* the window stays 0 */
}

static void let_nothing_pass(struct vr_producer *out)
{
    (void)out;
}

/* ---- what ends goes through, and the filter is not to come ---- */

static void look_later(struct vr_consumer *in)
{
    vr_pump_later(&vr_container_of(in, struct vr_stage, in)->out);
}

static void pass_ended(struct vr_consumer *in, const struct vr_end *why)
{
    look_later(in);
    vr_pass_ended(in, why);
}

static void pass_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    look_later(in);
    vr_pass_aborted(in, why);
}

static void pass_stopped(struct vr_producer *out, const struct vr_end *why)
{
    vr_pump_later(out);
    vr_pass_stopped(out, why);
}

static const struct vr_filter_direction inbound_until_in = {
    .in = {.attached = let_nothing_come,
           .ended = pass_ended,
           .aborted = pass_aborted},
    .out = {.ready = let_nothing_pass, .stopped = pass_stopped},
};
static const struct vr_filter_direction outbound_until_in = {
    .in = {.knows = VR_AS_OFFERED,
           .attached = let_pass,
           .consume = pass_queued,
           .ended = pass_ended,
           .aborted = pass_aborted},
    .out = {.ready = let_pass_more, .stopped = pass_stopped},
    .need = VR_NEED_NONE,
};

/* ---- coming ---- */

static bool is_open(const struct vr_consumer *in, const struct vr_producer *out)
{
    return in->from && in->from->state == VR_LINK_OPEN && out->to &&
           out->state == VR_LINK_OPEN;
}

/* A hook of an element on the program side may be running on an offer: what
 * follows there waits, and is offered again to the filter. */
static void hold_offers(const struct vr_element *element)
{
    const struct vr_chain *chain = element->chain;

    for (struct vr_list *link = element->link.next; link != &chain->elements;
         link = link->next) {
        struct vr_producer *out = element_of(link)->program_side.out;
        if (out && out->offering)
            vr_link_hold(out);
    }
}

int vr_filter_enter(struct vr_filter *filter, struct vr_element *element)
{
    assert(filter->inbound.out.reactor && "a filter without a reactor");

    int err = vr_chain_check_insert(element, &filter->element);
    if (!err && !is_open(element->program_side.in, element->program_side.out))
        err = -VR_ECLOSED;
    if (!err)
        err = ask_queued(element->program_side.in, &filter->to_pass);
    if (err)
        return err;

    hold_offers(element);
    filter->state = VR_FILTER_AWAITS_QUEUED;
    filter->inbound.own = &inbound_until_in;
    filter->outbound.own = &outbound_until_in;
    err = vr_chain_insert(element, &filter->element);
    if (!filter->element.chain)
        vr_filter_equip(filter); /* it failed, or a hook took it out */
    return err;
}

static bool are_open(const struct vr_filter *filter)
{
    return is_open(&filter->inbound.in, &filter->inbound.out) &&
           is_open(&filter->outbound.in, &filter->outbound.out);
}

static bool fits(const struct vr_stage *stage)
{
    return vr_link_fits_between(stage->in.from, stage, stage->out.to);
}

/* @return is it in? */
static bool join_anew(struct vr_filter *filter)
{
    vr_filter_equip(filter);
    if (!fits(&filter->inbound) || !fits(&filter->outbound))
        return false;
    vr_chain_renew(&filter->element);
    return true;
}

void vr_filter_come_in(struct vr_filter *filter)
{
    int err = 0;

    if (!are_open(filter))
        err = -VR_ECLOSED;
    else if (filter->state == VR_FILTER_GIVES_UP)
        err = -VR_ETRUNCATED;
    else if (filter->to_pass)
        return;
    else if (!join_anew(filter))
        err = -EINVAL;

    if (err && vr_chain_take_out(&filter->element))
        return; /* a hook has closed the chain */
    if (!err && !vr_element_is_open(&filter->element))
        return;
    if (filter->ops->entered)
        filter->ops->entered(filter, err);
}
