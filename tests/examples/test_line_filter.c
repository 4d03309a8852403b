/* SPDX-License-Identifier: MIT */
/**
 * @file test_line_filter.c
 * Tests of examples/line_filter.c: lines in whatever pieces they come, to a
 * program that takes as many as it likes.
 */
#include "examples/line_filter.h"

#include "tests/io/link_fixture.h"

static const struct vr_producer_ops sends_bytes = {.ready = NULL};
static struct vr_filter filter;
static struct vr_producer from;
static struct receiver to;

static void set_up(uint64_t window)
{
    heard[0] = '\0';
    check_int(vr_filter_init(&filter, NULL, &line_filter), 0);
    vr_producer_init(&from, NULL, &sends_bytes);
    to = receiver_of(window);
    join(&filter.inbound.out, &to.in);
    join(&from, &filter.inbound.in);
}

/* As a producer does: what was left comes again, with more. */
static void send_in_pieces(const char *text, size_t size)
{
    size_t len = strlen(text), shown = 0, taken = 0;

    while (shown < len) {
        shown = shown + size < len ? shown + size : len;
        struct vr_offer offer = {.data = (const unsigned char *)text + taken,
                                 .len = shown - taken,
                                 .end = shown == len ? &eof : NULL};
        taken += vr_link_offer(&from, &offer);
    }
}

TEST(line_filter, lines_come_by_themselves_however_they_are_cut)
{
    for (size_t size = 1; size < 16; size++) {
        set_up(VR_UNLIMITED);
        send_in_pieces("one\n\nand two\n", size);
        check_heard("<one> <> <and two> end:eof ");
    }
}

TEST(line_filter, what_follows_the_last_newline_is_no_line)
{
    for (size_t size = 1; size < 9; size++) {
        set_up(VR_UNLIMITED);
        send_in_pieces("one\ntwo", size);
        check_heard("<one> end:truncated ");
    }
}

TEST(line_filter, a_program_that_pauses_has_the_rest_later)
{
    set_up(1);
    check_int(put(&from, "one\ntwo\nthree"), 4);
    check_heard("<one> ");
    check_int(vr_link_window(&from), 0);
    vr_link_grant(&to.in, 10);
    check(vr_link_window(&from) > 0);
    check_int(put_end(&from, "two\nthree\n", &eof), 10);
    check_heard("<two> <three> end:eof ");
}

static char text[LINE_MOST + 2];

static void send_long_line(size_t len, bool whole)
{
    set_up(VR_UNLIMITED);
    memset(text, 'a', len - 1);
    text[len - 1] = '\n';
    text[len] = '\0';
    if (whole)
        (void)put(&from, text);
    else
        send_in_pieces(text, 1);
}

TEST(line_filter, a_line_has_a_limit_whole_or_in_pieces)
{
    for (int whole = 0; whole < 2; whole++) {
        send_long_line(LINE_MOST, whole);
        check(strncmp(heard, "<aaa", 4) == 0);
        check_int(from.state, whole ? VR_LINK_OPEN : VR_LINK_OVER);
        send_long_line(LINE_MOST + 1, whole);
        check_heard("abort:limit ");
    }
}

TEST(line_filter, the_program_may_stop_it)
{
    set_up(VR_UNLIMITED);
    vr_link_stop(&to.in, NULL);
    check_int(from.state, VR_LINK_OVER);
}
