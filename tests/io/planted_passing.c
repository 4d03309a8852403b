/* SPDX-License-Identifier: MIT */
/**
 * @file planted_passing.c
 * Faults of a filter that passes on and holds nothing.
 */
#include "tests/io/planted_filters.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/io/filter.h>
#include <vreactor/io/name/address.h>

enum { HALF = 3 };

static enum planted_fault fault;
static struct vr_filter filters[3];
static int next;
static bool half_is_sent;

static const struct vr_end eof = {.kind = VR_END_EOF};

static struct vr_producer *beside(struct vr_consumer *in)
{
    return &vr_container_of(in, struct vr_stage, in)->out;
}

static struct vr_filter *filter_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_filter, inbound.in);
}

/* ---- downstream ---- */

/* A record as two. */
static size_t split(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_offer part = *offer;

    part.len = HALF;
    if (!half_is_sent && !vr_pass_consume(in, &part))
        return 0;
    half_is_sent = true;
    part.data += HALF;
    part.len = offer->len - HALF;
    if (!vr_pass_consume(in, &part))
        return 0;
    half_is_sent = false;
    return 1;
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    static const struct vr_address invented;
    struct vr_offer mine = *offer;
    size_t took;

    if (fault == FAULT_INVENTS_ADDRESS)
        mine.address = &invented;
    if (fault == FAULT_SPLITS_RECORDS && mine.len > HALF &&
        (half_is_sent || vr_link_window(beside(in)) < HALF))
        return split(in, &mine);
    took = vr_pass_consume(in, &mine);
    if (fault == FAULT_TAKES_ALL)
        return offer->len;
    if (fault == FAULT_TAKES_LESS && took < offer->len && took)
        return took - 1;
    return took;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    if (fault == FAULT_SWALLOWS_END)
        return;
    if (fault == FAULT_CLOSES_AT_END)
        vr_chain_close(filter_of(in)->element.chain, NULL);
    else if (fault == FAULT_ABORTS_WHEN_FULL && !vr_link_window(beside(in)))
        vr_link_abort(beside(in), why);
    else
        vr_pass_ended(in, fault == FAULT_ENDS_AT_RESET ? &eof : why);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    if (fault == FAULT_ENDS_AT_ABORT)
        vr_pass_ended(in, &eof);
    else
        vr_pass_aborted(in, why);
}

static int on_message(struct vr_consumer *in, const struct vr_control *msg)
{
    bool greets = vr_control_is(msg, vr_control_connected());

    if (fault == FAULT_SWALLOWS_GREETING && greets)
        return 0;
    if (fault == FAULT_SWALLOWS_MESSAGES && !greets)
        return -VR_ENOCONTROL;
    return vr_pass_control_downstream(in, msg);
}

/* ---- upstream ---- */

static void on_ready(struct vr_producer *out)
{
    struct vr_stage *stage = vr_container_of(out, struct vr_stage, out);

    if (fault == FAULT_NEVER_RESUMES && stage->in.from &&
        stage->in.from->paused)
        return;
    vr_pass_ready(out);
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    if (fault != FAULT_SWALLOWS_STOP)
        vr_pass_stopped(out, why);
}

static int on_question(struct vr_producer *out, const struct vr_control *msg)
{
    return fault == FAULT_SWALLOWS_QUESTIONS
               ? -VR_ENOCONTROL
               : vr_pass_control_upstream(out, msg);
}

static const struct vr_filter_ops ops = {
    .element = {.name = "planted"},
    .inbound = {.in = {.knows = VR_AS_OFFERED,
                       .consume = on_consume,
                       .ended = on_ended,
                       .aborted = on_aborted,
                       .control = on_message},
                .out = {.uses = VR_AS_OFFERED,
                        .ready = on_ready,
                        .stopped = on_stopped,
                        .control = on_question},
                .need = VR_NEED_NONE},
};

static int make(void *arg, struct vr_reactor *reactor,
                struct vr_element **ret_element)
{
    struct vr_filter *filter = &filters[next++ % 3];

    (void)arg;
    half_is_sent = false;
    *ret_element = &filter->element;
    return vr_filter_init(filter, reactor, &ops);
}

struct vr_filter_case planted_passing(enum planted_fault now)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    fault = now;
    of.name = "planted";
    of.make = make;
    if (fault == FAULT_SPLITS_RECORDS)
        of.flags = VR_CHECK_RECORDS_IN | VR_CHECK_STAYS;
    if (fault == FAULT_TRUSTS_THE_WIRE) {
        of.make_peer = make;
        of.flags = VR_CHECK_AUTHENTIC;
    }
    return of;
}

struct vr_filter_case planted_filter(enum planted_fault now)
{
    return now < FAULT_HOLDS ? planted_passing(now) : planted_holding(now);
}
