/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_flush.c
 * What of a watch reaches the selector, and what comes of a refusal.
 */
#include "watches.h"

#include <errno.h>

#include <vreactor/base/err.h>

/* Numbers of nothing: the script asks nobody about them. */
enum { FD = 40, OTHER = 41, BOTH = VR_READ | VR_WRITE };

static void check_call(int at, enum script_op op, int fd, unsigned was,
                       unsigned now)
{
    check(at < script.call_count);
    check_int(script.calls[at].op, op);
    check_int(script.calls[at].fd, fd);
    check_int(script.calls[at].was, was);
    check_int(script.calls[at].now, now);
}

/* Open a watch that hears both, and forget how the selector learned of it. */
static void open_settled(struct probe *probe, int fd, unsigned want)
{
    check_int(vr_watch_open(&probe->watch, reactor, fd, want, ops_of(BOTH)), 0);
    turn();
    script.call_count = 0;
}

static void refuse(int fd, int err)
{
    script.refused_fd = fd;
    script.refusal = err;
}

TEST(watch_flush, opening_reaches_the_selector_at_once)
{
    struct probe probe = {0};

    set_up_script();
    open_as(&probe, FD, VR_READ);
    check_int(script.call_count, 1);
    check_call(0, SCRIPT_WATCH, FD, 0, VR_READ);
    turn();
    check_int(script.call_count, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, opening_says_what_the_selector_says)
{
    struct probe probe = {0};

    set_up_script();
    refuse(FD, -ENOSPC);
    check_int(
        vr_watch_open(&probe.watch, reactor, FD, VR_READ, ops_of(VR_READ)),
        -ENOSPC);
    turn();
    check_int(probe.fails, 0);
    open_as(&probe, FD, VR_READ);
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(probe.reads, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, opening_for_nothing_asks_the_selector_all_the_same)
{
    struct probe probe = {0};

    set_up_script();
    check_int(vr_watch_open(&probe.watch, reactor, FD, 0, ops_of(VR_READ)), 0);
    check_call(0, SCRIPT_WATCH, FD, 0, VR_READ);
    turn();
    check_int(script.call_count, 2);
    check_call(1, SCRIPT_WATCH, FD, VR_READ, 0);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 2);
    tear_down_script();
}

TEST(watch_flush, closing_reaches_the_selector_at_once)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 1);
    check_call(0, SCRIPT_DROP, FD, 0, 0);
    turn();
    check_int(script.call_count, 1);
    tear_down_script();
}

TEST(watch_flush, what_is_changed_back_costs_nothing)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, 0);
    vr_watch_want(&probe.watch, BOTH);
    vr_watch_want(&probe.watch, VR_READ);
    turn();
    check_int(script.call_count, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, many_changes_cost_one)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    for (int i = 0; i < 10; i++)
        vr_watch_want(&probe.watch, i % 2 ? BOTH : VR_WRITE);
    check_int(script.call_count, 0);
    turn();
    check_int(script.call_count, 1);
    check_call(0, SCRIPT_WATCH, FD, VR_READ, BOTH);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

TEST(watch_flush, a_reader_and_a_writer_are_one_to_the_selector)
{
    struct probe reader = {0}, writer = {0};

    set_up_script();
    open_as(&reader, FD, VR_READ);
    open_as(&writer, FD, VR_WRITE);
    check_call(1, SCRIPT_WATCH, FD, VR_READ, BOTH);
    vr_watch_close(&reader.watch);
    check_int(script.call_count, 2); /* the writer keeps it open */
    turn();
    check_int(script.call_count, 3);
    check_call(2, SCRIPT_WATCH, FD, BOTH, VR_WRITE);
    vr_watch_close(&writer.watch);
    check_call(3, SCRIPT_DROP, FD, 0, 0);
    tear_down_script();
}

/* trap 5 */
TEST(watch_flush, opened_and_closed_again_leaves_nothing)
{
    struct probe probe = {0};

    set_up_script();
    open_as(&probe, FD, VR_READ);
    vr_watch_want(&probe.watch, 0);
    vr_watch_close(&probe.watch);
    turn();
    check_int(script.call_count, 2);
    check_call(1, SCRIPT_DROP, FD, 0, 0);
    tear_down_script();
}

/* ---- refusals ---- */

TEST(watch_flush, a_refusal_is_heard_once)
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
TEST(watch_flush, a_refusal_takes_the_descriptor_out_of_the_selector)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, FD, VR_READ);
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    turn();
    check_int(script.call_count, 2);
    check_call(1, SCRIPT_DROP, FD, 0, 0);
    script_ready(&script, FD, BOTH);
    turn();
    check_int(probe.reads + probe.writes, 0);
    vr_watch_close(&probe.watch);
    check_int(script.call_count, 2);
    tear_down_script();
}

TEST(watch_flush, a_refusal_closes_a_watch_that_does_not_hear_of_it)
{
    static const struct vr_watch_ops ops = {note_read, note_write, NULL};
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

TEST(watch_flush, a_refusal_is_heard_by_reader_and_writer)
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

TEST(watch_flush, a_refusal_is_not_heard_by_one_that_the_other_closed)
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

static void act_reopen_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->other->watch);
    open_as(probe->other, FD, VR_WRITE);
}

TEST(watch_flush, a_refusal_is_not_heard_by_one_opened_since)
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

TEST(watch_flush, a_refused_watch_may_be_closed_and_opened_again)
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
TEST(watch_flush, what_a_failure_wants_of_others_is_not_left_to_a_long_wait)
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
    check_call(script.call_count - 1, SCRIPT_WATCH, OTHER, VR_READ, BOTH);
    check_int(script.timeout, -1);

    vr_watch_close_all(reactor);
    tear_down_script();
}

/* ---- the end of the reactor ---- */

TEST(watch_flush, closing_the_reactor_is_heard_once)
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

TEST(watch_flush, closing_the_reactor_is_not_heard_by_what_was_closed_there)
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

TEST(watch_flush, nothing_is_opened_while_the_reactor_is_being_closed)
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
