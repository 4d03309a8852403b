/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_failed.c
 * How a watch learns that it hears nothing any more: the selector refused, or
 * the reactor is closed.
 */
#include "watches.h"

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/post.h>

/* Numbers of nothing: the script asks nobody about them. */
enum { FD = 40, OTHER = 41, BOTH = VR_READ | VR_WRITE };

/* promise reactor-16 */
TEST(watch_failed, a_refusal_is_heard_once)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    check_int(probe.fails, 0);
    turn();
    check_int(probe.fails, 1);
    check_int(probe.err, -ENOSPC);
    check_int(vr_watch_fd(&probe.watch), FD);
    check_int(vr_watch_wanted(&probe.watch), 0);

    vr_watch_want(&probe.watch, BOTH);
    check_int(vr_watch_wanted(&probe.watch), 0);
    turn();
    tear_down_script();
    check_int(probe.fails, 1);
}

/* Or an event nobody hears would end every wait. */
TEST(watch_failed, a_refusal_takes_the_descriptor_out_of_the_selector)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    turn();
    check_int(script.call_count, 2);
    check_call(1, VR_TEST_SCRIPT_DROP, FD, 0, 0);
    script_ready(&script, FD, BOTH);
    turn();
    check_int(probe.reads + probe.writes, 0);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 2);
    tear_down_script();
}

/* promise reactor-16 */
TEST(watch_failed, a_refusal_closes_a_watch_that_does_not_hear_of_it)
{
    static const struct vr_watch_ops ops = {.readable = note_read,
                                            .writable = note_write};
    struct vr_watch watch;

    set_up_script();
    check_int(vr_watch_open(&watch, reactor, FD, VR_READ, &ops), 0);
    refuse(FD, -ENOSPC);
    vr_watch_want(&watch, BOTH);
    turn();
    check_int(vr_watch_fd(&watch), -1);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), 0);
    tear_down_script();
}

static void open_two(struct probe *reader, struct probe *writer)
{
    reader->other = writer;
    writer->other = reader;
    open_as(reader, FD, VR_READ);
    open_as(writer, FD, VR_WRITE);
    turn();
    script.call_count = 0;
}

TEST(watch_failed, a_refusal_is_heard_by_reader_and_writer)
{
    struct probe reader = {.act = act_close}, writer = {.act = act_close};

    set_up_script();
    open_two(&reader, &writer);
    refuse(FD, -ENOMEM);
    vr_watch_want(&writer.watch, 0);
    turn();
    check_int(reader.err, -ENOMEM);
    check_int(writer.err, -ENOMEM);
    check_int(reader.fails + writer.fails, 2);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), 0);
    tear_down_script();
}

static void act_close_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->other->watch);
}

TEST(watch_failed, a_refusal_is_not_heard_by_one_that_the_other_closed)
{
    struct probe reader = {.act = act_close_other};
    struct probe writer = {.act = act_close_other};

    set_up_script();
    open_two(&reader, &writer);
    refuse(FD, -ENOMEM);
    vr_watch_want(&writer.watch, 0);
    turn();
    check_int(reader.fails + writer.fails, 1);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), 1);
    vr_watch_close_all(reactor);
    tear_down_script();
}

static void act_stop(struct probe *probe, unsigned event)
{
    (void)event;
    vr_reactor_stop(reactor);
    vr_watch_close(&probe->watch);
}

TEST(watch_failed, a_refusal_is_heard_by_no_other_behind_a_stop)
{
    struct probe reader = {.act = act_stop}, writer = {.act = act_stop};

    set_up_script();
    open_two(&reader, &writer);
    refuse(FD, -ENOMEM);
    vr_watch_want(&reader.watch, 0);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(reader.fails + writer.fails, 1);

    check_int(vr_watch_wanted(&writer.watch), VR_WRITE);
    refuse(FD, -ENOMEM);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(writer.fails, 1);
    tear_down_script();
}

static void stop_in_post(struct vr_post *post)
{
    (void)post;
    vr_reactor_stop(reactor);
}

