/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_close.c
 * Streams over sockets: what passes between them, and how they end.
 */
#include <vreactor/io/filter.h>

#include "tests/io/stream_pair.h"

TEST(stream, talks_to_another)
{
    set_up();
    check_call(vr_stream_text(&left.stream, "Who?\r\nMe.\n1234"), "done");

    check_call(vr_stream_read_line(&right.stream, 100), "Who?");
    check_call(vr_stream_read_line(&right.stream, 100), "Me.");
    check_call(vr_stream_read_exactly(&right.stream, 4), "1234");
    check_call(vr_stream_text(&right.stream, "Yes."), "done");
    check_call(vr_stream_flush(&right.stream), "done");
    check_call(vr_stream_read_some(&left.stream, 100), "Yes.");
    tear_down();
}

TEST(stream, reads_what_came_before_the_end_and_then_the_end)
{
    set_up();
    check_call(vr_stream_text(&left.stream, "one\ntwo"), "done");
    vr_stream_end(&left.stream);

    check_call(vr_stream_read_line(&right.stream, 100), "one");
    check_call(vr_stream_read_line(&right.stream, 100),
               "VR_ETRUNCATED:truncated");
    check_call(vr_stream_text(&right.stream, "still"), "done");
    check_call(vr_stream_read_some(&left.stream, 100), "still");
    tear_down();
}

/* ---- time ---- */

TEST(stream, reads_within_a_time)
{
    set_up();
    vr_time began = vr_test_now(&test);
    struct vr_pending *slow = vr_stream_read_line(&right.stream, 100);

    check_call(vr_within(slow, reactor, 5 * VR_SEC), "ETIMEDOUT:");
    check_int(vr_test_now(&test) - began, 5 * VR_SEC);
    check_call(vr_stream_text(&left.stream, "late\n"), "done");
    check_call(
        vr_within(vr_stream_read_line(&right.stream, 100), reactor, 5 * VR_SEC),
        "late");
    tear_down();
}

/* A peer that does not read. */
TEST(stream, writes_within_a_time)
{
    enum { MUCH = 8 << 20 };
    char *much = calloc(1, MUCH);
    check(much);
    set_up();
    struct vr_pending *slow = vr_stream_write(&left.stream, much, MUCH);

    check_call(vr_within(slow, reactor, 5 * VR_SEC), "ETIMEDOUT:");
    check_call(vr_within(vr_stream_flush(&left.stream), reactor, 5 * VR_SEC),
               "ETIMEDOUT:");
    tear_down();
    free(much);
}

/* ---- closing as friends ---- */

TEST(stream, closes_when_both_have_ended)
{
    struct outcome closed;
    set_up();
    check_call(vr_stream_text(&left.stream, "bye"), "done");
    expect(&closed, vr_stream_close(&left.stream));

    check_call(vr_stream_read_exactly(&right.stream, 3), "bye");
    check_call(vr_stream_read_some(&right.stream, 9), "VR_ECLOSED:eof");
    check(!closed.is_there);
    check_call(vr_stream_close(&right.stream), "done");
    check_outcome(&closed, "done");
    turn_until(left.is_closed && right.is_closed);
    check_call(vr_stream_close(&left.stream), "done");
    tear_down();
}

TEST(stream, drops_what_comes_while_it_closes)
{
    enum { MUCH = 8 << 20 };
    char *much = calloc(1, MUCH);
    struct outcome closed, written;
    check(much);
    set_up();

    expect(&written, vr_stream_write(&right.stream, much, MUCH));
    vr_stream_end(&right.stream);
    check_call(vr_stream_read_some(&left.stream, 1), "");
    expect(&closed, vr_stream_close(&left.stream));
    check_outcome(&closed, "done");
    check_outcome(&written, "done");
    tear_down();
    free(much);
}

TEST(stream, drops_records_that_come_while_it_closes)
{
    struct vr_offer record = {
        .data = (const unsigned char *)"abc", .len = 3, .flags = VR_WHOLE};
    static const struct vr_producer_ops sending = {.uses = VR_WHOLE};
    struct vr_producer sender;
    set_up();
    struct vr_pending *closing = vr_stream_close(&left.stream);

    vr_producer_init(&sender, NULL, &sending);
    vr_link_detach(&left.socket.wire.inbound);
    check_int(vr_link_attach(&sender, &left.stream.agent.inbound), 0);
    check_int(vr_link_offer(&sender, &record), 1);
    vr_pending_free(closing);
    tear_down();
}

