/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream.c
 * Reading from a stream: what is taken of each offer, and what for.
 */
#include "tests/io/stream_fixture.h"

/* ---- some ---- */

TEST(stream, reads_some_of_what_comes)
{
    set_up();
    reads(vr_stream_read_some(&stream, 4));

    check_int(put(&sender, "abc"), 3);
    check_heard("'abc' ");
    reads(vr_stream_read_some(&stream, 4));
    check_int(put(&sender, "defgh"), 4);
    check_heard("'defg' ");
    tear_down();
}

/* promise links-19 */
TEST(stream, lets_nothing_come_while_nobody_reads)
{
    set_up();
    check_int(vr_link_window(&sender), 0);
    check_int(put(&sender, "abc"), 0);

    reads(vr_stream_read_some(&stream, 100));
    check_int(vr_link_window(&sender), 100);
    check_int(put(&sender, "abc"), 3);
    check_int(vr_link_window(&sender), 0);
    check_int(put(&sender, "def"), 0);
    tear_down();
}

/* promise links-19 */
TEST(stream, lets_come_no_more_than_is_read)
{
    set_up();
    for (int i = 0; i < 3; i++) {
        reads(vr_stream_read_exactly(&stream, 2));
        check_int(vr_link_window(&sender), 2);
        check_int(put(&sender, "ab"), 2);
    }
    reads(vr_stream_read_some(&stream, 0));
    check_int(vr_link_window(&sender), 65536);
    tear_down();
}

/* ---- exactly ---- */

TEST(stream, reads_exactly_so_many)
{
    set_up();
    reads(vr_stream_read_exactly(&stream, 4));

    check_int(put(&sender, "abc"), 0);
    check_int(sender.state, VR_LINK_OPEN);
    check_int(put(&sender, "abcdef"), 4);
    check_heard("'abcd' ");
    reads(vr_stream_read_exactly(&stream, 0));
    check_heard("'' ");
    tear_down();
}

/* ---- lines ---- */

TEST(stream, reads_lines_without_their_ends)
{
    set_up();
    reads(vr_stream_read_line(&stream, 100));
    check_int(put(&sender, "ab"), 0);
    check_int(put(&sender, "abc\r\ndef\n\n"), 5);
    reads(vr_stream_read_line(&stream, 100));
    check_int(put(&sender, "def\n\n"), 4);
    reads(vr_stream_read_line(&stream, 100));
    check_int(put(&sender, "\n"), 1);
    check_heard("'abc' 'def' '' ");
    tear_down();
}

TEST(stream, reads_no_longer_line_than_asked)
{
    set_up();
    reads(vr_stream_read_line(&stream, 4));
    check_int(put(&sender, "abcd\n"), 0);
    check_heard("VR_ELIMIT: ");
    reads(vr_stream_read_line(&stream, 5));
    check_int(put(&sender, "abcd\n"), 5);
    check_heard("'abcd' ");
    tear_down();
}

/* Its end may be cut in two, or the first that comes. */
TEST(stream, finds_the_end_of_a_line_wherever_it_is_cut)
{
    static const char text[] = "ab\r\ncd\n";

    for (size_t len = 1; len < sizeof(text); len++) {
        char cut[sizeof(text)];
        set_up();
        reads(vr_stream_read_line(&stream, 100));
        (void)snprintf(cut, sizeof(cut), "%.*s", (int)len, text);
        if (!put(&sender, cut))
            check_int(put(&sender, text), 4);
        check_heard("'ab' ");
        tear_down();
    }
}

/* ---- reading on ---- */

static int left_to_read;

static struct vr_result read_on(void *arg, struct vr_result result);

static void read_line(void)
{
    struct vr_pending *old = call_under_way;

    call_under_way = vr_stream_read_line(&stream, 100);
    check_int(vr_pending_both(call_under_way, read_on, ""), 0);
    vr_pending_free(old);
}

static struct vr_result read_on(void *arg, struct vr_result result)
{
    (void)note(arg, result);
    if (!result.failure && --left_to_read > 0)
        read_line();
    return vr_ok(vr_value_none());
}

TEST(stream, serves_who_reads_on_from_the_same_offer)
{
    set_up();
    left_to_read = 3;
    read_line();

    check_int(put(&sender, "a\nb\nc\nd\n"), 6);
    check_int(vr_link_window(&sender), 0);
    check_heard("'a' 'b' 'c' ");
    tear_down();
}

TEST(stream, waits_for_the_rest_of_a_line_when_it_reads_on)
{
    set_up();
    left_to_read = 3;
    read_line();

    check_int(put(&sender, "a\nb"), 2);
    check_int(sender.state, VR_LINK_OPEN);
    check_int(vr_link_window(&sender), 100);
    check_int(put(&sender, "bb\n"), 3);
    check_int(vr_link_window(&sender), 100);
    check_heard("'a' 'bb' ");
    tear_down();
}

/* ---- one at a time ---- */

TEST(stream, is_read_by_one_call_at_a_time)
{
    set_up();
    struct vr_pending *first = noted(vr_stream_read_some(&stream, 9), "a");
    struct vr_pending *second = noted(vr_stream_read_some(&stream, 9), "b");

    check_heard("bEBUSY: ");
    check_int(put(&sender, "x"), 1);
    check_heard("a'x' ");
    vr_pending_free(first);
    vr_pending_free(second);
    tear_down();
}

