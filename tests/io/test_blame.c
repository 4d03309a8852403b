/* SPDX-License-Identifier: MIT */
/**
 * @file test_blame.c
 * Tests of io/chain.h: the first cause is what `closed` hears.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/base/failure.h>

#include "tests/io/counting_filter.h"
#include "tests/io/session_pair.h"

static const struct vr_end limit = {.kind = VR_END_LIMIT, .code = -VR_ELIMIT};
static const struct vr_end reset = {.kind = VR_END_RESET};
static const struct vr_end eof = {.kind = VR_END_EOF};
static const struct vr_end local = {.kind = VR_END_LOCAL};
static const struct vr_end cancelled = {.kind = VR_END_CANCELLED};

static void end_both_in_order(void)
{
    vr_writer_end(&session.agent.writer);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_closed && other.is_closed);
}

/* promise ends-5 */
TEST(blame, closes_nothing_and_is_why_the_chain_ends)
{
    set_up_pair();
    vr_chain_blame(&session.chain, &limit);
    vr_chain_blame(&session.chain, &reset);
    session_say(&session, "on");
    session_say(&other, "and on");
    turn_until(reactor, session.received == 6 && other.received == 2);
    end_both_in_order();
    check_str(strstr(session.story, "closed"), "closed:limit ");
    check_str(strstr(other.story, "closed"), "closed:eof ");
    tear_down();
}

/* promise ends-5 */
TEST(blame, wins_over_what_the_chain_is_closed_with)
{
    set_up_pair();
    vr_chain_blame(&session.chain, &limit);
    vr_chain_close(&session.chain, &cancelled);
    vr_chain_close(&other.chain, &cancelled);
    vr_chain_blame(&other.chain, &limit); /* too late */
    turn_until(reactor, session.is_closed && other.is_closed);
    check_str(strstr(session.story, "closed"), "closed:limit ");
    check_str(strstr(other.story, "closed"), "closed:cancelled ");
    tear_down();
}

/* promise ends-6 */
TEST(blame, is_not_on_an_orderly_end_nor_on_the_program)
{
    set_up_pair();
    vr_chain_blame(&session.chain, &eof);
    vr_chain_blame(&session.chain, &local);
    vr_link_stop(&session.agent.inbound, NULL);
    vr_chain_close(&session.chain, &cancelled);
    turn_until(reactor, session.is_closed);
    check_str(strstr(session.story, "closed"), "closed:cancelled ");
    tear_down();
}

/* ---- noted by links ---- */

static void stop_reading(void)
{
    struct vr_failure *why =
        vr_failure_new(NULL, -VR_ELIMIT, "read", NULL, "line too long");
    const struct vr_end end = {
        .kind = VR_END_LIMIT, .code = -VR_ELIMIT, .cause = why};

    vr_link_stop(&session.agent.inbound, &end);
    vr_failure_unref(why);
}

static void check_stops(void)
{
    char text[256];

    stop_reading();
    end_both_in_order();
    check_str(strstr(session.story, "closed"), "closed:limit ");
    (void)vr_end_format(&session.why, text, sizeof(text));
    check(strstr(text, "line too long"));
    vr_end_drop(&session.why);
    tear_down();
}

/* promise ends-7 */
TEST(blame, is_on_what_a_consumer_stopped_with)
{
    set_up_pair();
    check_stops();
}

/* promise ends-7 */
TEST(blame, is_on_what_a_consumer_stopped_with_past_a_filter)
{
    static struct filter filter;

    set_up_pair();
    init_filter(&filter, reactor);
    check_int(vr_chain_insert(&session.socket.element, &filter.filter.element),
              0);
    check_stops();
}

static size_t take_nothing(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    (void)offer;
    return 0;
}

/* promise ends-7 */
TEST(blame, is_on_a_link_that_broke)
{
    static const struct vr_consumer_ops stubborn = {.consume = take_nothing};

    set_up_pair();
    session.agent.inbound.ops = &stubborn;
    session_say(&other, "these are left without a pause");
    turn_until(reactor, session.socket.wire.inbound.state == VR_LINK_OVER);
    end_both_in_order();
    check_str(strstr(session.story, "closed"), "closed:limit ");
    tear_down();
}

static struct vr_end heard;

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)chain;
    vr_end_keep(&heard, why);
}

/* promise ends-7 */
TEST(blame, is_noted_without_a_wire)
{
    static const struct vr_consumer_ops taking = {.consume = take_nothing};
    static const struct vr_producer_ops giving;
    static const struct vr_element_ops no_ops;
    static struct vr_consumer ins[2];
    static struct vr_producer outs[2];
    static struct vr_element ends[2];
    static struct vr_chain chain;

    reactor = session_reactor(NULL);
    for (int i = 0; i < 2; i++) {
        vr_consumer_init(&ins[i], &taking);
        vr_producer_init(&outs[i], reactor, &giving);
    }
    vr_element_init_wire(&ends[0], &no_ops, &ins[0], &outs[0]);
    vr_element_init_program(&ends[1], &no_ops, &ins[1], &outs[1]);
    vr_chain_init(&chain, reactor, on_closed);
    check_int(vr_chain(&chain, &ends[0], &ends[1]), 0);

    vr_link_abort(&outs[1], &reset);
    vr_link_abort(&outs[0], &limit);
    vr_chain_close(&chain, NULL);
    turn_some(reactor, 1);
    check_int(heard.kind, VR_END_RESET);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(blame, is_not_on_what_a_filter_does_that_was_removed)
{
    static struct filter filter;

    set_up_pair();
    init_filter(&filter, reactor);
    check_int(vr_chain_insert(&session.socket.element, &filter.filter.element),
              0);
    check_int(vr_chain_remove(&filter.filter.element), 0);
    vr_link_abort(&filter.filter.inbound.out, &reset);
    end_both_in_order();
    check_str(strstr(session.story, "closed"), "closed:eof ");
    tear_down();
}
