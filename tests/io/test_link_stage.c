/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_stage.c
 * Stages that pass everything through: windows, ends and messages across them,
 * and stages that come and go.
 */
#include "tests/io/link_fixture.h"

static struct receiver to;
static struct vr_producer from;
static struct vr_stage first, second;

static void make_ends(uint64_t window)
{
    to = receiver_of(window);
    sender_init(&from);
    vr_stage_init(&first, NULL, NULL, NULL);
    vr_stage_init(&second, NULL, NULL, NULL);
}

/* from -> first -> second -> to */
static void make_line(uint64_t window)
{
    make_ends(window);
    join(&from, &first.in);
    join(&first.out, &second.in);
    join(&second.out, &to.in);
}

/* from -> to */
static void make_link(uint64_t window)
{
    make_ends(window);
    join(&from, &to.in);
}

TEST(link_stage, windows_and_needs_are_the_same_whichever_way_it_was_joined)
{
    make_line(7);
    check_int(vr_link_window(&from), 7);

    make_ends(7);
    to.need = 3;
    join(&second.out, &to.in);
    join(&first.out, &second.in);
    join(&from, &first.in);
    check_int(vr_link_window(&from), 7);
    check_int(from.need, 3);
    vr_link_need(&to.in, 5);
    check_int(from.need, 5);
}

/* promise links-4 */
TEST(link_stage, words_upstream_reach_the_sender_at_once)
{
    make_line(0);
    vr_link_grant(&to.in, 4);
    check_heard("r ");
    check_int(put(&from, "abcdef"), 4);
    check_heard("[abcd] ");
    check_int(vr_link_window(&from), 0);
    vr_link_grant(&to.in, 4);
    check_int(put(&from, "ef"), 2);
    check_heard("r [ef] ");
}

static void grant_4_again(struct receiver *r)
{
    r->inside = grant_4_again;
    vr_link_grant(&r->in, 4);
}

TEST(link_stage, an_offer_goes_on_through_stages_while_the_window_reopens)
{
    make_line(4);
    to.inside = grant_4_again;
    check_int(put_end(&from, "abcdefghij", &eof), 10);
    check_heard("[abcd] r [efgh] r [ij] r end:eof ");
}

static void pause_it(struct receiver *r)
{
    vr_link_pause(&r->in);
}

TEST(link_stage, a_pause_holds_back_the_sender_until_resume)
{
    make_line(10);
    to.take = 1;
    to.inside = pause_it;
    check_int(put_end(&from, "abc", &eof), 1);
    check_int(vr_link_window(&from), 0);
    to.take = ALL;
    vr_link_resume(&to.in);
    check_int(vr_link_window(&from), 9);
    check_int(put_end(&from, "bc", &eof), 2);
    check_heard("[abc] r [bc] end:eof ");
}

TEST(link_stage, a_grant_behind_a_pause_does_not_open_the_window_upstream)
{
    make_line(10);
    to.take = 1;
    to.inside = pause_it;
    check_int(put(&from, "abc"), 1);
    vr_link_grant(&to.in, 20);
    check_int(vr_link_window(&from), 0);
    vr_link_resume(&to.in);
    check_int(vr_link_window(&from), 20);
}

TEST(link_stage, a_stage_that_keeps_a_stop_to_itself_swallows_what_follows)
{
    static const struct vr_producer_ops keeps_stop = {.ready = vr_pass_ready};

    make_line(10);
    second.out.ops = &keeps_stop;
    vr_link_stop(&to.in, &local);
    check_int(put_end(&from, "abc", &eof), 3);
    check_heard("");
    check_int(from.state, VR_LINK_OVER);
}

TEST(link_stage, one_who_needs_more_gets_it_through_stages)
{
    make_line(10);
    vr_link_need(&to.in, 4);
    to.take = 0;
    check_int(put(&from, "abc"), 0);
    check(vr_link_window(&from) > 3);
    to.take = ALL;
    check_int(put(&from, "abcd"), 4);
    check_heard("r [abc] [abcd] ");
}

/* promise links-10 */
TEST(link_stage, records_pass_whole)
{
    make_line(1);
    check_int(put_record(&from, "abc"), 1);
    check_int(put_record(&from, ""), 0);
    check_heard("<abc> ");
    vr_link_grant(&to.in, 1);
    check_int(put_record(&from, ""), 1);
    check_heard("r <> ");
}

TEST(link_stage, ends_pass_with_the_bytes_and_alone)
{
    make_line(10);
    (void)put_end(&from, "abc", &reset);
    check_heard("[abc] end:reset ");
    make_line(0);
    (void)put_end(&from, "", &eof);
    check_heard("end:eof ");
}

/* promise links-6 */
TEST(link_stage, a_limit_reaches_both_ends_once)
{
    make_line(10);
    to.take = 0;
    (void)put(&from, "abc");
    check_heard("[abc] abort:limit stop:limit ");
}

TEST(link_stage, an_abort_passes_downstream_only)
{
    make_line(10);
    vr_link_abort(&from, &local);
    check_heard("abort:closed here ");
}

TEST(link_stage, a_stop_passes_upstream_only)
{
    make_line(10);
    vr_link_stop(&to.in, &local);
    check_heard("stop:closed here ");
}

TEST(link_stage, one_direction_ends_and_the_other_goes_on)
{
    struct receiver back = receiver_of(10);
    struct vr_producer answer;
    sender_init(&answer);

    make_line(10);
    join(&answer, &back.in);
    vr_link_abort(&from, &local);
    check_heard("abort:closed here ");
    check_int(put_end(&answer, "abc", &eof), 3);
    check_heard("[abc] end:eof ");

    make_line(10);
    sender_init(&answer);
    back = receiver_of(10);
    join(&answer, &back.in);
    vr_link_stop(&to.in, &local);
    check_heard("stop:closed here ");
    check_int(put(&answer, "abc"), 3);
    check_heard("[abc] ");
}

