/* SPDX-License-Identifier: MIT */
/**
 * @file test_link.c
 * One link, by the contract of io/link.h, point by point.
 */
#include "tests/io/link_fixture.h"

static struct receiver to;
static struct vr_producer from;

/* A link whose receiver granted @window, and needs @need to go on. */
static void make_link(uint64_t window, size_t need)
{
    to = receiver_of(window);
    to.need = need;
    sender_init(&from);
    join(&from, &to.in);
}

/* ---- attaching ---- */

TEST(link, attaching_lets_the_consumer_grant_and_then_tells_the_producer)
{
    struct receiver r = receiver_of(5);
    struct vr_producer out;
    sender_init(&out);

    check_int(vr_link_attach(&out, &r.in), 0);
    check_heard("a r r ");
    check_int(vr_link_window(&out), 5);
}

TEST(link, attaching_the_same_twice_is_nothing)
{
    make_link(5, 0);
    check_int(put(&from, "abc"), 3);
    heard[0] = '\0';

    check_int(vr_link_attach(&from, &to.in), 0);
    check_heard("");
    check_int(vr_link_window(&from), 2);
}

TEST(link, attaching_a_second_is_refused_on_either_side)
{
    struct receiver second = receiver_of(5);
    struct vr_producer other;
    sender_init(&other);

    make_link(5, 0);
    check_int(vr_link_attach(&from, &second.in), -EISCONN);
    check_int(vr_link_attach(&other, &to.in), -EISCONN);
    check_heard("");
    check(from.to == &to.in && !other.to && !second.in.from);
}

TEST(link, attaching_after_the_end_is_refused)
{
    struct receiver second = receiver_of(5);

    make_link(5, 0);
    (void)put_end(&from, "", &eof);
    vr_link_detach(&from);
    check_int(vr_link_attach(&from, &second.in), -VR_ECLOSED);
}

TEST(link, attaching_after_an_abort_is_refused_joined_or_not)
{
    struct receiver second = receiver_of(5);
    struct vr_producer alone;
    sender_init(&alone);

    make_link(5, 0);
    vr_link_abort(&from, &local);
    vr_link_detach(&from);
    vr_link_abort(&alone, &local);
    check_int(vr_link_attach(&from, &second.in), -VR_ECLOSED);
    check_int(vr_link_attach(&alone, &second.in), -VR_ECLOSED);
}

TEST(link, detaching_is_silent_and_counting_starts_at_0_again)
{
    struct receiver second = receiver_of(4);

    make_link(5, 3);
    check_int(put(&from, "abc"), 3);
    vr_link_pause(&to.in);
    heard[0] = '\0';

    vr_link_detach(&from);
    vr_link_detach(&from);
    check_heard("");
    check_int(vr_link_window(&from), 0);
    check_int(vr_link_attach(&from, &second.in), 0);
    check_int(from.taken, 0);
    check_int(from.need, 0);
    check_int(vr_link_window(&from), 4);
}

TEST(link, a_consumer_without_attached_has_an_unlimited_window)
{
    static const struct vr_consumer_ops plain = {.knows = VR_WHOLE,
                                                 .consume = receiver_consume};
    struct receiver r = receiver_of(0);
    struct vr_producer out;
    sender_init(&out);

    r.in.ops = &plain;
    check_int(vr_link_attach(&out, &r.in), 0);
    check(vr_link_window(&out) == VR_UNLIMITED);
    check_int(put_end(&out, "abc", &eof), 3);
    check_heard("r [abc] ");
}

TEST(link, an_offer_of_some_bytes_leaves_the_others_alone)
{
    static const char ten[] = "abcdefghij";
    struct vr_offer some = {.data = (const unsigned char *)ten, .len = 3};

    make_link(VR_UNLIMITED, 0);
    check_int(vr_link_offer(&from, &some), 3);
    check_int(from.taken, 3);
    check_int(put(&from, ten + 3), 7);
    check_heard("[abc] [defghij] ");
}

