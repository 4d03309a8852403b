/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_enter.c
 * Tests of vr_filter_enter(): which bytes pass as they are, and which go
 * through the filter.
 */
#include "tests/io/enter_fixture.h"

#include <vreactor/io/control.h>
#include <vreactor/io/stream.h>

/* promise links-36 */
TEST(filter_enter, what_was_queued_passes_and_what_follows_goes_through_it)
{
    set_up();
    session_say(&client, "starttls\n");
    client_hears("220\nMORE");
    check(flip.entered == 1 && !flip.err);
    session_say(&client, "abc");
    server_hears("starttls ABC");
    tear_down();
    check_int(flip.entered, 1);
}

/* promise links-36 */
TEST(filter_enter, it_comes_from_the_loop_where_nothing_is_queued)
{
    set_up();
    check_int(enter(&flip), 0);
    check_int(flip.entered, 0);
    turn_some(reactor, 1);
    check_int(flip.entered, 1);
    check_int(vr_writer_text(&server.agent.writer, "more"), 0);
    client_hears("MORE");
    tear_down();
}

/* promise links-36 */
TEST(filter_enter, it_waits_for_a_queue_longer_than_the_socket_takes)
{
    enum { MUCH = 3 << 20 };

    set_up();
    vr_link_pause(&client.agent.inbound);
    server.before = MUCH;
    session_say(&client, "starttls\n");
    turn_until(reactor, server.story[0]);
    turn_some(reactor, 20);
    check(vr_writer_is_queued(&server.agent.writer));
    check(!flip.entered && flip.filter.element.chain);

    vr_link_resume(&client.agent.inbound);
    turn_until(reactor, client.received == MUCH + 8);
    check_int(flip.entered, 1);
    tear_down();
}

/* promise links-37 */
TEST(filter_enter, what_stands_behind_the_line_goes_through_it)
{
    set_up();
    session_say(&client, "starttls\nabc");
    server_hears("starttls ABC");
    check_int(flip.entered, 1);
    tear_down();
}

/* promise links-37 */
TEST(filter_enter, what_a_filter_would_offer_behind_the_line_goes_through_it)
{
    struct vr_filter split, other;

    set_up();
    init_split(&split, reactor);
    init_split(&other, NULL);
    check_int(vr_chain_insert(&server.socket.element, &split.element), 0);
    check_int(vr_chain_insert(&server.socket.element, &other.element), 0);
    session_say(&client, "starttls\nabc\ndef\n");
    server_hears("starttls ABC\nDEF\n");
    client_hears("220\nMORE");
    tear_down();
}

/* promise links-37 */
TEST(filter_enter, the_program_does_not_undo_that_it_is_held)
{
    struct vr_filter split;

    set_up();
    init_split(&split, reactor);
    check_int(vr_chain_insert(&server.socket.element, &split.element), 0);
    vr_link_pause(&client.agent.inbound);
    server.before = 3 << 20;
    session_say(&client, "starttls\nabc\n");
    turn_until(reactor, server.story[0]);
    for (int i = 0; i < 10; i++) {
        vr_link_resume(&server.agent.inbound);
        vr_link_grant(&server.agent.inbound, VR_UNLIMITED);
        turn_some(reactor, 1);
    }
    check_str(server.story, "starttls ");
    vr_link_resume(&client.agent.inbound);
    server_hears("starttls ABC\n");
    tear_down();
}

/* promise links-36 */
TEST(filter_enter, two_may_enter_at_once)
{
    set_up();
    server.starts_two = true;
    session_say(&client, "starttls\nabc");
    server_hears("starttls abc"); /* through both */
    client_hears("220\nmore");
    check(flip.entered == 1 && second.entered == 1);
    check_int(vr_chain_remove(&second.filter.element), 0);
    session_say(&client, "def");
    server_hears("starttls abcDEF");
    tear_down();
}

/* ---- greeting ---- */

static int hold_greeting(struct vr_consumer *in, const struct vr_control *msg)
{
    struct vr_stage *stage = vr_container_of(in, struct vr_stage, in);

    if (!vr_control_is(msg, vr_control_connected()))
        return vr_pass_control_downstream(in, msg);
    strcat(server.story, "filter connected, ");
    return vr_control_downstream(
        &stage->out, &(struct vr_control){.kind = vr_control_secured()});
}

static int hear_kind(struct vr_consumer *in, const struct vr_control *msg)
{
    (void)in;
    strcat(server.story, msg->kind->name);
    return 0;
}

/* promise links-24 */
TEST(filter_enter, it_is_greeted_when_it_is_in_and_its_program_not_again)
{
    static const struct vr_filter_ops ops = {.inbound.in.control =
                                                 hold_greeting};
    struct vr_consumer_ops hearing = server_ops;

    set_up();
    hearing.control = hear_kind;
    server.agent.inbound.ops = &hearing;
    check_int(vr_filter_init(&flip.filter, reactor, &ops), 0);
    check_int(vr_writer_text(&server.agent.writer, "220\n"), 0);
    check_int(enter(&flip), 0);
    check_str(server.story, "");
    client_hears("220\n");
    server_hears("filter connected, vreactor.secured");
    tear_down();
}