static void close_all(struct receiver *r)
{
    (void)r;
    vr_producer_fini(&second.out);
    vr_producer_fini(&first.out);
    vr_producer_fini(&from);
}

TEST(link_stage, no_hook_runs_after_the_line_was_closed_inside_consume)
{
    make_line(2);
    to.inside = close_all;
    (void)put_end(&from, "abcd", &eof);
    check_heard("[ab] ");
    check_int(from.state, VR_LINK_NONE);
}

TEST(link_stage, who_is_joined_after_the_end_is_told)
{
    make_ends(10);
    join(&from, &first.in);
    (void)put_end(&from, "", &eof);
    check_int(vr_link_attach(&first.out, &to.in), -VR_ECLOSED);
}

TEST(link_stage, who_is_joined_upstream_of_one_that_is_over_is_stopped)
{
    make_ends(10);
    join(&first.out, &to.in);
    vr_link_stop(&to.in, &local);
    check_int(vr_link_attach(&from, &first.in), 0);
    check_heard("stop:closed here ");
}

/* ---- coming and going ---- */

/* promise links-3 */
/* promise links-9 */
TEST(link_stage, a_stage_put_in_or_taken_out_between_offers_loses_nothing)
{
    static const struct vr_producer_ops silent = {0};

    make_link(10);
    from.ops = &silent;
    vr_link_need(&to.in, 4);
    to.take = 1;
    to.inside = pause_it;
    check_int(put(&from, "abcd"), 1);
    check_int(vr_link_insert(&from, &first), 0);
    to.take = ALL;
    check_int(put(&from, "bcd"), 0); /* it is paused still */
    vr_link_resume(&to.in);
    check_int(put(&from, "bcd"), 3);
    check_int(vr_link_insert(&first.out, &second), 0);
    check_int(put(&from, "ef"), 2);
    check_int(vr_link_remove(&first), 0);
    check_int(vr_link_remove(&second), 0);
    check_int(put_end(&from, "g", &eof), 1);
    check_heard("[abcd] a [bcd] a [ef] a [g] end:eof ");
}

TEST(link_stage, putting_in_needs_an_open_link_and_a_free_stage)
{
    make_ends(10);
    check_int(vr_link_insert(&from, &first), -ENOTCONN);
    join(&from, &to.in);
    check_int(vr_link_insert(&from, &first), 0);
    check_int(vr_link_insert(&from, &first), -EISCONN);
    vr_link_abort(&second.out, &local);
    check_int(vr_link_insert(&from, &second), -VR_ECLOSED);
    check(from.to == &first.in && first.out.to == &to.in);
    (void)put_end(&from, "", &eof);
    check_int(vr_link_insert(&from, &second), -ENOTCONN);
}

TEST(link_stage, taking_out_needs_open_links_on_both_sides)
{
    make_ends(10);
    check_int(vr_link_remove(&first), -ENOTCONN);
    join(&from, &first.in);
    check_int(vr_link_remove(&first), -ENOTCONN);
    check(from.to == &first.in);

    make_line(10);
    (void)put_end(&from, "", &eof);
    check_int(vr_link_remove(&first), -ENOTCONN);
    check(from.to == &first.in);
}

static void give_way(struct receiver *r)
{
    static struct receiver successor;
    struct vr_producer *out = r->in.from;

    successor = receiver_of(10);
    vr_link_detach(out);
    check_int(vr_link_attach(out, &successor.in), 0);
}

/* promise links-9 */
TEST(link_stage, who_takes_its_place_behind_stages_gets_what_is_left)
{
    make_line(10);
    to.take = 1;
    to.inside = give_way;
    check_int(put_end(&from, "abc", &eof), 3);
    check_heard("[abc] a r [bc] end:eof ");
}

/* ---- control messages ---- */

static char word[] = "word";
static const struct vr_control_kind word_kind = {"tests.word"};
static const struct vr_control message = {.kind = &word_kind, .data = word};

/* promise links-14 */
TEST(link_stage, messages_pass_stages_both_ways_and_answers_come_back)
{
    make_line(0);
    to.answer = -EACCES;
    check_int(vr_control_downstream(&from, &message), -EACCES);
    check_int(vr_control_upstream(&to.in, &message), 7);
    check_heard("downstream:word upstream:word ");
}

/* promise links-14 */
TEST(link_stage, a_message_nobody_knows_is_answered_so_through_stages)
{
    static const struct vr_consumer_ops deaf = {.consume = receiver_consume};
    static const struct vr_producer_ops mute = {.ready = sender_ready};

    make_line(0);
    to.in.ops = &deaf;
    from.ops = &mute;
    check_int(vr_control_downstream(&from, &message), -VR_ENOCONTROL);
    check_int(vr_control_upstream(&to.in, &message), -VR_ENOCONTROL);
}

TEST(link_stage, a_message_without_a_way_is_answered_so_through_stages)
{
    make_line(0);
    vr_link_detach(&second.out);
    check_int(vr_control_downstream(&from, &message), -ENOTCONN);
    check_int(vr_control_upstream(&to.in, &message), -ENOTCONN);
    check_int(vr_link_attach(&second.out, &to.in), 0);
    vr_link_detach(&from);
    check_int(vr_control_upstream(&to.in, &message), -ENOTCONN);
}