/* Close the left one, whose peer has ended and takes nothing.
 * @return what is queued there, to be freed */
static char *close_behind_much(struct outcome *closed)
{
    enum { MUCH = 8 << 20 };
    char *much = calloc(1, MUCH);

    check(much);
    vr_stream_end(&right.stream);
    check_call(vr_stream_read_some(&left.stream, 1), "VR_ECLOSED:eof");
    vr_pending_free(vr_stream_write(&left.stream, much, MUCH));
    expect(closed, vr_stream_close(&left.stream));
    return much;
}

TEST(stream, is_not_closed_before_all_is_taken)
{
    struct outcome closed;
    set_up();
    char *much = close_behind_much(&closed);

    for (int i = 0; i < 10; i++)
        check_int(vr_reactor_turn(reactor, 0), 0);
    check(!closed.is_there);
    check_call(vr_stream_close(&right.stream), "done");
    check_outcome(&closed, "done");
    tear_down();
    free(much);
}

TEST(stream, goes_on_to_close_with_a_filter_on_its_wire_side)
{
    static const struct vr_filter_ops passing;
    struct vr_filter filter;
    struct outcome closed;
    set_up();
    check_int(vr_filter_init(&filter, reactor, &passing), 0);
    expect(&closed, vr_stream_close(&left.stream));

    check_int(vr_chain_insert(&left.socket.element, &filter.element), 0);
    vr_pending_free(vr_stream_text(&right.stream, "drop this"));
    vr_stream_end(&right.stream);
    check_outcome(&closed, "done");
    turn_until(left.is_closed);
    tear_down();
}

TEST(stream, remembers_the_first_end)
{
    set_up();
    vr_stream_end(&right.stream);
    check_call(vr_stream_read_some(&left.stream, 1), "VR_ECLOSED:eof");

    vr_chain_close(&left.chain, NULL);
    check_int(vr_stream_why(&left.stream)->kind, VR_END_EOF);
    check_call(vr_stream_read_some(&left.stream, 1), "VR_ECLOSED:eof");
    tear_down();
}

TEST(stream, that_closes_is_read_no_more)
{
    struct outcome closed, again, read;
    set_up();
    expect(&read, vr_stream_read_some(&left.stream, 9));
    expect(&closed, vr_stream_close(&left.stream));

    check_outcome(&read, "VR_ECLOSED:");
    check_call(vr_stream_read_some(&left.stream, 9), "VR_ECLOSED:");
    check_call(vr_stream_text(&left.stream, "x"), "VR_ECLOSED:");
    expect(&again, vr_stream_close(&left.stream));
    check_outcome(&again, "EBUSY:");
    vr_stream_end(&right.stream);
    check_outcome(&closed, "done");
    tear_down();
}

TEST(stream, closes_within_a_time_or_at_once)
{
    set_up();
    struct vr_pending *slow = vr_stream_close(&left.stream);

    check_call(vr_within(slow, reactor, 5 * VR_SEC), "ETIMEDOUT:");
    turn_until(left.is_closed);
    check_int(left.stream.end.kind, VR_END_CANCELLED);
    tear_down();
}

TEST(stream, says_that_the_peer_broke_off_while_it_closed)
{
    struct outcome closed;
    set_up();
    expect(&closed, vr_stream_close(&left.stream));
    check_call(vr_stream_read_some(&right.stream, 9), "VR_ECLOSED:eof");

    check(!closed.is_there);
    vr_link_abort(&left.socket.wire.inbound,
                  &(struct vr_end){.kind = VR_END_RESET});
    check_outcome(&closed, "ECONNRESET:reset");
    tear_down();
}

/* What was written had been taken: nothing is missing in the stream. */
TEST(stream, says_that_writing_broke_off_before_it_closed)
{
    set_up();
    vr_stream_end(&right.stream);
    check_call(vr_stream_read_some(&left.stream, 1), "VR_ECLOSED:eof");

    vr_link_stop(&left.socket.wire.outbound,
                 &(struct vr_end){.kind = VR_END_RESET});
    check_call(vr_stream_close(&left.stream), "ECONNRESET:reset");
    tear_down();
}

