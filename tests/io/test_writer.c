/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer.c
 * Tests of io/writer.h, but for posts.
 */
#include "writers.h"

#include <errno.h>
#include <stdint.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

/* promise links-15 */
TEST(writer, delivers_what_was_written_and_then_the_end)
{
    set_up(VR_UNLIMITED);
    write_text("abc");
    write_text("");
    vr_writer_end(&writer);
    check_int(offers, 0); /* not inside the calls */
    turn_some(reactor, 2);
    check_str(text, "abc|ended eof");
    check_int(ends, 1);
    tear_down();
}

TEST(writer, needs_no_window_for_the_end)
{
    set_up(0);
    vr_writer_end(&writer);
    turn_some(reactor, 2);
    check_str(text, "|ended eof");
    tear_down();
}

static void ask_for_the_end(void)
{
    check_int(vr_control_upstream(
                  &in, &(struct vr_control){.kind = vr_control_end_writing()}),
              0);
}

static void check_end_behind_abc(const char *want)
{
    turn_some(reactor, 2);
    check_str(text, "");
    vr_link_grant(&in, 3);
    turn_some(reactor, 2);
    check_str(text, want);
    tear_down();
}

/* What the owner says later counts, while it has not gone. */
TEST(writer, ends_not_in_order_where_it_was_only_asked_to)
{
    set_up(0);
    write_text("abc");
    ask_for_the_end();
    vr_writer_end_unclean(&writer);
    check_end_behind_abc("abc|ended truncated");
}

TEST(writer, ends_in_order_as_its_owner_said_before_it_was_asked)
{
    set_up(0);
    write_text("abc");
    vr_writer_end(&writer);
    ask_for_the_end();
    vr_writer_end_unclean(&writer);
    check_end_behind_abc("abc|ended eof");
}

TEST(writer, ends_in_order_as_its_owner_said_after_it_was_asked)
{
    set_up(0);
    write_text("abc");
    ask_for_the_end();
    vr_writer_end(&writer);
    vr_writer_end_unclean(&writer);
    check_end_behind_abc("abc|ended eof");
}

/* promise links-4 */
TEST(writer, ends_behind_what_waits_for_a_window)
{
    set_up(0);
    write_text("abcdef");
    vr_writer_end(&writer);
    turn_some(reactor, 2);
    vr_link_grant(&in, 4);
    check_str(text, ""); /* not inside the call */
    turn_some(reactor, 2);
    check_str(text, "abcd");
    vr_link_grant(&in, 2);
    turn_some(reactor, 2);
    check_str(text, "abcdef|ended eof");
    tear_down();
}

