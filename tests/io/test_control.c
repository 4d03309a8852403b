/* SPDX-License-Identifier: MIT */
/**
 * @file test_control.c
 * Tests of io/control.h: kinds of messages; and the greeting of io/link.h, past
 * filters that come and go.
 */
#include <vreactor/io/control.h>

#include <vreactor/io/name/address.h>

#include "tests/io/link_fixture.h"

static struct vr_producer from;
static struct vr_stage first;

/* ---- kinds ---- */

/* promise links-22 */
TEST(control, kinds_of_one_name_are_the_same)
{
    char name[] = "vreactor.connected";
    const struct vr_control_kind twin = {name}, other = {"tests.connected"};
    struct vr_control msg = {.kind = &twin};

    check(vr_control_is(&msg, &twin));
    check(vr_control_is(&msg, vr_control_connected()));
    check(!vr_control_is(&msg, &other));
    check(!vr_control_is(&msg, vr_control_secured()));
}

TEST(control, the_kinds_of_the_library_differ)
{
    const struct vr_control_kind *const kinds[] = {
        vr_control_can_connect(), vr_control_connected(), vr_control_secured(),
        vr_control_authorize(), vr_control_end_writing()};
    enum { COUNT = sizeof(kinds) / sizeof(kinds[0]) };

    for (int i = 0; i < COUNT; i++) {
        check(!strncmp(kinds[i]->name, "vreactor.", 9));
        for (int j = 0; j < COUNT; j++)
            check(vr_control_is(&(struct vr_control){.kind = kinds[i]},
                                kinds[j]) == (i == j));
    }
}

/* ---- greeting ---- */

/* A program that writes down what it is told. */
struct program {
    struct vr_consumer in;
    const char *name;
};

static int tell(struct vr_consumer *in, const struct vr_control *msg)
{
    struct program *program = vr_container_of(in, struct program, in);

    check(!vr_control_is(msg, vr_control_connected()) || msg->peer);
    hear("%s %s ", program->name, strchr(msg->kind->name, '.') + 1);
    return 0;
}

static size_t read_aloud(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct program *program = vr_container_of(in, struct program, in);

    hear("%s [%.*s] ", program->name, (int)offer->len,
         (const char *)offer->data);
    return offer->len;
}

static struct program program_of(const char *name)
{
    static const struct vr_consumer_ops ops = {.consume = read_aloud,
                                               .control = tell};
    struct program program = {.name = name};

    vr_consumer_init(&program.in, &ops);
    return program;
}

static void make_ends(void)
{
    static const struct vr_producer_ops silent = {.ready = NULL};

    heard[0] = '\0';
    vr_producer_init(&from, NULL, &silent);
    vr_stage_init(&first, NULL, NULL, NULL);
}

/* promise links-23 */
TEST(control, a_consumer_is_greeted_once_a_link)
{
    struct program a = program_of("a");

    make_ends();
    join(&from, &a.in);
    vr_greet(&from);
    vr_greet(&from);
    check_heard("a connected ");
    vr_link_detach(&from);
    check_int(vr_link_attach(&from, &a.in), 0);
    check_heard("a connected ");
}

/* promise links-23 */
TEST(control, one_attached_later_is_greeted_before_any_byte)
{
    struct program a = program_of("a"), b = program_of("b");

    make_ends();
    vr_greet(&from);
    check_int(vr_link_attach(&from, &a.in), 0);
    (void)put(&from, "x");
    vr_link_detach(&from);
    check_int(vr_link_attach(&from, &b.in), 0);
    (void)put(&from, "y");
    check_heard("a connected a [x] b connected b [y] ");
}

/* promise links-23 */
TEST(control, one_attached_later_is_greeted_past_a_filter)
{
    struct program a = program_of("a"), b = program_of("b");

    make_ends();
    join(&first.out, &a.in);
    join(&from, &first.in);
    vr_greet(&from);
    vr_link_detach(&first.out);
    check_int(vr_link_attach(&first.out, &b.in), 0);
    check_heard("a connected b connected ");
}

TEST(control, a_link_that_is_over_is_not_greeted)
{
    struct program a = program_of("a");

    make_ends();
    join(&from, &a.in);
    vr_link_stop(&a.in, NULL);
    vr_greet(&from);
    check_heard("");
}

/* A filter that keeps the greeting until its handshake is done, as TLS does. */
static int keep_greeting(struct vr_consumer *in, const struct vr_control *msg)
{
    if (!vr_control_is(msg, vr_control_connected()))
        return vr_pass_control_downstream(in, msg);
    hear("filter connected ");
    return 0;
}

static void hear_joined(struct vr_producer *out)
{
    (void)out;
    hear("filter joined ");
}

static void shake_hands(void)
{
    vr_greet(&first.out);
    vr_tell_secured(&first.out);
}

static void make_handshaker(void)
{
    static struct vr_consumer_ops in;
    static struct vr_producer_ops out;

    in = *vr_pass_in();
    in.control = keep_greeting;
    out = *vr_pass_out();
    out.joined = hear_joined;
    vr_stage_init(&first, NULL, &in, &out);
}

TEST(control, a_filter_may_hold_the_greeting_back)
{
    struct program a = program_of("a");

    make_ends();
    make_handshaker();
    join(&first.out, &a.in);
    join(&from, &first.in);
    vr_greet(&from);
    check_heard("filter connected ");
    shake_hands();
    check_heard("a connected a secured ");
}

/* promise links-24 */
TEST(control, one_that_is_inserted_is_greeted_and_its_program_hears_secured)
{
    struct program a = program_of("a");

    make_ends();
    make_handshaker();
    join(&from, &a.in);
    vr_greet(&from);
    check_int(vr_link_insert(&from, &first), 0);
    shake_hands();
    check_heard("a connected filter connected a secured ");
}