static struct vr_result close_at_end(void *arg, struct vr_result result)
{
    vr_result_free(result);
    expect(arg, vr_stream_close(&right.stream));
    return vr_ok(vr_value_none());
}

/* The socket then wants no more written: that breaks nothing off. */
TEST(stream, closes_as_a_friend_where_one_end_is_that_of_both_directions)
{
    struct outcome closed, answered;
    set_up();
    right.socket.wire.half_close = VR_HALF_CLOSE_NONE;
    struct vr_pending *read = vr_stream_read_some(&right.stream, 1);
    check_int(vr_pending_both(read, close_at_end, &answered), 0);
    answered.is_there = false;

    expect(&closed, vr_stream_close(&left.stream));
    check_outcome(&closed, "done");
    check_outcome(&answered, "done");
    vr_pending_free(read);
    tear_down();
}

TEST(stream, that_has_no_memory_to_close_closes_at_once)
{
    set_up();
    vr_test_fail_allocation(&test, 1, 1);
    check(!vr_stream_close(&left.stream));
    check_int(vr_stream_why(&left.stream)->code, -ENOMEM);
    turn_until(left.is_closed);
    tear_down();
}

/* ---- closed by others ---- */

TEST(stream, fails_whoever_waits_when_its_chain_is_closed)
{
    struct outcome read, flushed;
    set_up();
    expect(&read, vr_stream_read_some(&left.stream, 9));
    check_call(vr_stream_text(&left.stream, "x"), "done");
    expect(&flushed, vr_stream_flush(&left.stream));

    vr_chain_close(&left.chain, NULL);
    check_outcome(&read, "VR_ECLOSED:closed here");
    check_outcome(&flushed, "VR_ECLOSED:closed here");
    check_call(vr_stream_read_line(&left.stream, 9), "VR_ECLOSED:closed here");
    check_call(vr_stream_text(&left.stream, "x"), "VR_ECLOSED:closed here");
    check_call(vr_stream_flush(&left.stream), "VR_ECLOSED:closed here");
    check_call(vr_stream_close(&left.stream), "VR_ECLOSED:closed here");
    tear_down();
}

TEST(stream, waits_for_no_end_that_is_written_when_its_chain_is_closed)
{
    struct outcome flushed;
    set_up();
    vr_chain_close(&left.chain, NULL);
    vr_stream_end(&left.stream);

    expect(&flushed, vr_stream_flush(&left.stream));
    check(flushed.is_there);
    check_outcome(&flushed, "VR_ECLOSED:closed here");
    tear_down();
}

TEST(stream, fails_to_close_when_its_chain_is_closed_before_all_is_taken)
{
    struct outcome closed;
    set_up();
    char *much = close_behind_much(&closed);

    vr_chain_close(&left.chain, NULL);
    check(closed.is_there);
    check_int(strncmp(closed.text, "VR_ECLOSED:", 11), 0);
    vr_pending_free(closed.pending);
    tear_down();
    free(much);
}

TEST(stream, fails_whoever_waits_when_its_reactor_is_closed)
{
    struct outcome read, closed;
    set_up();
    expect(&read, vr_stream_read_some(&left.stream, 9));
    expect(&closed, vr_stream_close(&right.stream));

    check_int(vr_reactor_close(reactor), 0);
    check(read.is_there && closed.is_there);
    vr_pending_free(read.pending);
    vr_pending_free(closed.pending);
    tear_down();
}

static struct vr_result close_chain(void *arg, struct vr_result result)
{
    vr_result_free(result);
    vr_chain_close(arg, NULL);
    return vr_ok(vr_value_none());
}

/* From inside the call that serves its reader. */
TEST(stream, may_have_its_chain_closed_by_who_reads)
{
    set_up();
    struct vr_pending *pending = vr_stream_read_line(&right.stream, 9);
    check_int(vr_pending_both(pending, close_chain, &right.chain), 0);

    check_call(vr_stream_text(&left.stream, "a\nb\n"), "done");
    turn_until(right.is_closed);
    vr_pending_free(pending);
    tear_down();
}

TEST(stream, cannot_be_closed_in_no_chain)
{
    struct vr_stream lone;
    set_up();
    vr_stream_init(&lone, reactor);

    check_call(vr_stream_close(&lone), "ENOTCONN:");
    tear_down();
}
