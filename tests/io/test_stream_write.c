/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_write.c
 * Writing to a stream, and knowing when to write more.
 */
#include "tests/io/stream_fixture.h"

#define writes(call, name) vr_pending_free(noted(call, name))

TEST(stream, writes_in_order)
{
    set_up_writing(100);
    writes(vr_stream_text(&stream, "ab"), "w");
    writes(vr_stream_write(&stream, "cde", 2), "w");

    check_heard("w'' w'' ");
    turn();
    check_heard("[abcd] ");
    tear_down();
}

TEST(stream, tells_when_to_write_more)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 4);
    writes(vr_stream_text(&stream, "abc"), "a");
    struct vr_pending *full = noted(vr_stream_text(&stream, "def"), "b");
    turn();
    check_heard("a'' ");

    vr_link_grant(&receiver.in, 3);
    turn();
    check_heard("[abc] ");
    vr_link_grant(&receiver.in, 1);
    turn();
    check_heard("[d] b'' ");
    vr_pending_free(full);
    tear_down();
}

TEST(stream, lets_several_write_at_once)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 2);
    struct vr_pending *a = noted(vr_stream_text(&stream, "aa"), "a");
    struct vr_pending *b = noted(vr_stream_text(&stream, "bb"), "b");

    vr_link_grant(&receiver.in, 100);
    turn();
    check_heard("[aabb] a'' b'' ");
    vr_pending_free(a);
    vr_pending_free(b);
    tear_down();
}

/* promise links-20 */
TEST(stream, sends_what_was_written_by_a_call_that_is_taken_back)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 2);
    vr_pending_free(vr_stream_text(&stream, "aa"));

    vr_link_grant(&receiver.in, 100);
    turn();
    check_heard("[aa] ");
    tear_down();
}

/* ---- flush ---- */

TEST(stream, tells_when_all_is_gone)
{
    set_up_writing(3);
    writes(vr_stream_flush(&stream), "f");
    writes(vr_stream_text(&stream, "abcd"), "w");
    struct vr_pending *flushed = noted(vr_stream_flush(&stream), "f");
    check_heard("f'' w'' ");

    turn();
    check_heard("[abc] ");
    vr_link_grant(&receiver.in, 3);
    turn();
    check_heard("[d] f'' ");
    vr_pending_free(flushed);
    tear_down();
}

TEST(stream, tells_that_there_is_room_before_all_is_gone)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 4);
    struct vr_pending *written = noted(vr_stream_text(&stream, "abcd"), "w");
    struct vr_pending *flushed = noted(vr_stream_flush(&stream), "f");

    vr_link_grant(&receiver.in, 2);
    turn();
    check_heard("[ab] w'' ");
    vr_link_grant(&receiver.in, 2);
    turn();
    check_heard("[cd] f'' ");
    vr_pending_free(written);
    vr_pending_free(flushed);
    tear_down();
}

TEST(stream, tells_when_the_end_is_gone)
{
    set_up_writing(100);
    vr_pending_free(vr_stream_text(&stream, "ab"));
    vr_stream_end(&stream);
    struct vr_pending *flushed = noted(vr_stream_flush(&stream), "f");

    turn();
    check_heard("[ab] end:eof f'' ");
    vr_pending_free(flushed);
    writes(vr_stream_text(&stream, "cd"), "w");
    check_heard("wVR_ECLOSED: ");
    tear_down();
}

/* ---- stopped ---- */

TEST(stream, tells_who_writes_that_the_consumer_stopped)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 2);
    struct vr_pending *a = noted(vr_stream_text(&stream, "aa"), "a");
    struct vr_pending *f = noted(vr_stream_flush(&stream), "f");

    vr_link_stop(&receiver.in, &reset);
    check_heard("");
    turn();
    check_heard("aECONNRESET:reset fECONNRESET:reset ");
    writes(vr_stream_text(&stream, "bb"), "w");
    check_heard("wECONNRESET:reset ");
    vr_pending_free(a);
    vr_pending_free(f);
    tear_down();
}

TEST(stream, writes_nothing_where_there_is_nobody)
{
    set_up();

    writes(vr_stream_text(&stream, "ab"), "w");
    check_heard("wENOTCONN: ");
    tear_down();
}

/* ---- memory ---- */

TEST(stream, needs_memory_to_write_and_to_wait)
{
    set_up_writing(0);
    vr_writer_set_limit(&stream.agent.writer, 2);
    for (int nth = 1; nth <= 2; nth++) {
        vr_test_fail_allocation(&test, nth, 2);
        check(!vr_stream_text(&stream, "a"));
    }
    for (int nth = 1; nth <= 3; nth++) {
        vr_test_fail_allocation(&test, nth, 2);
        check(!vr_stream_text(&stream, "aa"));
    }
    check(!vr_writer_is_queued(&stream.agent.writer));

    vr_pending_free(vr_stream_text(&stream, "bb"));
    for (int nth = 1; nth <= 2; nth++) {
        vr_test_fail_allocation(&test, nth, 1);
        check(!vr_stream_flush(&stream));
    }
    vr_link_grant(&receiver.in, 100);
    turn();
    check_heard("[bb] ");
    tear_down();
}
