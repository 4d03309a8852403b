/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_end.c
 * How one link ends, and what may happen inside consume.
 */
#include "tests/io/link_fixture.h"

static struct receiver to, second;
static struct vr_producer from;

static void make_link(uint64_t window, size_t need)
{
    to = receiver_of(window);
    to.need = need;
    second = receiver_of(VR_UNLIMITED);
    sender_init(&from);
    join(&from, &to.in);
}

/* promise links-8 */
TEST(link_end, an_end_is_told_once_and_is_no_abort)
{
    make_link(10, 0);
    check_int(put_end(&from, "abc", &eof), 3);
    vr_link_abort(&from, &local);
    vr_link_stop(&to.in, &local);
    vr_link_grant(&to.in, 100);
    check_heard("[abc] end:eof ");
}

TEST(link_end, no_reason_given_is_one_of_the_programs_own)
{
    make_link(10, 0);
    vr_link_stop(&to.in, NULL);
    check_heard("stop:closed here ");

    make_link(10, 0);
    vr_link_abort(&from, NULL);
    check_heard("abort:closed here ");
}

TEST(link_end, an_end_alone_needs_no_window)
{
    make_link(0, 0);
    check_int(put_end(&from, "", &eof), 0);
    check_heard("end:eof ");
}

TEST(link_end, an_end_alone_is_told_even_to_one_who_paused)
{
    make_link(10, 0);
    vr_link_pause(&to.in);
    (void)put_end(&from, "", &eof);
    check_heard("end:eof ");
}

static void pause_it(struct receiver *r)
{
    vr_link_pause(&r->in);
}

/* promise links-5 */
TEST(link_end, bytes_left_with_a_pause_come_again_and_the_end_with_them)
{
    make_link(10, 0);
    to.take = 1;
    to.inside = pause_it;
    check_int(put_end(&from, "abc", &eof), 1);
    check_heard("[abc] ");
    to.take = ALL;
    vr_link_resume(&to.in);
    check_int(put_end(&from, "bc", &eof), 2);
    check_heard("r [bc] end:eof ");
}

/* promise links-7 */
TEST(link_end, what_is_left_of_a_clean_end_is_dropped_as_truncated)
{
    make_link(10, 4);
    to.take = 1;
    check_int(put_end(&from, "abc", &eof), 3);
    check_heard("[abc] end:truncated ");
}

/* promise links-7 */
TEST(link_end, tls_vouches_for_no_half_of_anything)
{
    const struct vr_end tls_eof = {.kind = VR_END_TLS_EOF};

    make_link(10, 4);
    to.take = 1;
    check_int(put_end(&from, "abc", &tls_eof), 3);
    check_heard("[abc] end:truncated ");
}

TEST(link_end, a_reset_comes_behind_the_bytes_and_stays_a_reset)
{
    make_link(10, 4);
    check_int(put_end(&from, "abc", &reset), 3);
    check_heard("[abc] end:reset ");
    make_link(10, 4);
    to.take = 1;
    check_int(put_end(&from, "abc", &reset), 3);
    check_heard("[abc] end:reset ");
}

/* promise links-8 */
TEST(link_end, an_abort_is_heard_once_by_the_consumer_alone)
{
    make_link(10, 0);
    vr_link_abort(&from, &local);
    vr_link_abort(&from, &local);
    vr_link_stop(&to.in, &local);
    check_heard("abort:closed here ");
    check_int(put(&from, "abc"), 0);
}

TEST(link_end, a_stop_is_heard_once_by_the_producer_alone)
{
    make_link(10, 0);
    vr_link_stop(&to.in, &local);
    vr_link_stop(&to.in, &local);
    vr_link_abort(&from, &local);
    vr_link_grant(&to.in, 100);
    check_heard("stop:closed here ");
    check_int(put_end(&from, "abc", &eof), 0);
    check_heard("");
}

/* ---- inside consume ---- */

static void stop_it(struct receiver *r)
{
    vr_link_stop(&r->in, &local);
}

TEST(link_end, stopping_inside_consume_drops_what_follows_and_the_end)
{
    make_link(2, 0);
    to.inside = stop_it;
    check_int(put_end(&from, "abcd", &eof), 2);
    check_heard("[ab] stop:closed here ");
}

static void detach_it(struct receiver *r)
{
    vr_producer_fini(r->in.from);
}

TEST(link_end, no_hook_runs_after_closing_inside_consume)
{
    make_link(10, 0);
    to.inside = detach_it;
    to.take = 1;
    check_int(put_end(&from, "abcd", &eof), 1);
    check_heard("[abcd] ");
    check_int(from.state, VR_LINK_NONE);
}

static void give_way(struct receiver *r)
{
    struct vr_producer *out = r->in.from;

    vr_link_detach(out);
    check_int(vr_link_attach(out, &second.in), 0);
}

/* promise links-9 */
TEST(link_end, who_takes_its_place_inside_consume_gets_what_is_left)
{
    make_link(10, 0);
    to.inside = give_way;
    to.take = 1;
    check_int(put_end(&from, "abcd", &eof), 4);
    check_heard("[abcd] a r r [bcd] end:eof ");
    check_int(from.taken, 3);
}

TEST(link_end, who_takes_its_place_inside_consume_gets_the_refused_record)
{
    make_link(10, 0);
    to.inside = give_way;
    to.take = 0;
    check_int(put_record(&from, "abc"), 1);
    check_heard("<abc> a r r <abc> ");
}

static void join_again(struct receiver *r)
{
    struct vr_producer *out = r->in.from;

    vr_link_detach(out);
    check_int(vr_link_attach(out, &r->in), 0);
}

TEST(link_end, a_link_made_anew_inside_consume_counts_from_0)
{
    make_link(10, 0);
    to.inside = join_again;
    check_int(put(&from, "abcd"), 4);
    check_heard("[abcd] a r r ");
    check_int(from.taken, 0);
    check_int(vr_link_window(&from), 10);
}

/* ---- the pump ---- */

static void produce(struct vr_producer *out)
{
    hear("p ");
    (void)put(out, "abc");
}

static const struct vr_producer_ops pumping = {
    .ready = vr_pump_later,
    .produce = produce,
};

/* A joined producer that pumps. */
static struct vr_reactor *pump_on(struct vr_producer *out, struct receiver *r)
{
    struct vr_reactor *reactor;

    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_producer_init(out, reactor, &pumping);
    check_int(vr_link_attach(out, &r->in), 0);
    return reactor;
}

TEST(link_end, a_pump_runs_from_the_loop_and_once)
{
    struct receiver r = receiver_of(10);
    struct vr_producer out;

    struct vr_reactor *reactor = pump_on(&out, &r);
    vr_pump_later(&out);
    check_heard("a ");
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_heard("p [abc] ");
    check_int(vr_reactor_free(reactor), 0);
}

TEST(link_end, no_pump_runs_after_fini_asked_for_before_or_after)
{
    struct receiver r = receiver_of(10);
    struct vr_producer out;

    struct vr_reactor *reactor = pump_on(&out, &r);
    vr_producer_fini(&out);
    check(!vr_soon_is_waiting(&out.pump));
    vr_pump_later(&out); /* as a hook may that closed what it stands in */
    check(!vr_soon_is_waiting(&out.pump));
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_heard("a ");
    check(!r.in.from);
    check_int(vr_reactor_free(reactor), 0);
}