/* ---- the window ---- */

/* promise links-1 */
TEST(link, an_offer_is_cut_to_the_window)
{
    make_link(4, 0);
    check_int(put(&from, "abcdef"), 4);
    check_heard("[abcd] ");
    check_int(vr_link_window(&from), 0);
    check_int(put(&from, "ef"), 0);
    check_heard("");
}

TEST(link, the_end_is_not_told_with_bytes_that_were_cut)
{
    make_link(4, 0);
    check_int(put_end(&from, "abcdef", &eof), 4);
    check_heard("[abcd] ");
    vr_link_grant(&to.in, 2);
    check_int(put_end(&from, "ef", &eof), 2);
    check_heard("r [ef] end:eof ");
}

/* promise links-2 */
TEST(link, a_grant_counts_from_what_was_taken_and_never_shrinks)
{
    make_link(10, 0);
    check_int(put(&from, "abc"), 3);
    vr_link_grant(&to.in, 2);
    check_int(vr_link_window(&from), 7);
    vr_link_grant(&to.in, 8);
    check_int(vr_link_window(&from), 8);
    vr_link_grant(&to.in, VR_UNLIMITED - 1);
    check(vr_link_window(&from) == VR_UNLIMITED);
    vr_link_grant(&to.in, 1);
    check(vr_link_window(&from) == VR_UNLIMITED);
}

TEST(link, an_unlimited_window_stays_so_whatever_was_taken)
{
    make_link(VR_UNLIMITED, 0);
    check_int(put_end(&from, "abc", NULL), 3);
    check(vr_link_window(&from) == VR_UNLIMITED);
    check_int(put_end(&from, "", &eof), 0);
    check_heard("[abc] end:eof ");
}

/* promise links-1 */
TEST(link, exactly_what_was_granted_goes_on)
{
    make_link(4, 0);
    check_int(put(&from, "abcdefgh"), 4);
    vr_link_grant(&to.in, 2);
    check_int(put(&from, "efgh"), 2);
    vr_link_grant(&to.in, VR_UNLIMITED);
    check_int(put(&from, "gh"), 2);
    check_heard("[abcd] r [ef] r [gh] ");
}

static void grant_4_again(struct receiver *r)
{
    r->inside = grant_4_again;
    vr_link_grant(&r->in, 4);
}

/* promise links-2 */
TEST(link, an_offer_goes_on_while_consume_grants_more)
{
    make_link(4, 0);
    to.inside = grant_4_again;
    check_int(put_end(&from, "abcdefghij", &eof), 10);
    check_heard("[abcd] r [efgh] r [ij] r end:eof ");
}

static void grant_2(struct receiver *r)
{
    r->take = ALL;
    vr_link_grant(&r->in, 2);
}

/* promises links-2, links-5 */
TEST(link, one_who_left_bytes_and_let_more_come_sees_them_with_more_behind)
{
    make_link(4, 6);
    to.take = 0;
    to.inside = grant_2;
    check_int(put(&from, "abcdef"), 6);
    check_heard("[abcd] r [abcdef] ");
}

/* promise links-4 */
TEST(link, grant_need_and_resume_tell_ready_and_never_deliver)
{
    make_link(0, 0);
    check_int(put(&from, "abc"), 0);
    vr_link_grant(&to.in, 5);
    vr_link_need(&to.in, 3);
    vr_link_need(&to.in, 3);
    vr_link_pause(&to.in);
    vr_link_resume(&to.in);
    vr_link_resume(&to.in);
    vr_link_grant(&to.in, 5);
    check_heard("r r r ");
}

/* promise links-3 */
TEST(link, a_pause_closes_the_window_until_resume)
{
    make_link(5, 0);
    vr_link_pause(&to.in);
    check_int(vr_link_window(&from), 0);
    check_int(put(&from, "abc"), 0);
    vr_link_grant(&to.in, 8);
    check_int(vr_link_window(&from), 0);
    check_heard("r ");
    vr_link_resume(&to.in);
    check_int(vr_link_window(&from), 8);
}

