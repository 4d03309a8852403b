/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_pump.c
 * Tests of io/filter.h: what the loop runs of a filter, and of one that has
 * gone.
 */
#include <vreactor/io/filter.h>

#include "tests/io/link_fixture.h"

static struct receiver to;
static struct vr_producer from;
static struct vr_filter filter;

static const struct vr_filter_ops *ops_of(const struct vr_filter_direction *in)
{
    static struct vr_filter_ops ops;

    ops = (struct vr_filter_ops){.inbound = *in};
    return &ops;
}

static int pumped;

static void pump(struct vr_producer *out)
{
    (void)out;
    pumped++;
}

static struct vr_reactor *reactor;
static struct vr_element wire, program;
static struct receiver wire_in;
static struct vr_producer wire_out;
static struct vr_chain chain;

/* An empty chain, its two ends, and a filter that counts how often it pumps. */
static void set_up_pumping(void)
{
    static const struct vr_filter_direction pumping = {.out.produce = pump};
    static const struct vr_element_ops wire_ops, program_ops;

    pumped = 0;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_filter_init(&filter, reactor, ops_of(&pumping)), 0);
    wire_in = receiver_of(5);
    sender_init(&wire_out);
    to = receiver_of(5);
    sender_init(&from);
    vr_element_init_wire(&wire, &wire_ops, &wire_in.in, &wire_out);
    vr_element_init_program(&program, &program_ops, &to.in, &from);
    vr_chain_init(&chain, reactor, NULL);
}

static void check_pumped(int times)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(pumped, times);
}

static void tear_down_pumping(void)
{
    vr_chain_close(&chain, NULL);
    check_pumped(pumped);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(filter_pump, one_that_is_gone_is_not_pumped)
{
    set_up_pumping();
    check_int(vr_chain(&chain, &wire, &filter.element, &program), 0);
    vr_pump_later(&filter.inbound.out);
    check_pumped(1);
    vr_pump_later(&filter.inbound.out);
    check_int(vr_chain_remove(&filter.element), 0);
    check_pumped(1);

    check_int(vr_chain_insert(&wire, &filter.element), 0);
    vr_pump_later(&filter.inbound.out);
    vr_chain_close(&chain, NULL);
    check_pumped(1);
    check_int(vr_reactor_free(reactor), 0);
}

/* Its wire's end fits, and what is to come next has no side for it. */
TEST(filter_pump, one_that_could_not_be_joined_is_not_pumped)
{
    set_up_pumping();
    vr_pump_later(&filter.inbound.out);
    check_int(vr_chain(&chain, &wire, &filter.element, &wire), -EBUSY);
    check(!filter.element.chain && !wire.chain);
    check_pumped(0);
    tear_down_pumping();
}

TEST(filter_pump, one_that_could_not_be_joined_leaves_no_blame)
{
    struct vr_end why = {.kind = VR_END_LIMIT};

    set_up_pumping();
    vr_chain_blame(&chain, &why);
    check_int(vr_chain(&chain, &wire, &filter.element, &wire), -EBUSY);
    check_int(chain.why.kind, VR_END_NONE);
    tear_down_pumping();
}

TEST(filter_pump, one_in_whose_place_another_comes_is_not_pumped)
{
    struct vr_filter other;

    set_up_pumping();
    check_int(vr_filter_init(&other, reactor, ops_of(filter.inbound.own)), 0);
    check_int(vr_chain(&chain, &wire, &program), 0);
    vr_link_abort(&wire_out, NULL); /* its inbound stage is not joined */
    check_int(vr_chain_insert(&wire, &filter.element), 0);
    vr_pump_later(&filter.inbound.out);
    check_int(vr_chain_swap(&filter.element, &other.element), 0);
    check_pumped(0);
    tear_down_pumping();
}

static void pause_briefly(struct receiver *receiver)
{
    vr_link_pause_briefly(&receiver->in);
}

static void remove_filter(struct vr_producer *out)
{
    (void)out;
    check(vr_chain_remove(&filter.element) <= 0); /* 0 the first time */
}

TEST(filter_pump, one_that_is_taken_out_as_its_link_goes_on_is_not_pumped)
{
    static const struct vr_producer_ops removing = {.uses = VR_WHOLE,
                                                    .ready = remove_filter};

    set_up_pumping();
    check_int(vr_chain(&chain, &wire, &filter.element, &program), 0);
    to.take = 0;
    to.inside = pause_briefly;
    check_int(put(&wire_out, "abc"), 0);
    wire_out.ops = &removing;
    check_pumped(0);
    tear_down_pumping();
}

TEST(filter_pump, a_brief_pause_is_passed_by_one_without_a_reactor)
{
    static const struct vr_filter_direction nothing = {.need = 0};

    set_up_pumping();
    check_int(vr_filter_init(&filter, NULL, ops_of(&nothing)), 0);
    check_int(vr_chain(&chain, &wire, &filter.element, &program), 0);
    to.take = 0;
    to.inside = pause_briefly;
    check_int(put(&wire_out, "abc"), 0);
    check_int(wire_out.state, VR_LINK_OPEN);
    check(!vr_link_window(&wire_out));

    to.take = 3;
    to.inside = NULL;
    check_pumped(0);
    check_int(put(&wire_out, "abc"), 3);
    tear_down_pumping();
}
