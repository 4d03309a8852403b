/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter.c
 * Tests of io/filter.h: what a filter that writes only some hooks passes on,
 * and which tables are refused.
 */
#include <vreactor/io/filter.h>

#include "tests/io/link_fixture.h"

static const struct vr_filter_ops *ops_of(const struct vr_filter_direction *in)
{
    static struct vr_filter_ops ops;

    ops = (struct vr_filter_ops){.inbound = *in};
    return &ops;
}

/* ---- what is refused ---- */

static int try_both(const struct vr_filter_direction *direction)
{
    struct vr_filter_ops ops = {.inbound = *direction};
    struct vr_filter filter;

    int err = vr_filter_init(&filter, NULL, &ops);
    ops = (struct vr_filter_ops){.outbound = *direction};
    check_int(vr_filter_init(&filter, NULL, &ops), err);
    return err;
}

static size_t take_all(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static void grant_some(struct vr_consumer *in)
{
    vr_link_grant(in, 5);
}

/* It takes all, says nothing of it, and grants by itself. */
static const struct vr_filter_direction swallowing = {
    .in = {.knows = VR_WHOLE,
           .attached = grant_some,
           .consume = take_all,
           .ended = vr_pass_ended,
           .control = vr_pass_control_downstream},
    .out = {.ready = sender_ready},
    .need = 7,
    .flags = VR_FILTER_RESIZES,
};

/* promise links-26 */
TEST(filter, one_that_consumes_states_what_it_needs)
{
    struct vr_filter_direction direction = {.in.consume = take_all};

    check_int(try_both(&direction), -EINVAL);
    direction.need = VR_NEED_NONE;
    check_int(try_both(&direction), 0);
}

/* promise links-26 */
TEST(filter, one_that_resizes_has_hooks_of_its_own_for_windows_and_ends)
{
    struct vr_filter_direction direction = swallowing;

    check_int(try_both(&direction), 0);
    direction.in.attached = NULL;
    check_int(try_both(&direction), -EINVAL);
    direction = swallowing;
    direction.in.ended = NULL;
    check_int(try_both(&direction), -EINVAL);
    direction = swallowing;
    direction.in.control = NULL;
    check_int(try_both(&direction), -EINVAL);
    direction = swallowing;
    direction.out.ready = NULL;
    check_int(try_both(&direction), -EINVAL);
}

/* promise links-26 */
TEST(filter, flags_that_nobody_knows_are_refused)
{
    check_int(try_both(&(struct vr_filter_direction){.flags = 1u << 31}),
              -EINVAL);
}

/* ---- what passes ---- */

static struct receiver to;
static struct vr_producer from;
static struct vr_filter filter;

static const struct vr_producer_ops sends_bytes = {.ready = sender_ready,
                                                   .stopped = sender_stopped,
                                                   .control = sender_control};

static void join_through(const struct vr_filter_direction *inbound,
                         uint64_t window)
{
    check_int(vr_filter_init(&filter, NULL, ops_of(inbound)), 0);
    to = receiver_of(window);
    vr_producer_init(&from, NULL, &sends_bytes);
    join(&filter.inbound.out, &to.in);
    join(&from, &filter.inbound.in);
}

static size_t seen;

static size_t look(struct vr_consumer *in, const struct vr_offer *offer)
{
    seen += offer->len;
    return vr_pass_consume(in, offer);
}

static const struct vr_filter_direction looking = {
    .in.consume = look, .in.knows = VR_AS_OFFERED, .need = VR_NEED_NONE};

/* promise links-25 */
TEST(filter, one_that_looks_on_passes_bytes_and_their_end)
{
    seen = 0;
    join_through(&looking, 5);
    check_int(put(&from, "abcdefg"), 5);
    vr_link_grant(&to.in, 2);
    check_int(put_end(&from, "fg", &eof), 2);
    check_int(seen, 7);
    check_heard("[abcde] r [fg] end:eof ");
}

/* promise links-25 */
TEST(filter, one_that_looks_on_passes_an_end_that_comes_alone)
{
    join_through(&looking, 5);
    check_int(put_end(&from, "", &eof), 0);
    check_heard("end:eof ");
}

/* promise links-25 */
TEST(filter, one_that_looks_on_passes_an_abort_and_a_stop)
{
    join_through(&looking, 5);
    vr_link_abort(&from, &reset);
    check_heard("abort:reset ");
    join_through(&looking, 5);
    vr_link_stop(&to.in, &reset);
    check_heard("stop:reset ");
}

/* promise links-25 */
TEST(filter, one_that_looks_on_passes_messages_both_ways)
{
    static const struct vr_control_kind kind = {"tests.word"};
    static char word[] = "word";
    const struct vr_control msg = {.kind = &kind, .data = word};

    join_through(&looking, 5);
    check_int(vr_control_downstream(&from, &msg), 0);
    check_int(vr_control_upstream(&to.in, &msg), 7);
    check_heard("downstream:word upstream:word ");
}

/* promise links-27 */
TEST(filter, the_producer_hears_the_sum_of_what_may_wait)
{
    struct vr_filter_direction direction = looking;

    direction.need = 7;
    join_through(&direction, 100);
    check_int(from.need, 7);
    vr_link_need(&to.in, 9);
    check_int(from.need, 15);
    vr_link_need(&to.in, 1);
    check_int(from.need, 7);
    vr_link_need(&to.in, SIZE_MAX);
    check(from.need == SIZE_MAX);
    vr_link_need_all(&to.in, 8);
    check(from.need == 14 && !from.need_all);
}

/* promise links-27 */
TEST(filter, one_that_leaves_nothing_adds_nothing)
{
    join_through(&looking, 100);
    vr_link_need(&to.in, 9);
    check_int(from.need, 9);
    vr_link_need_all(&to.in, 8);
    check(from.need == 8 && from.need_all);
}

/* promise links-27 */
TEST(filter, the_need_is_stated_for_one_that_writes_its_windows_itself)
{
    join_through(&swallowing, 3);
    check_int(from.need, 7);
    check_int(vr_link_window(&from), 5);
    vr_link_need(&to.in, 9);
    check_int(from.need, 7);
    check_int(put(&from, "abcde"), 5); /* to has a window of 3 */
    check_heard("r ");
}

/* Takes what is before a newline, and it. */
static size_t take_line(struct vr_consumer *in, const struct vr_offer *offer)
{
    const unsigned char *end = memchr(offer->data, '\n', offer->len);
    size_t len = end ? (size_t)(end - offer->data) + 1 : 0;

    return vr_pass_consume(in,
                           &(struct vr_offer){.data = offer->data, .len = len});
}

/* promise links-27 */
TEST(filter, half_a_line_breaks_the_link_where_no_need_is_stated)
{
    struct vr_filter_direction direction = {.in.consume = take_line,
                                            .need = VR_NEED_NONE};

    join_through(&direction, 100);
    check_int(put(&from, "one\n"), 4);
    check_int(put(&from, "tw"), 0);
    check_heard("[one\n] abort:limit stop:limit ");

    direction.need = 10;
    join_through(&direction, 100);
    check_int(put(&from, "tw"), 0);
    check_int(put(&from, "two\n"), 4);
    check_heard("[two\n] ");
}

/* Passes on what ends in a newline. */
static size_t take_lines(struct vr_consumer *in, const struct vr_offer *offer)
{
    size_t len = offer->len;

    while (len && offer->data[len - 1] != '\n')
        len--;
    return vr_pass_consume(in,
                           &(struct vr_offer){.data = offer->data, .len = len});
}

static void leave_line(void)
{
    static const struct vr_filter_direction lines = {.in.consume = take_lines,
                                                     .need = 10};

    join_through(&lines, 100);
    vr_link_need(&to.in, 8);
    to.take = 0;
    check_int(put(&from, "abcdef\n"), 0);
    check_heard("r [abcdef\n] ");
}

/* promise links-27 */
TEST(filter, what_waits_in_it_and_what_waits_downstream_add_up)
{
    leave_line();
    check_int(put(&from, "abcdef\n123456789"), 0);
    to.take = ALL;
    check_int(put(&from, "abcdef\n123456789\n"), 17);
    check_heard("[abcdef\n] [abcdef\n123456789\n] ");
}

/* promise links-27 */
TEST(filter, one_byte_more_than_both_may_leave_breaks_the_link)
{
    leave_line();
    check_int(put(&from, "abcdef\n1234567890"), 0);
    check_heard("[abcdef\n] abort:limit stop:limit ");
}