/* ---- the program gives way ---- */

static struct vr_agent successor;

static size_t swap_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    size_t took = server_consume(in, offer);

    check_int(vr_chain_swap(&server.agent.element, &successor.element), 0);
    return took;
}

/* promise links-36 */
TEST(filter_enter, what_the_next_program_writes_goes_through_it)
{
    static const struct vr_consumer_ops swapping = {.consume = swap_consume};

    set_up();
    vr_agent_init(&successor, reactor, &server_ops);
    server.agent.inbound.ops = &swapping;
    session_say(&client, "starttls\nabc");
    turn_until(reactor, server.story[0]);
    check_int(vr_writer_text(&successor.writer, "two"), 0);
    client_hears("TWO"); /* the queue of the one that was is not sent */
    server_hears("starttls ABC");
    vr_writer_fini(&server.agent.writer);
    tear_down();
}

/* ---- a stream ---- */

static struct vr_stream stream;
static struct vr_pending *reading;

static struct vr_result on_line(void *arg, struct vr_result result)
{
    const struct vr_bytes *line = result.value.ptr;

    (void)arg;
    if (result.failure)
        return result;
    strcat(server.story, line->data);
    if (!strcmp(line->data, "starttls")) {
        check_int(vr_writer_text(&stream.agent.writer, "220\n"), 0);
        check_int(enter(&flip), 0);
        reading = vr_stream_read_line(&stream, 100); /* on offer right now */
        check_int(vr_pending_both(reading, on_line, NULL), 0);
    }
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

/* promise links-37 */
TEST(filter_enter, a_stream_reads_on_through_it)
{
    struct vr_filter passing;
    static const struct vr_filter_ops ops = {.element.name = "passing"};

    set_up();
    check_int(vr_filter_init(&passing, reactor, &ops), 0);
    check_int(vr_chain_insert(&server.socket.element, &passing.element), 0);
    vr_stream_init(&stream, reactor);
    check_int(vr_chain_swap(&server.agent.element, &stream.agent.element), 0);
    struct vr_pending *first = vr_stream_read_line(&stream, 100);
    check_int(vr_pending_both(first, on_line, NULL), 0);
    session_say(&client, "starttls\nabc\n");
    server_hears("starttlsABC");
    vr_pending_free(reading);
    vr_pending_free(first);
    vr_writer_fini(&server.agent.writer);
    tear_down();
}

/* ---- refused ---- */

static int try_enter(void)
{
    int err = enter(&flip);

    check(!flip.filter.element.chain);
    check_int(flip.filter.state, VR_FILTER_STAYS);
    return err;
}

static void check_unchanged(void)
{
    session_say(&client, "abc");
    server_hears("abc");
    check_int(vr_writer_text(&server.agent.writer, "more"), 0);
    client_hears("more");
    tear_down();
}

static void grant_all(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

/* promise links-39 */
TEST(filter_enter, it_does_not_where_nobody_knows_how_much_is_queued)
{
    static const struct vr_filter_ops resizing = {
        .outbound = {.in = {.attached = grant_all,
                            .ended = vr_pass_ended,
                            .control = vr_pass_control_downstream},
                     .out = {.ready = vr_pass_ready},
                     .flags = VR_FILTER_RESIZES}};
    struct vr_filter above;

    set_up();
    check_int(vr_filter_init(&above, reactor, &resizing), 0);
    check_int(vr_chain_insert(&server.socket.element, &above.element), 0);
    check_int(try_enter(), -VR_ENOCONTROL);
    check_unchanged();
}

static int refused;

static size_t enter_and_pass(struct vr_consumer *in,
                             const struct vr_offer *offer)
{
    refused = try_enter();
    return vr_pass_consume(in, offer);
}

TEST(filter_enter, it_does_not_from_inside_an_outbound_offer)
{
    static const struct vr_filter_ops asking = {
        .outbound = {.in = {.consume = enter_and_pass}, .need = VR_NEED_NONE}};
    struct vr_filter above;

    set_up();
    check_int(vr_filter_init(&above, reactor, &asking), 0);
    check_int(vr_chain_insert(&server.socket.element, &above.element), 0);
    refused = 0;
    check_unchanged();
    check_int(refused, -EBUSY);
}

TEST(filter_enter, it_does_not_where_it_cannot_be_inserted)
{
    set_up();
    check_int(vr_filter_enter(&flip.filter, &server.agent.element), -ENOTCONN);
    vr_link_abort(&flip.filter.outbound.out, NULL);
    check_int(try_enter(), -VR_ECLOSED);
    init_flip(&flip, reactor);
    vr_writer_end(&client.agent.writer);
    server_hears("eof");
    check_int(try_enter(), -VR_ECLOSED);
    vr_chain_close(&server.chain, NULL);
    check_int(try_enter(), -VR_ECLOSED);
    tear_down();
}