TEST(control, who_was_not_greeted_is_when_the_filter_is_gone)
{
    struct program a = program_of("a");

    make_ends();
    make_handshaker();
    join(&first.out, &a.in);
    join(&from, &first.in);
    vr_greet(&from);
    check_int(vr_link_remove(&first), 0);
    check_heard("filter connected a connected ");

    vr_link_detach(&from);
    make_handshaker();
    join(&from, &a.in);
    check_int(vr_link_insert(&from, &first), 0);
    check_int(vr_link_remove(&first), 0);
    check_heard("filter connected "); /* a knows already */
}

TEST(control, one_that_is_put_in_again_waits_for_the_greeting_of_its_new_link)
{
    struct program a = program_of("a"), b = program_of("b");
    struct vr_producer other;

    make_ends();
    vr_producer_init(&other, NULL, from.ops);
    join(&from, &a.in);
    vr_greet(&from);
    check_int(vr_link_insert(&from, &first), 0);
    check_int(vr_link_remove(&first), 0);
    check_heard("a connected ");

    join(&other, &b.in);
    check_int(vr_link_insert(&other, &first), 0);
    check_heard("");
    vr_greet(&other);
    check_heard("b connected ");
}

/* promise links-44 */
TEST(control, secured_waits_for_a_greeting_that_is_held_back)
{
    struct program a = program_of("a");

    make_ends();
    make_handshaker();
    join(&first.out, &a.in);
    join(&from, &first.in);
    vr_greet(&from);
    vr_tell_secured(&from); /* which the filter passes on */
    check_heard("filter connected ");
    vr_greet(&first.out);
    check_heard("a connected a secured ");
}

/* promise links-44 */
TEST(control, secured_is_told_again_for_a_handshake_but_not_for_a_filter)
{
    struct program a = program_of("a");
    struct vr_stage passing;

    make_ends();
    make_handshaker();
    vr_stage_init(&passing, NULL, NULL, NULL);
    join(&from, &a.in);
    vr_greet(&from);
    vr_tell_secured(&from);
    check_heard("a connected a secured ");
    check_int(vr_link_insert(&from, &passing), 0);
    check_int(vr_link_insert(&from, &first), 0);
    check_heard("filter connected ");
    shake_hands();
    check_heard("a secured ");
}

/* promise links-44 */
TEST(control, secured_is_told_again_where_the_filter_of_before_has_left)
{
    struct program a = program_of("a");
    struct vr_stage passing, again;

    make_ends();
    make_handshaker();
    vr_stage_init(&passing, NULL, NULL, NULL);
    vr_stage_init(&again, NULL, first.in.ops, first.out.ops);
    join(&from, &a.in);
    vr_greet(&from);
    check_int(vr_link_insert(&from, &first), 0);
    shake_hands();
    check_heard("a connected filter connected a secured ");
    check_int(vr_link_remove(&first), 0);
    check_int(vr_link_insert(&from, &passing), 0);
    check_int(vr_link_insert(&from, &again), 0);
    vr_greet(&again.out);
    check_heard("filter connected ");
    vr_tell_secured(&again.out);
    check_heard("a secured ");
}

static struct vr_stage between;

static void bring_another(struct vr_consumer *in)
{
    vr_pass_attached(in);
    check_int(vr_link_insert(&from, &between), 0);
}

static void take_first_out(struct vr_consumer *in)
{
    vr_pass_attached(in);
    check_int(vr_link_remove(&first), 0);
}

/* promise links-44 */
TEST(control, secured_is_told_once_where_a_filter_goes_before_it_hears_of_it)
{
    struct program a = program_of("a");
    struct vr_consumer_ops brings = *vr_pass_in(), takes = *vr_pass_in();

    make_ends();
    brings.attached = bring_another;
    takes.attached = take_first_out;
    vr_stage_init(&first, NULL, &brings, NULL);
    vr_stage_init(&between, NULL, &takes, NULL);
    join(&from, &a.in);
    vr_greet(&from);
    vr_tell_secured(&from);
    check_int(vr_link_insert(&from, &first), 0);
    check(between.out.to == &a.in);
    check_heard("a connected a secured ");
}

static struct vr_reactor *reactor;

static int tell_and_stop(struct vr_consumer *in, const struct vr_control *msg)
{
    vr_reactor_stop(reactor);
    return tell(in, msg);
}

/* promises links-44, reactor-2 */
TEST(control, secured_waits_for_the_next_run_where_the_greeting_stopped_this)
{
    struct program a = program_of("a");
    struct vr_consumer_ops stopping = *a.in.ops;

    make_ends();
    check_int(vr_reactor_new(NULL, &reactor), 0);
    from.reactor = reactor;
    stopping.control = tell_and_stop;
    a.in.ops = &stopping;
    join(&from, &a.in);
    vr_tell_secured(&from);
    vr_greet(&from);
    check_int(put(&from, "x"), 0);
    check_heard("a connected ");
    check(vr_reactor_turn(reactor, 0) >= 0);
    check_heard("a secured ");
    check_int(put(&from, "x"), 1);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(control, a_filter_hears_of_a_new_program_past_another_filter)
{
    struct program a = program_of("a"), b = program_of("b");
    struct vr_stage passing;

    make_ends();
    make_handshaker();
    vr_stage_init(&passing, NULL, NULL, NULL);
    join(&passing.out, &a.in);
    join(&first.out, &passing.in);
    join(&from, &first.in);
    vr_greet(&from);
    shake_hands();
    check_heard("filter connected a connected a secured ");
    vr_link_detach(&passing.out);
    check_int(vr_link_attach(&passing.out, &b.in), 0);
    check_heard("b connected b secured filter joined ");
}
