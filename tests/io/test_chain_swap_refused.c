/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_swap_refused.c
 * Tests of io/chain.h: what is in use, or cannot be joined, takes no place and
 * gives none up.
 */
#include <vreactor/io/chain.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/io/stream.h>

#include "tests/io/counting_filter.h"
#include "tests/io/session_pair.h"

static struct vr_agent successor;
static struct filter first, second;
static char story[32];

static size_t tell(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    strncat(story, (const char *)offer->data, offer->len);
    return offer->len;
}

static void set_up(void)
{
    static const struct vr_consumer_ops telling = {.consume = tell};

    set_up_pair();
    init_filter(&first, reactor);
    init_filter(&second, reactor);
    story[0] = '\0';
    vr_agent_init(&successor, reactor, &telling);
}

static int swap_programs(struct vr_agent *was)
{
    return vr_chain_swap(&was->element, &successor.element);
}

/* ---- in use ---- */

TEST(chain_swap_refused, an_agent_stays_while_posts_to_it_are_on_their_way)
{
    set_up();
    check_int(vr_writer_post(&session.agent.writer, "x", 1), 0);
    check_int(swap_programs(&session.agent), -EBUSY);
    turn_until(reactor, other.received == 1);
    check_int(swap_programs(&session.agent), 0);
    vr_writer_fini(&session.agent.writer);
    tear_down();
}

TEST(chain_swap_refused, a_stream_stays_while_it_closes)
{
    struct vr_stream stream;

    set_up();
    vr_stream_init(&stream, reactor);
    check_int(vr_chain_swap(&session.agent.element, &stream.agent.element), 0);
    struct vr_pending *closing = vr_stream_close(&stream);
    check_int(swap_programs(&stream.agent), -EBUSY);
    turn_until(reactor, other.is_over);
    vr_pending_free(closing); /* it closes the chain */
    turn_until(reactor, session.is_closed);
    vr_writer_fini(&session.agent.writer);
    tear_down();
}

static bool busy;

static bool is_busy(struct vr_element *element)
{
    (void)element;
    return busy;
}

TEST(chain_swap_refused, a_filter_that_is_in_use_stays)
{
    static const struct vr_element_ops ops = {.is_busy = is_busy};

    set_up();
    first.filter.element.ops = &ops;
    busy = true;
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_int(vr_chain_remove(&first.filter.element), -EBUSY);
    check_int(vr_chain_swap(&first.filter.element, &second.filter.element),
              -EBUSY);
    busy = false;
    check_int(vr_chain_remove(&first.filter.element), 0);
    tear_down();
}

/* ---- what cannot be joined ---- */

TEST(chain_swap_refused, one_that_is_joined_takes_no_place)
{
    struct vr_producer out;
    static const struct vr_producer_ops ops;

    set_up();
    vr_producer_init(&out, reactor, &ops);
    check_int(vr_link_attach(&out, &successor.inbound), 0);
    check_int(swap_programs(&session.agent), -EISCONN);
    vr_producer_fini(&out);
    check_int(vr_link_attach(&out, &second.filter.inbound.in), 0);
    check_int(vr_chain_insert(&session.socket.element, &second.filter.element),
              -EISCONN);
    vr_producer_fini(&out);
    check_int(swap_programs(&session.agent), 0);
    vr_writer_fini(&session.agent.writer);
    tear_down();
}

static void keep_end(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    (void)why;
}

TEST(chain_swap_refused, a_filter_that_holds_an_end_stays)
{
    static const struct vr_filter_ops keeping = {.inbound.in.ended = keep_end};
    struct vr_filter filter;

    set_up();
    check_int(vr_filter_init(&filter, reactor, &keeping), 0);
    check_int(vr_chain_insert(&session.socket.element, &filter.element), 0);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.socket.wire.inbound.state == VR_LINK_OVER);
    check_int(vr_chain_swap(&filter.element, &second.filter.element),
              -ENOTCONN);
    tear_down();
}

/* ---- what is left ---- */

static size_t take_one(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    (void)offer;
    check_int(swap_programs(&session.agent), 0);
    return 1;
}

/* promise links-30 */
TEST(chain_swap_refused, bytes_left_are_offered_to_the_successor)
{
    static const struct vr_consumer_ops taking = {.consume = take_one};

    set_up();
    session.agent.inbound.ops = &taking;
    session_say(&other, "abc");
    turn_until(reactor, strlen(story) == 2);
    check_str(story, "bc");
    vr_writer_fini(&session.agent.writer);
    tear_down();
}

/* ---- filters that leave ---- */

static int left, left_err;

static void on_left(struct vr_filter *filter, int err)
{
    (void)filter;
    left++;
    left_err = err;
}

/* promise links-31 */
TEST(chain_swap_refused, one_that_others_take_out_does_not_leave_the_next_time)
{
    static const struct vr_filter_ops ops = {.left = on_left};
    struct vr_filter filter;

    set_up();
    left = 0;
    check_int(vr_filter_init(&filter, reactor, &ops), 0);
    check_int(vr_chain_insert(&session.socket.element, &filter.element), 0);
    vr_filter_leave(&filter);
    check_int(vr_chain_remove(&filter.element), 0);
    check_int(vr_chain_insert(&session.socket.element, &filter.element), 0);
    vr_pump_later(&filter.inbound.out);
    turn_some(reactor, 2);
    check(filter.element.chain == &session.chain && !left);
    tear_down();
}

/* promise links-31 */
TEST(chain_swap_refused, one_that_cannot_leave_hears_why)
{
    static const struct vr_filter_ops ops = {.inbound.in.ended = keep_end,
                                             .left = on_left};
    struct vr_filter filter;

    set_up();
    left = 0;
    check_int(vr_filter_init(&filter, reactor, &ops), 0);
    check_int(vr_chain_insert(&session.socket.element, &filter.element), 0);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.socket.wire.inbound.state == VR_LINK_OVER);
    vr_filter_leave(&filter);
    turn_until(reactor, left);
    check_int(left_err, -ENOTCONN);
    check(filter.element.chain == &session.chain);
    tear_down();
}

/* It takes no notice of a stop, and is fed on. */
static void stay_fed(struct vr_producer *out, const struct vr_end *why)
{
    (void)out;
    (void)why;
}

static struct vr_filter leaving;

static void take_it_out(struct vr_producer *out, const struct vr_end *why)
{
    (void)out;
    (void)why;
    check_int(vr_chain_remove(&leaving.element), 0);
}

/* promise links-31 */
TEST(chain_swap_refused, one_that_a_hook_takes_out_as_it_leaves_has_not_left)
{
    static const struct vr_filter_ops ops = {.inbound.out.stopped = stay_fed,
                                             .left = on_left};
    static const struct vr_filter_ops watching = {.inbound.out.stopped =
                                                      take_it_out};
    struct vr_filter below;

    set_up();
    left = 0;
    check_int(vr_filter_init(&leaving, reactor, &ops), 0);
    check_int(vr_filter_init(&below, reactor, &watching), 0);
    check_int(vr_chain_insert(&session.socket.element, &leaving.element), 0);
    check_int(vr_chain_insert(&session.socket.element, &below.element), 0);
    vr_link_stop(&session.agent.inbound, NULL);
    vr_filter_leave(&leaving);
    turn_until(reactor, !leaving.element.chain);
    turn_some(reactor, 2);
    check_int(left, 0);
    tear_down();
}
