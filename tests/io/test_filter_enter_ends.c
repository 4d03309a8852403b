/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_enter_ends.c
 * Tests of vr_filter_enter(): what ends, or is taken out, before the filter is
 * in.
 */
#include "tests/io/enter_fixture.h"

/* It waits: the client does not read. */
static void set_up_waiting(void)
{
    set_up();
    vr_link_pause(&client.agent.inbound);
    server.before = 3 << 20;
    session_say(&client, "starttls\n");
    turn_until(reactor, server.story[0]);
    turn_some(reactor, 20);
    check_int(flip.entered, 0);
}

static void check_plain(void)
{
    vr_link_resume(&client.agent.inbound);
    turn_until(reactor, client.received == server.before + 8);
    session_say(&client, "abc");
    server_hears("starttls abc");
}

static void check_given_up(void)
{
    turn_until(reactor, flip.entered);
    check_int(flip.err, -VR_ECLOSED);
    check(!flip.filter.element.chain);
    tear_down();
    check_int(flip.entered, 1);
}

/* promise links-37 */
TEST(filter_enter_ends, an_end_that_the_socket_has_not_read_goes_through_it)
{
    set_up_waiting();
    session_say(&client, "abc");
    vr_writer_end(&client.agent.writer);
    turn_some(reactor, 10);
    check_str(server.story, "starttls ");
    vr_link_resume(&client.agent.inbound);
    server_hears("starttls ABCeof");
    check(flip.entered == 1 && !flip.err);
    tear_down();
}

/* promise links-38 */
TEST(filter_enter_ends, an_end_of_reading_passes_and_it_does_not_come)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};

    set_up_waiting();
    check_int(vr_link_offer(&server.socket.wire.inbound,
                            &(struct vr_offer){.end = &eof}),
              0);
    server_hears("starttls eof");
    check_given_up();
}

/* promise links-38 */
TEST(filter_enter_ends, an_abort_of_reading_passes_and_it_does_not_come)
{
    set_up_waiting();
    vr_link_abort(&server.socket.wire.inbound,
                  &(struct vr_end){.kind = VR_END_RESET});
    server_hears("starttls reset");
    check_given_up();
}

/* promise links-38 */
TEST(filter_enter_ends, the_end_of_writing_passes_and_it_does_not_come)
{
    set_up();
    session_say(&client, "starttls\n");
    turn_until(reactor, server.story[0] || flip.entered);
    init_flip(&second, reactor);
    turn_until(reactor, flip.entered);
    check_int(vr_writer_text(&server.agent.writer, "."), 0);
    check_int(enter(&second), 0);
    vr_writer_end(&server.agent.writer);
    turn_until(reactor, second.entered && client.is_over);
    check_int(second.err, -VR_ECLOSED);
    tear_down();
}

/* promise links-38 */
TEST(filter_enter_ends, a_stop_passes_and_it_does_not_come)
{
    set_up_waiting();
    vr_link_stop(&server.agent.inbound, NULL);
    check_given_up();
    set_up_waiting();
    vr_writer_abort(&server.agent.writer, NULL);
    check_given_up();
}

/* promise links-36 */
TEST(filter_enter_ends, a_chain_that_closes_tells_nothing)
{
    set_up_waiting();
    vr_chain_close(&server.chain, NULL);
    turn_until(reactor, server.is_closed);
    check(!flip.entered && !flip.filter.element.chain);
    tear_down();
}

static size_t close_consume(struct vr_consumer *in,
                            const struct vr_offer *offer)
{
    size_t took = server_consume(in, offer);

    vr_chain_close(&server.chain, NULL);
    return took;
}

TEST(filter_enter_ends, a_chain_may_close_right_behind_the_call)
{
    static const struct vr_consumer_ops closing = {.consume = close_consume};

    set_up();
    server.agent.inbound.ops = &closing;
    session_say(&client, "starttls\nabc");
    turn_until(reactor, server.is_closed);
    check_str(server.story, "starttls ");
    check_int(flip.entered, 0);
    tear_down();
}

/* promise links-36 */
TEST(filter_enter_ends, one_that_is_taken_out_before_changes_nothing)
{
    set_up_waiting();
    check_int(vr_chain_remove(&flip.filter.element), 0);
    check_int(flip.filter.state, VR_FILTER_STAYS);
    check_plain();
    check_int(flip.entered, 0);

    check_int(vr_chain_insert(&server.socket.element, &flip.filter.element), 0);
    session_say(&client, "abc");
    server_hears("starttls abcABC"); /* it has its own hooks again */
    tear_down();
}

/* promise links-36 */
TEST(filter_enter_ends, another_that_takes_its_place_works_at_once)
{
    set_up_waiting();
    check_int(vr_chain_swap(&flip.filter.element, &second.filter.element), 0);
    session_say(&client, "abc");
    server_hears("starttls ABC");
    vr_link_resume(&client.agent.inbound);
    turn_until(reactor, client.received == server.before + 8);
    check(!flip.entered && !second.entered);
    tear_down();
}

/* promise links-36 */
TEST(filter_enter_ends, one_that_leaves_before_it_is_in_tells_that_it_left)
{
    set_up_waiting();
    vr_filter_leave(&flip.filter);
    turn_until(reactor, flip.left);
    check(!flip.err && !flip.entered && !flip.filter.element.chain);
    check_plain();
    tear_down();
}

TEST(filter_enter_ends, others_may_come_on_either_side_of_it)
{
    struct vr_filter split, other;

    set_up_waiting();
    init_split(&split, reactor);
    init_split(&other, reactor);
    check_int(vr_chain_insert(&server.socket.element, &split.element), 0);
    check_int(vr_chain_insert(&flip.filter.element, &other.element), 0);
    vr_link_resume(&client.agent.inbound);
    turn_until(reactor, flip.entered);
    check_int(flip.err, 0);
    session_say(&client, "abc");
    server_hears("starttls ABC");
    turn_until(reactor, client.received == server.before + 8);
    tear_down();
}