TEST(link, the_consumers_side_of_no_link_does_nothing)
{
    struct receiver alone = receiver_of(0);

    vr_link_grant(&alone.in, 5);
    vr_link_need(&alone.in, 5);
    vr_link_pause(&alone.in);
    vr_link_resume(&alone.in);
    vr_link_stop(&alone.in, &local);
    check_heard("");
}

TEST(link, nothing_is_taken_without_a_link_or_after_its_end)
{
    struct vr_producer alone;
    sender_init(&alone);

    make_link(5, 0);
    (void)put_end(&from, "", &eof);
    heard[0] = '\0';
    check_int(put(&from, "abc"), 0);
    check_int(put_record(&from, "abc"), 0);
    check_int(put_end(&from, "", &eof), 0);
    check_int(put_end(&alone, "abc", &eof), 0);
    check_int(put_record(&alone, "abc"), 0);
    check_heard("");
    check_int(alone.state, VR_LINK_NONE);
}

/* ---- bytes that are left ---- */

static void pause_it(struct receiver *r)
{
    vr_link_pause(&r->in);
}

TEST(link, one_who_paused_may_leave_any_number)
{
    make_link(10, 0);
    to.take = 1;
    to.inside = pause_it;
    check_int(put(&from, "abcdef"), 1);
    check_heard("[abcdef] ");
    check_int(from.state, VR_LINK_OPEN);
    check_int(from.taken, 1);
}

TEST(link, one_who_needs_more_may_leave_fewer_than_it_declared)
{
    make_link(10, 4);
    to.take = 1;
    check_int(put(&from, "abcd"), 1);
    check_int(from.state, VR_LINK_OPEN);
    check_heard("[abcd] ");
}

/* promise links-6 */
TEST(link, leaving_what_was_declared_enough_breaks_it)
{
    make_link(10, 4);
    to.take = 1;
    check_int(put(&from, "abcde"), 1);
    check_heard("[abcde] abort:limit stop:limit ");
    check_int(from.state, VR_LINK_OVER);
}

/* promise links-6 */
TEST(link, leaving_as_much_as_the_window_lets_through_breaks_it)
{
    make_link(4, 10);
    to.take = 0;
    check_int(put(&from, "abc"), 0);
    check_heard("[abc] ");
    check_int(put(&from, "abcd"), 0);
    check_heard("[abcd] abort:limit stop:limit ");
}

/* ---- records ---- */

/* promise links-10 */
TEST(link, a_record_is_taken_whole_even_an_empty_one)
{
    make_link(10, 0);
    check_int(put_record(&from, "abc"), 1);
    check_int(put_record(&from, ""), 1);
    check_heard("<abc> <> ");
    check_int(vr_link_window(&from), 7);
}

/* promise links-10 */
TEST(link, a_record_may_overrun_a_window_of_1_but_not_one_of_0)
{
    make_link(1, 0);
    check_int(put_record(&from, "abc"), 1);
    check_int(put_record(&from, ""), 0);
    check_heard("<abc> ");
    vr_link_grant(&to.in, 1);
    check_int(vr_link_window(&from), 1);
}

TEST(link, a_record_refused_with_a_pause_is_offered_again)
{
    make_link(10, 0);
    to.take = 0;
    to.inside = pause_it;
    check_int(put_record(&from, "abc"), 0);
    check_int(from.taken, 0);
    to.take = ALL;
    vr_link_resume(&to.in);
    check_int(put_record(&from, "abc"), 1);
    check_heard("<abc> r <abc> ");
}

TEST(link, a_record_refused_without_a_pause_breaks_it)
{
    make_link(10, 0);
    to.take = 0;
    check_int(put_record(&from, "abc"), 0);
    check_heard("<abc> abort:limit stop:limit ");
}