TEST(writer, tells_when_all_was_taken)
{
    set_up(0);
    write_text("abcdef");
    check(vr_writer_is_queued(&writer));
    vr_link_grant(&in, 4);
    turn_some(reactor, 2);
    check_int(emptied, 0);
    vr_link_grant(&in, 2);
    turn_some(reactor, 2);
    check_int(emptied, 1);
    check(!vr_writer_is_queued(&writer));

    vr_writer_end(&writer);
    check(vr_writer_is_queued(&writer));
    turn_some(reactor, 2);
    check_int(emptied, 2);
    check(!vr_writer_is_queued(&writer));
    check(!vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer, tells_that_it_dropped_what_was_written)
{
    set_up(0);
    write_text("abc");
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    check_int(emptied, 0);
    turn_some(reactor, 2);
    check_int(emptied, 1);
    check(vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer, tells_that_it_dropped_the_end)
{
    set_up(0);
    vr_writer_end(&writer);
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    turn_some(reactor, 2);
    check_int(emptied, 1);
    check(vr_writer_has_dropped(&writer));
    tear_down();

    set_up(0);
    vr_writer_end(&writer);
    vr_writer_abort(&writer, &(struct vr_end){.kind = VR_END_CANCELLED});
    check(vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer, that_was_stopped_when_all_was_taken_has_dropped_nothing)
{
    set_up(VR_UNLIMITED);
    write_text("abc");
    turn_some(reactor, 2);
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    turn_some(reactor, 2);
    check(!vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer, appends_whatever_the_limit_and_says_when_it_is_reached)
{
    set_up(0);
    vr_writer_set_limit(&writer, 4);
    check_int(vr_writer_append(&writer, "abc", 3), 0);
    check_int(vr_writer_append(&writer, "def", 3), 1);
    check_int(vr_writer_append(&writer, "ghi", 3), 1);
    check_int(vr_writer_text(&writer, "x"), -EAGAIN);

    vr_link_grant(&in, 6);
    turn_some(reactor, 2);
    check_int(drained, 0);
    vr_link_grant(&in, 3);
    turn_some(reactor, 2);
    check_int(drained, 1);
    check_str(text, "abcdefghi");
    vr_writer_end(&writer);
    check_int(vr_writer_append(&writer, "x", 1), -VR_ECLOSED);
    tear_down();
}

TEST(writer, refuses_to_write_to_nobody)
{
    set_up_detached();
    check_int(vr_writer_text(&writer, "abc"), -ENOTCONN);
    attach(VR_UNLIMITED);
    write_text("abc");
    turn_some(reactor, 2);
    check_str(text, "abc");
    tear_down();
}

/* promise links-15 */
TEST(writer, refuses_to_write_behind_the_end)
{
    set_up(VR_UNLIMITED);
    vr_writer_end(&writer);
    check_int(vr_writer_text(&writer, "abc"), -VR_ECLOSED);
    vr_writer_end(&writer);
    turn_some(reactor, 2);
    check_int(vr_writer_text(&writer, "abc"), -VR_ECLOSED);
    turn_some(reactor, 2);
    check_str(text, "|ended eof");
    tear_down();
}

/* promise links-16 */
TEST(writer, says_not_now_above_its_limit_and_tells_when_to_go_on)
{
    set_up(0);
    vr_writer_set_limit(&writer, 8);
    write_text("12345678");
    check_int(vr_writer_text(&writer, "9"), -EAGAIN);
    check_int(vr_writer_text(&writer, "9"), -EAGAIN);
    vr_link_grant(&in, 3);
    turn_some(reactor, 2);
    check_int(drained, 0); /* more than half is left */
    vr_link_grant(&in, 1);
    turn_some(reactor, 2);
    check_int(drained, 1);
    vr_link_grant(&in, VR_UNLIMITED);
    write_text("9");
    turn_some(reactor, 2);
    check_int(drained, 1); /* nothing was refused since */
    check_str(text, "123456789");
    tear_down();
}

TEST(writer, has_a_limit_of_a_mebibyte_unless_told)
{
    static char much[VR_WRITER_LIMIT];

    set_up(0);
    vr_writer_set_limit(&writer, 5);
    vr_writer_set_limit(&writer, 0);
    check_int(vr_writer_write(&writer, much, sizeof(much) - 1), 0);
    check_int(vr_writer_write(&writer, much, sizeof(much)), 0);
    check_int(vr_writer_write(&writer, much, 1), -EAGAIN);
    tear_down();
}

TEST(writer, drops_what_is_queued_when_it_aborts)
{
    struct vr_end why = {.kind = VR_END_CANCELLED};

    set_up(0);
    write_text("abc");
    vr_writer_abort(&writer, &why);
    check_str(text, "|aborted cancelled");
    vr_writer_abort(&writer, &why);
    vr_writer_end(&writer);
    check_int(vr_writer_text(&writer, "abc"), -VR_ECLOSED);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 2);
    check_int(ends, 1);
    check_int(offers, 0);
    check_int(writer.queue.len, 0);
    tear_down();
}

TEST(writer, that_aborted_alone_never_looks_like_an_orderly_end)
{
    set_up(0);
    write_text("abc");
    vr_link_detach(&writer.out);
    vr_writer_abort(&writer, &(struct vr_end){.kind = VR_END_CANCELLED});
    turn_some(reactor, 2);
    check_int(vr_link_attach(&writer.out, &in), -VR_ECLOSED);
    check_int(writer.queue.len, 0);
    turn_some(reactor, 2);
    check_str(text, "");
    tear_down();
}

TEST(writer, does_not_abort_after_the_end_went_out)
{
    set_up(VR_UNLIMITED);
    vr_writer_end(&writer);
    turn_some(reactor, 2);
    vr_writer_abort(&writer, &(struct vr_end){.kind = VR_END_CANCELLED});
    turn_some(reactor, 2);
    check_str(text, "|ended eof");
    tear_down();
}

TEST(writer, hears_that_its_consumer_takes_no_more)
{
    struct vr_end why = {.kind = VR_END_LIMIT};

    set_up(0);
    write_text("abc");
    vr_link_stop(&in, &why);
    vr_link_stop(&in, &why);
    check_int(stopped, 1);
    check_int(stopped_why.kind, VR_END_LIMIT);
    check_int(vr_writer_text(&writer, "abc"), -VR_ECLOSED);
    turn_some(reactor, 2);
    check_int(writer.queue.len, 0);
    check_int(offers + ends, 0);
    tear_down();
}

/* Who was told "not now" waits to be told when. */
/* promise links-16 */
TEST(writer, that_is_stopped_tells_who_waits_for_room)
{
    set_up(0);
    vr_writer_set_limit(&writer, 2);
    write_text("abc");
    check_int(vr_writer_text(&writer, "x"), -EAGAIN);
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    check_int(drained, 0); /* not inside the call */
    turn_some(reactor, 2);
    check_int(drained, 1);
    check_int(emptied, 1);
    check_int(vr_writer_text(&writer, "x"), -VR_ECLOSED);
    turn_some(reactor, 2);
    check_int(drained, 1);
    tear_down();
}

TEST(writer, keeps_what_is_queued_for_the_next_consumer)
{
    set_up(3);
    write_text("abcdef");
    turn_some(reactor, 2);
    vr_link_detach(&writer.out);
    turn_some(reactor, 2);
    check_str(text, "abc");
    attach(VR_UNLIMITED);
    turn_some(reactor, 2);
    check_str(text, "abcdef");
    tear_down();
}

/* promise links-15 */
TEST(writer, stays_as_it_was_when_memory_runs_out)
{
    set_up(VR_UNLIMITED);
    vr_test_fail_allocation(&memory, 1, 2);
    check_int(vr_writer_text(&writer, "lost"), -ENOMEM);
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_writer_post(&writer, "lost", 4), -ENOMEM);
    write_text("kept");
    turn_some(reactor, 2);
    check_str(text, "kept");
    tear_down();
}

TEST(writer, tells_of_room_first_and_then_that_all_is_gone)
{
    set_up(0);
    vr_writer_set_limit(&writer, 2);
    write_text("abc");
    check_int(vr_writer_text(&writer, "x"), -EAGAIN);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 1);
    check_int(drained, 1);
    turn_some(reactor, 1);
    check_int(drained, 1);
    check_int(emptied, 1);
    turn_some(reactor, 2);
    check_int(emptied, 1);
    tear_down();
}

TEST(writer, refuses_more_than_any_memory_has)
{
    set_up(VR_UNLIMITED);
    write_text("kept");
    for (size_t less = 0; less < 100; less++) {
        check_int(vr_writer_write(&writer, "x", SIZE_MAX - less), -ENOMEM);
        check_int(vr_writer_append(&writer, "x", SIZE_MAX - less), -ENOMEM);
    }
    vr_link_need(&in, SIZE_MAX);
    turn_some(reactor, 2);
    check_str(text, "kept");
    tear_down();
}