/* promise links-20 */
TEST(stream, loses_nothing_by_a_call_that_is_taken_back)
{
    set_up();
    reads(vr_stream_read_exactly(&stream, 4));
    check_int(put(&sender, "abc"), 0);

    check(vr_pending_cancel(call_under_way));
    check_heard("VR_ECANCELLED: ");
    check_int(vr_link_window(&sender), 0);
    reads(vr_stream_read_some(&stream, 9));
    check_int(put(&sender, "abc"), 3);
    check_heard("'abc' ");
    tear_down();
}

/* ---- ends ---- */

TEST(stream, tells_of_the_end_behind_the_bytes)
{
    set_up();
    reads(vr_stream_read_some(&stream, 9));
    check_int(put_end(&sender, "abc", &eof), 3);

    check_heard("'abc' ");
    check(vr_end_is_clean(vr_stream_why(&stream)));
    reads(vr_stream_read_some(&stream, 9));
    check_heard("VR_ECLOSED:eof ");
    reads(vr_stream_read_line(&stream, 9));
    check_heard("VR_ECLOSED:eof ");
    tear_down();
}

TEST(stream, tells_who_reads_of_the_end)
{
    set_up();
    check(!vr_stream_why(&stream));
    reads(vr_stream_read_exactly(&stream, 3));
    check_int(put_end(&sender, "", &reset), 0);

    check_heard("ECONNRESET:reset ");
    check_int(vr_stream_why(&stream)->kind, VR_END_RESET);
    tear_down();
}

TEST(stream, calls_truncated_what_ends_too_early)
{
    set_up();
    reads(vr_stream_read_line(&stream, 9));
    (void)put_end(&sender, "abc", &eof);

    check_heard("VR_ETRUNCATED:truncated ");
    tear_down();
}

/* The end waits with the bytes, which wait for who reads them. */
TEST(stream, keeps_bytes_from_being_truncated_while_nobody_reads)
{
    set_up();
    reads(vr_stream_read_line(&stream, 9));
    check_int(put_end(&sender, "a\nb\n", &eof), 2);
    check(!vr_stream_why(&stream));

    reads(vr_stream_read_line(&stream, 9));
    check_int(put_end(&sender, "b\n", &eof), 2);
    check_heard("'a' 'b' ");
    check(vr_stream_why(&stream));
    tear_down();
}

TEST(stream, tells_who_reads_that_it_was_aborted)
{
    set_up();
    reads(vr_stream_read_some(&stream, 9));
    vr_link_abort(&sender, &reset);

    check_heard("ECONNRESET:reset ");
    tear_down();
}

/* ---- records ---- */

TEST(stream, reads_records_whole)
{
    set_up();
    check_int(put_record(&sender, "abc"), 0);
    reads(vr_stream_read_some(&stream, 1));
    check_int(put_record(&sender, "abc"), 1);
    check_int(put_record(&sender, "def"), 0);
    reads(vr_stream_read_exactly(&stream, 9));
    check_int(put_record(&sender, ""), 1);
    check_heard("'abc' '' ");
    tear_down();
}

/* ---- memory ---- */

TEST(stream, keeps_what_it_has_no_memory_to_give)
{
    set_up();
    vr_test_fail_allocation(&test, 1, 1);
    check(!vr_stream_read_some(&stream, 9));
    check_int(vr_link_window(&sender), 0);

    reads(vr_stream_read_some(&stream, 9));
    vr_test_fail_allocation(&test, 1, 1);
    check_int(put(&sender, "abc"), 0);
    check_heard("ENOMEM: ");
    reads(vr_stream_read_some(&stream, 9));
    check_int(put(&sender, "abc"), 3);
    check_heard("'abc' ");
    tear_down();
}

static struct vr_result read_again(void *arg, struct vr_result result)
{
    bool failed = result.failure;

    (void)note(arg, result);
    if (failed)
        read_line();
    return vr_ok(vr_value_none());
}

TEST(stream, gives_a_record_to_who_reads_again_for_want_of_memory)
{
    set_up();
    call_under_way = vr_stream_read_some(&stream, 9);
    check_int(vr_pending_both(call_under_way, read_again, ""), 0);
    left_to_read = 1;

    vr_test_fail_allocation(&test, 1, 1);
    check_int(put_record(&sender, "abc"), 1);
    check_int(sender.state, VR_LINK_OPEN);
    check_heard("ENOMEM: 'abc' ");
    tear_down();
}

/* ---- another link ---- */

static struct vr_producer another;

static struct vr_result change_link(void *arg, struct vr_result result)
{
    (void)note(arg, result);
    vr_link_detach(&sender);
    set_up_sender(&another);
    read_line();
    return vr_ok(vr_value_none());
}

/* What is behind the line that asks for a filter belongs to the filter. */
TEST(stream, leaves_the_rest_to_the_next_link)
{
    set_up();
    call_under_way = vr_stream_read_line(&stream, 100);
    check_int(vr_pending_both(call_under_way, change_link, ""), 0);

    check_int(put(&sender, "start\nx\n"), 6);
    check_heard("'start' ");
    check_int(put(&another, "y\n"), 2);
    check_heard("'y' ");
    vr_producer_fini(&another);
    tear_down();
}

TEST(stream, looks_for_the_end_of_a_line_anew_on_another_link)
{
    set_up();
    reads(vr_stream_read_line(&stream, 100));
    check_int(put(&sender, "abc"), 0);
    vr_link_detach(&sender);
    set_up_sender(&another);

    check_int(put(&another, "x\n"), 2);
    check_heard("'x' ");
    vr_producer_fini(&another);
    tear_down();
}
