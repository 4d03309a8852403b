/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_changes.c
 * Tests of io/chain.h: filters that end something as they come, and filters
 * that come and go where something has ended.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/err.h>

#include "tests/io/counting_filter.h"
#include "tests/io/session_pair.h"

static const struct vr_end cancelled = {.kind = VR_END_CANCELLED};
static struct filter first, second;

static void set_up(void)
{
    set_up_pair();
    init_filter(&first, reactor);
    init_filter(&second, reactor);
}

/* ---- filters that end something as they come ---- */

static void abort_up(struct vr_consumer *in)
{
    (void)in;
    vr_link_abort(&first.filter.inbound.out, &cancelled);
}

static void abort_down(struct vr_consumer *in)
{
    (void)in;
    vr_link_abort(&first.filter.outbound.out, &cancelled);
    vr_link_stop(&first.filter.outbound.in, &cancelled);
}

/* Let a stage of the first filter do so as it is attached. */
static void set_attached(struct vr_stage *stage,
                         void (*attached)(struct vr_consumer *in))
{
    static struct vr_consumer_ops ops;

    ops = *stage->in.ops;
    ops.attached = attached;
    stage->in.ops = &ops;
}

static void check_ends_reading(struct vr_stage *stage)
{
    set_up();
    set_attached(stage, abort_up);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_str(session.story, "connected aborted:cancelled ");
    session_say(&session, "still written");
    turn_until(reactor, other.received == 13);
}

/* promise links-13 */
TEST(chain_changes, a_filter_may_end_reading_as_it_comes)
{
    check_ends_reading(&first.filter.inbound);
    tear_down();
    check_int(first.finis, 1);
}

/* promise links-13 */
TEST(chain_changes, a_filter_may_end_reading_from_its_other_side)
{
    check_ends_reading(&first.filter.outbound);
    tear_down();
    check_int(first.finis, 1);
}

static void check_ends_writing(struct vr_stage *stage)
{
    set_up();
    set_attached(stage, abort_down);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check(session.socket.wire.write_ending); /* told inside that call */
    turn_until(reactor, session.is_closed && other.is_over);
    check_str(strstr(session.story, "aborted"),
              "aborted:cancelled closed:cancelled ");
    tear_down();
}

/* promise links-13 */
TEST(chain_changes, a_filter_may_end_writing_as_it_comes)
{
    check_ends_writing(&first.filter.outbound);
    check_ends_writing(&first.filter.inbound);
}

TEST(chain_changes, a_filter_that_ended_what_it_sends_may_go)
{
    check_ends_reading(&first.filter.inbound);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_apart(&first);
    memset(&first, 0, sizeof(first)); /* it is ours again */
    check_int(session.socket.wire.inbound.state, VR_LINK_OVER);
    session_say(&session, ", and more");
    turn_until(reactor, other.received == 23);
    tear_down();
}

TEST(chain_changes, a_filter_that_cannot_come_changes_nothing)
{
    set_up();
    vr_link_abort(&first.filter.outbound.out, &cancelled);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              -VR_ECLOSED);
    check_apart(&first);
    memset(&first, 0, sizeof(first));
    session_say(&other, "as before");
    turn_until(reactor, session.received == 9);
    tear_down();
}

static void close_chain(struct vr_consumer *in)
{
    (void)in;
    vr_chain_close(&session.chain, &cancelled);
}

TEST(chain_changes, a_filter_that_closes_the_chain_as_it_comes_ends_with_it)
{
    set_up();
    set_attached(&first.filter.inbound, close_chain);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              -VR_ECLOSED);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected closed:cancelled ");
    check_int(first.finis, 1);
    tear_down();
}

/* Another's hook, as the first filter comes. */
static void remove_first(struct vr_consumer *in)
{
    bool is_in = first.filter.element.chain;

    vr_pass_attached(in);
    check_int(vr_chain_remove(&first.filter.element), is_in ? 0 : -ENOTCONN);
}

TEST(chain_changes, a_filter_may_be_taken_out_again_as_it_comes)
{
    set_up();
    set_attached(&second.filter.inbound, remove_first);
    check_int(vr_chain_insert(&session.socket.element, &second.filter.element),
              0);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_apart(&first);
    session_say(&other, "through the second");
    turn_until(reactor, session.received == 18);
    tear_down();
    check_int(first.finis, 0);
    check_int(second.finis, 1);
}

/* ---- where something has ended ---- */

static void end_reading(void)
{
    set_up();
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
}

static void end_writing(void)
{
    set_up();
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, other.is_over);
}

static void write_through(struct session *from, const struct session *to)
{
    session_say(from, "x");
    turn_until(reactor, to->received == 1);
}

TEST(chain_changes, a_filter_comes_and_goes_when_reading_has_ended)
{
    end_reading();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_apart(&first);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    write_through(&session, &other);
    check_int(vr_chain_remove(&first.filter.element), 0);
    tear_down();
}

TEST(chain_changes, a_filter_comes_and_goes_when_writing_has_ended)
{
    end_writing();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    write_through(&other, &session);
    check_int(first.seen, 1);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_apart(&first);
    tear_down();
}

TEST(chain_changes, a_filter_comes_beside_one_that_came_when_reading_was_over)
{
    end_reading();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_int(vr_chain_insert(&first.filter.element, &second.filter.element),
              0);
    write_through(&session, &other);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_int(vr_chain_remove(&second.filter.element), 0);
    check_apart(&first);
    check_apart(&second);
    tear_down();
}

static void check_two_go(struct filter *one, struct filter *then)
{
    set_up();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_int(vr_chain_insert(&first.filter.element, &second.filter.element),
              0);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
    check_int(vr_chain_remove(&one->filter.element), 0);
    check_int(vr_chain_remove(&then->filter.element), 0);
    check_apart(&first);
    check_apart(&second);
    write_through(&session, &other);
    tear_down();
}

TEST(chain_changes, filters_go_in_any_order_when_reading_has_ended)
{
    check_two_go(&first, &second);
    check_two_go(&second, &first);
}

/* One that holds the end of what came back. */
static void keep_end(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    (void)why;
}

TEST(chain_changes, a_filter_that_holds_the_end_stays)
{
    static struct vr_consumer_ops keeping;

    set_up();
    keeping = *first.filter.inbound.in.ops;
    keeping.ended = keep_end;
    first.filter.inbound.in.ops = &keeping;
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.socket.wire.inbound.state == VR_LINK_OVER);
    check_int(vr_chain_remove(&first.filter.element), -ENOTCONN);
    check(first.filter.element.chain == &session.chain);
    tear_down();
}
