/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_flags.c
 * Tests of io/link.h: flags of offers, which a producer uses and a consumer
 * knows, also past stages; and what else offers carry.
 */
#include <vreactor/io/filter.h>
#include <vreactor/io/name/address.h>

#include "tests/io/link_fixture.h"
#include "tests/support/misuse.h"

static size_t take_all(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static size_t take_record(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->flags & VR_WHOLE ? 1 : offer->len;
}

static const struct vr_consumer_ops takes_bytes = {.consume = take_all};
static const struct vr_consumer_ops takes_records = {.knows = VR_WHOLE,
                                                     .consume = take_record};
static const struct vr_producer_ops sends_bytes = {.uses = VR_MORE};
static const struct vr_producer_ops sends_records = {.uses = VR_WHOLE};
static struct vr_consumer in;
static struct vr_producer out;

static void make(const struct vr_producer_ops *from,
                 const struct vr_consumer_ops *to)
{
    vr_producer_init(&out, NULL, from);
    vr_consumer_init(&in, to);
}

/* promise links-29 */
TEST(link_flags, a_producer_of_unknown_flags_is_not_attached)
{
    make(&sends_records, &takes_bytes);
    check_int(vr_link_attach(&out, &in), -EINVAL);
    check(!out.to && !in.from);
    make(&sends_records, &takes_records);
    check_int(vr_link_attach(&out, &in), 0);
    make(&sends_bytes, &takes_bytes); /* VR_MORE may be overlooked */
    check_int(vr_link_attach(&out, &in), 0);
}

static int join_by(struct vr_stage *stage, bool upwards)
{
    int err = upwards ? vr_link_attach(&stage->out, &in)
                      : vr_link_attach(&out, &stage->in);
    check_int(err, 0);
    return upwards ? vr_link_attach(&out, &stage->in)
                   : vr_link_attach(&stage->out, &in);
}

static int join_past_stage(bool upwards)
{
    struct vr_stage stage;

    vr_stage_init(&stage, NULL, NULL, NULL);
    int err = join_by(&stage, upwards);
    vr_link_detach(&out);
    vr_link_detach(&stage.out);
    return err;
}

/* promise links-29 */
TEST(link_flags, nor_past_a_stage_whichever_way_it_is_joined)
{
    make(&sends_records, &takes_bytes);
    check_int(join_past_stage(false), -EINVAL);
    check_int(join_past_stage(true), -EINVAL);
    make(&sends_records, &takes_records);
    check_int(join_past_stage(false), 0);
    check_int(join_past_stage(true), 0);
}

/* ---- filters: one that makes records of bytes, one that makes bytes of them,
 * one that knows no records ---- */

static size_t frame(struct vr_consumer *from, const struct vr_offer *offer)
{
    struct vr_offer record = {
        .data = offer->data, .len = offer->len, .flags = VR_WHOLE};
    struct vr_stage *stage = vr_container_of(from, struct vr_stage, in);

    (void)vr_link_offer(&stage->out, &record);
    return offer->len;
}

static void grant_all(struct vr_consumer *from)
{
    vr_link_grant(from, VR_UNLIMITED);
}

static void not_told(struct vr_producer *to)
{
    (void)to;
}

#define RESIZING(function, in_flags, out_flags)                                \
    {                                                                          \
        .in = {.knows = (in_flags),                                            \
               .attached = grant_all,                                          \
               .consume = (function),                                          \
               .ended = vr_pass_ended,                                         \
               .control = vr_pass_control_downstream},                         \
        .out = {.uses = (out_flags), .ready = not_told}, .need = VR_NEED_NONE, \
        .flags = VR_FILTER_RESIZES                                             \
    }

static const struct vr_filter_ops framing = {.inbound =
                                                 RESIZING(frame, 0, VR_WHOLE)};
static const struct vr_filter_ops unframing = {
    .inbound = RESIZING(take_record, VR_WHOLE, 0)};
static const struct vr_filter_ops of_bytes = {
    .inbound = {.in = {.consume = vr_pass_consume}, .need = VR_NEED_NONE}};

static struct vr_filter filter;

static struct vr_stage *stage_of(const struct vr_filter_ops *ops)
{
    check_int(vr_filter_init(&filter, NULL, ops), 0);
    return &filter.inbound;
}

/* promise links-29 */
TEST(link_flags, a_filter_may_make_what_its_producer_does_not)
{
    make(&sends_bytes, &takes_records);
    check_int(join_by(stage_of(&framing), true), 0);
    check_int(put(&out, "abc"), 3);
    make(&sends_records, &takes_bytes);
    check_int(join_by(stage_of(&unframing), false), 0);
    make(&sends_bytes, &takes_bytes);
    check_int(join_by(stage_of(&framing), false), -EINVAL);
}

/* promise links-29 */
TEST(link_flags, a_filter_is_not_inserted_where_it_does_not_fit)
{
    make(&sends_records, &takes_records);
    check_int(vr_link_attach(&out, &in), 0);
    check_int(vr_link_insert(&out, stage_of(&of_bytes)), -EINVAL);
    check(out.to == &in);
    make(&sends_bytes, &takes_bytes);
    check_int(vr_link_attach(&out, &in), 0);
    check_int(vr_link_insert(&out, stage_of(&framing)), -EINVAL);
    check_int(vr_link_insert(&out, stage_of(&of_bytes)), 0);
}

TEST(link_flags, a_filter_stays_that_its_neighbours_cannot_do_without)
{
    make(&sends_records, &takes_bytes);
    check_int(join_by(stage_of(&unframing), false), 0);
    check_int(vr_link_remove(&filter.inbound), -EINVAL);
    check(out.to == &filter.inbound.in && filter.inbound.out.to == &in);
}

/* ---- what else offers carry ---- */

static const struct vr_address here;

static size_t look_at_address(struct vr_consumer *from,
                              const struct vr_offer *offer)
{
    (void)from;
    check(offer->address == &here);
    check(!offer->reserved[0] && !offer->reserved[1]);
    return offer->len;
}

TEST(link_flags, an_address_goes_through_stages)
{
    static const struct vr_consumer_ops looking = {.consume = look_at_address};
    struct vr_stage stage;

    make(&sends_bytes, &looking);
    vr_stage_init(&stage, NULL, NULL, NULL);
    check_int(join_by(&stage, true), 0);
    check_int(vr_link_offer(
                  &out, &(struct vr_offer){.data = (const unsigned char *)"x",
                                           .len = 1,
                                           .address = &here}),
              1);
}

/* ---- misuse ---- */

static size_t offer_back(struct vr_consumer *from, const struct vr_offer *offer)
{
    return vr_link_offer(from->from, offer);
}

static int offer_inside(void)
{
    static const struct vr_consumer_ops reckless = {.consume = offer_back};

    make(&sends_bytes, &reckless);
    if (vr_link_attach(&out, &in))
        return 1;
    (void)put(&out, "x");
    return 0;
}

static int offer_unsaid(void)
{
    make(&sends_bytes, &takes_records);
    if (vr_link_attach(&out, &in))
        return 1;
    (void)put_record(&out, "x");
    return 0;
}

TEST(link_flags, misuse_is_asserted)
{
    check_named(offer_inside, "offered inside consume() of this link");
    check_named(offer_unsaid, "a flag that it does not use");
}