TEST(watch_failed, a_refusal_behind_a_stop_is_heard_in_the_next_run)
{
    struct probe probe = {0};
    struct vr_post post = {.run = stop_in_post};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_int(probe.fails, 0);
    refuse(FD, -ENOSPC);
    turn();
    check_int(probe.fails, 1);
    tear_down_script();
}

static void act_reopen_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->other->watch);
    open_as(probe->other, FD, VR_WRITE);
}

TEST(watch_failed, a_refusal_is_not_heard_by_one_opened_since)
{
    struct probe reader = {.act = act_reopen_other}, writer = {0};

    set_up_script();
    open_two(&reader, &writer);
    refuse(FD, -ENOMEM);
    vr_watch_want(&writer.watch, 0);
    turn();
    check_int(reader.fails, 1);
    check_int(writer.fails, 0);
    script_ready(&script, FD, VR_WRITE);
    turn();
    check_int(writer.writes, 1);
    vr_watch_close_all(reactor);
    tear_down_script();
}

static void act_reopen(struct probe *probe, unsigned event)
{
    if (event)
        return;
    vr_watch_close(&probe->watch);
    check_int(vr_watch_open(&probe->watch, reactor, FD, VR_READ, ops_of(BOTH)),
              0);
}

TEST(watch_failed, a_refused_watch_may_be_closed_and_opened_again)
{
    struct probe probe = {.act = act_reopen};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    turn();
    check_int(probe.fails, 1);
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(probe.reads, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

static void act_want_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_want(&probe->other->watch, BOTH);
}

/* Or what is ready already would wait for something else to happen. */
TEST(watch_failed, what_a_failure_wants_of_others_is_not_left_to_a_long_wait)
{
    struct probe probe = {.act = act_want_other}, other = {0};

    set_up_script();
    probe.other = &other;
    open_settled(&probe, FD, VR_READ);
    open_settled(&other, OTHER, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(vr_watch_wanted(&other.watch), BOTH);
    bool told = script.calls[script.call_count - 1].fd == OTHER;
    check(told || script.timeout == 0);
    check_int(vr_reactor_turn(reactor, -1), 0);
    check_call(script.call_count - 1, VR_TEST_SCRIPT_WATCH, OTHER, VR_READ,
               BOTH);
    check_int(script.timeout, -1);

    vr_watch_close_all(reactor);
    tear_down_script();
}

/* ---- the end of the reactor ---- */

/* promises reactor-4, reactor-16 */
TEST(watch_failed, closing_the_reactor_is_heard_once)
{
    struct probe probes[3] = {[1] = {.act = act_close}};

    set_up_script();
    for (int i = 0; i < 3; i++)
        open_reader(&probes[i], FD + i);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_reactor_close(reactor), 0);
    for (int i = 0; i < 3; i++) {
        check_int(probes[i].fails, 1);
        check_int(probes[i].err, -VR_ECLOSED);
        check_int(vr_watch_fd(&probes[i].watch), -1);
    }
    tear_down_script();
}

static void act_close_both(struct probe *probe, unsigned event)
{
    act_close_other(probe, event);
    act_close(probe, event);
}

TEST(watch_failed, closing_the_reactor_is_not_heard_by_what_was_closed_there)
{
    struct probe first = {.act = act_close_both};
    struct probe second = {.act = act_close_both};

    set_up_script();
    first.other = &second;
    second.other = &first;
    open_reader(&first, FD);
    open_reader(&second, OTHER);
    check_int(vr_reactor_close(reactor), 0);
    check_int(first.fails + second.fails, 1);
    tear_down_script();
}

static void act_open_other(struct probe *probe, unsigned event)
{
    (void)event;
    check_int(vr_watch_open(&probe->other->watch, reactor, OTHER, VR_READ,
                            ops_of(VR_READ)),
              -VR_ECLOSED);
}

TEST(watch_failed, nothing_is_opened_while_the_reactor_is_being_closed)
{
    struct probe probe = {.act = act_open_other}, other = {0};

    set_up_script();
    probe.other = &other;
    open_reader(&probe, FD);
    check_int(vr_reactor_close(reactor), 0);
    check_int(probe.fails, 1);
    check_int(other.fails, 0);
    tear_down_script();
}
