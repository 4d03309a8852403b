/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_give.c
 * Tests of io/writer.h: pieces, and memory that is handed over.
 */
#include "writers.h"

#include <errno.h>
#include <sys/uio.h>

#include <vreactor/base/copied.h>
#include <vreactor/base/err.h>

static int given_back;

static void give_back(void *arg)
{
    check(arg == &given_back);
    given_back++;
}

static int give(const char *bytes)
{
    return vr_writer_give(&writer, bytes, strlen(bytes), give_back,
                          &given_back);
}

static void set_up_to_give(uint64_t to_grant)
{
    set_up(to_grant);
    given_back = 0;
}

/* ---- pieces ---- */

static struct iovec piece_of(const char *bytes)
{
    return (struct iovec){.iov_base = (void *)(uintptr_t)bytes,
                          .iov_len = strlen(bytes)};
}

/* promise links-41 */
TEST(writer_give, writes_pieces_one_behind_the_other)
{
    struct iovec iov[] = {
        piece_of("ab"), piece_of(""), piece_of("cde"), {.iov_base = NULL}};

    set_up(VR_UNLIMITED);
    write_text("0");
    check_int(vr_writer_writev(&writer, iov, 4), 0);
    check_int(vr_writer_writev(&writer, NULL, 0), 0);
    check_int(offers, 0);
    turn_some(reactor, 2);
    check_str(text, "0abcde");
    check_int(offers, 1);
    tear_down();
}

/* promise links-41 */
TEST(writer_give, writes_all_pieces_or_none)
{
    static char much[5000];
    struct iovec iov[] = {piece_of("ab"),
                          {.iov_base = much, .iov_len = sizeof(much)}};

    set_up(0);
    write_text("0");
    turn_some(reactor, 1); /* it is in memory of the writer now */
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_writer_writev(&writer, iov, 2), -ENOMEM);
    iov[1].iov_len = SIZE_MAX;
    check_int(vr_writer_writev(&writer, iov, 2), -ENOMEM);
    check_int(vr_writer_writev(&writer, iov, 1), 0);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 2);
    check_str(text, "0ab");
    tear_down();
}

/* ---- memory handed over ---- */

/* promise links-42 */
TEST(writer_give, sends_bytes_from_where_they_are_and_gives_them_back_once)
{
    static const char bytes[] = "given";

    set_up_to_give(VR_UNLIMITED);
    uint64_t copied = vr_copied();
    check_int(give(bytes), 0);
    check_int(offers + given_back, 0);
    turn_some(reactor, 2);
    check_str(text, bytes);
    check_int(given_back, 1);
    check_int(vr_copied() - copied, 0);
    tear_down();
    check_int(given_back, 1);
}

TEST(writer_give, keeps_the_order_among_bytes_that_it_copies)
{
    set_up_to_give(VR_UNLIMITED);
    write_text("a");
    check_int(give("bc"), 0);
    write_text("de");
    check_int(give("f"), 0);
    turn_some(reactor, 2);
    check_str(text, "abcdef");
    check_int(given_back, 2);
    tear_down();
}

/* promise links-42 */
TEST(writer_give, has_them_until_the_last_was_taken)
{
    set_up_to_give(0);
    uint64_t copied = vr_copied();
    check_int(give("abcdef"), 0);
    vr_link_grant(&in, 4);
    turn_some(reactor, 2);
    check_str(text, "abcd");
    check_int(given_back, 0);
    vr_link_grant(&in, 2);
    turn_some(reactor, 2);
    check_str(text, "abcdef");
    check_int(given_back, 1);
    check_int(vr_copied() - copied, 0);
    tear_down();
}

/* promise links-42 */
TEST(writer_give, gives_them_back_where_they_are_dropped)
{
    set_up_to_give(0);
    check_int(give("abc"), 0);
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    turn_some(reactor, 2);
    check_int(given_back, 1);
    tear_down();

    set_up_to_give(0);
    check_int(give("abc"), 0);
    vr_writer_abort(&writer, NULL);
    turn_some(reactor, 2);
    check_int(given_back, 1);
    tear_down();

    set_up_to_give(0);
    check_int(give("abc"), 0);
    tear_down();
    check_int(given_back, 1);
}

/* promise links-42 */
TEST(writer_give, leaves_them_to_the_caller_where_it_refuses)
{
    set_up_detached();
    given_back = 0;
    check_int(give("abc"), -ENOTCONN);
    attach(0);
    vr_test_fail_allocation(&memory, 1, 2);
    check_int(give("abc"), -ENOMEM);
    vr_writer_set_limit(&writer, 3);
    write_text("abc");
    check_int(give("abc"), -EAGAIN);
    vr_writer_end(&writer);
    check_int(give("abc"), -VR_ECLOSED);
    turn_some(reactor, 2);
    tear_down();
    check_int(given_back, 0);
}

TEST(writer_give, gives_nothing_back_at_once_and_needs_no_drop)
{
    set_up_to_give(VR_UNLIMITED);
    check_int(give(""), 0);
    check_int(given_back, 1);
    check_int(vr_writer_give(&writer, "abc", 3, NULL, NULL), 0);
    turn_some(reactor, 2);
    check_str(text, "abc");
    tear_down();
}

TEST(writer_give, takes_no_memory_unless_the_consumer_leaves_bytes)
{
    set_up_to_give(VR_UNLIMITED);
    write_text("a");
    turn_some(reactor, 1);
    int64_t before = vr_test_allocations(&memory);
    check_int(give("bc"), 0);
    turn_some(reactor, 2);
    check_int(vr_test_allocations(&memory) - before, 0);
    check_str(text, "abc");
    tear_down();
}

/* Each piece that is copied stands behind one that was handed over, and needs
 * memory for itself, and not for as much again as is queued. */
TEST(writer_give, takes_memory_for_what_it_copies_alone)
{
    static char large[300 * 1024];

    set_up(0);
    check_int(vr_writer_give(&writer, large, sizeof(large), NULL, NULL), 0);
    write_text("\r\n");
    turn_some(reactor, 1);
    int64_t before = vr_test_bytes(&memory);
    for (int i = 0; i < 1000; i++) {
        write_text("head");
        check_int(vr_writer_give(&writer, large, 100, NULL, NULL), 0);
        turn_some(reactor, 1);
    }
    check(vr_test_bytes(&memory) - before < 1000 * 512);
    tear_down();
}
