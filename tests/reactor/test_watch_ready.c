/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_ready.c
 * One callback for both events, and which of two comes first.
 */
#include "watches.h"

#include <errno.h>
#include <stdlib.h>

/* Numbers of nothing: the script asks nobody about them. */
enum { FD = 40, OTHER = 41, BOTH = VR_READ | VR_WRITE };

static void note_both(struct vr_watch *watch, unsigned events)
{
    struct probe *probe = probe_of(watch);

    check(events != 0);
    probe->reads += (events & VR_READ) != 0;
    probe->writes += (events & VR_WRITE) != 0;
    react(probe, events);
}

static const struct vr_watch_ops joint = {.ready = note_both,
                                          .failed = note_failure};

static void open_joint(struct probe *probe, int fd, unsigned want)
{
    check_int(vr_watch_open(&probe->watch, reactor, fd, want, &joint), 0);
}

static int calls;
static unsigned last_events;

static void act_note(struct probe *probe, unsigned events)
{
    (void)probe;
    calls++;
    last_events = events;
}

/* promise watches-1 */
TEST(watch_ready, hears_of_both_in_one_call)
{
    struct probe probe = {.act = act_note};
    int ends[2];

    set_up();
    calls = 0;
    make_pair(ends);
    put(ends[1], "x");
    open_joint(&probe, ends[0], BOTH);
    for (int i = 1; i <= 3; i++) {
        turn();
        check_int(calls, i);
        check_int(last_events, BOTH);
    }
    check_int(take(ends[0]), 1);
    turn();
    check_int(last_events, VR_WRITE);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise watches-1 */
TEST(watch_ready, hears_of_what_it_wants)
{
    static const unsigned wants[] = {VR_READ, VR_WRITE, 0, BOTH};
    struct probe probe = {.act = act_note};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_joint(&probe, ends[0], 0);
    for (int i = 0; i < 4; i++) {
        calls = 0;
        last_events = 0;
        vr_watch_want(&probe.watch, wants[i]);
        turn();
        check_int(calls, wants[i] != 0);
        check_int(last_events, wants[i]);
    }

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

static void act_want_the_other(struct probe *probe, unsigned events)
{
    act_note(probe, events);
    vr_watch_want(&probe->watch, BOTH & ~events);
}

/* promise watches-1 */
TEST(watch_ready, is_called_once_a_turn_whatever_it_wants_then)
{
    struct probe probe = {.act = act_want_the_other};

    set_up_script();
    calls = 0;
    open_joint(&probe, FD, VR_READ);
    for (int i = 1; i <= 4; i++) {
        script_ready(&script, FD, BOTH);
        turn();
        check_int(calls, i);
        check_int(last_events, i % 2 ? VR_READ : VR_WRITE);
    }
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* promise watches-1: a selector may report both apart, as kqueue does */
TEST(watch_ready, is_called_once_for_events_that_come_apart)
{
    struct probe probe = {.act = act_note}, other = {0};

    set_up_script();
    calls = 0;
    open_joint(&probe, FD, BOTH);
    open_as(&other, OTHER, VR_READ);
    script_ready(&script, FD, VR_WRITE);
    script_ready(&script, OTHER, VR_READ);
    script_ready(&script, FD, VR_READ);
    turn();
    check_int(calls, 1);
    check_int(last_events, BOTH);
    check_int(other.reads, 1);
    vr_watch_close_all(reactor);
    tear_down_script();
}

static void note_and_free(struct vr_watch *watch, unsigned events)
{
    act_note(NULL, events);
    vr_watch_close(watch);
    free(watch);
}

/* promise reactor-15 */
TEST(watch_ready, may_be_freed_when_called)
{
    static const struct vr_watch_ops ops = {.ready = note_and_free};
    struct vr_watch *watch = malloc(sizeof(*watch));

    set_up_script();
    calls = 0;
    check(watch);
    check_int(vr_watch_open(watch, reactor, FD, BOTH, &ops), 0);
    script_ready(&script, FD, BOTH);
    turn();
    check_int(calls, 1);
    check_int(last_events, BOTH);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), 0);
    tear_down_script();
}

TEST(watch_ready, is_reader_and_writer)
{
    struct probe probe = {0}, other = {0};
    struct vr_watch *found = NULL;

    set_up_script();
    open_joint(&probe, FD, VR_READ);
    for (unsigned role = VR_READ; role <= VR_WRITE; role++) {
        check_int(vr_watch_open(&other.watch, reactor, FD, role, ops_of(role)),
                  -EEXIST);
        check_int(vr_watch_list(reactor, role, &found, 1), 1);
        check(found == &probe.watch);
    }
    vr_watch_close(&probe.watch);
    open_as(&other, FD, VR_WRITE);
    check_int(vr_watch_open(&probe.watch, reactor, FD, 0, &joint), -EEXIST);
    vr_watch_close(&other.watch);
    tear_down_script();
}

TEST(watch_ready, is_the_only_one_of_its_table)
{
    static const struct vr_watch_ops tables[] = {
        {.ready = note_both, .readable = note_read},
        {.ready = note_both, .writable = note_write},
    };
    struct vr_watch watch;

    set_up_script();
    for (int i = 0; i < 2; i++)
        check_int(vr_watch_open(&watch, reactor, FD, 0, &tables[i]), -EINVAL);
    tear_down_script();
}

TEST(watch_ready, hears_of_a_failure)
{
    struct probe probe = {0};

    set_up_script();
    open_joint(&probe, FD, VR_READ);
    turn();
    refuse(FD, -ENOSPC);
    vr_watch_want(&probe.watch, BOTH);
    turn();
    check_int(probe.fails, 1);
    check_int(probe.err, -ENOSPC);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* ---- the order of two callbacks ---- */

static unsigned order[4];
static int ordered;

static void act_line_up(struct probe *probe, unsigned event)
{
    (void)probe;
    check(ordered < 4);
    order[ordered++] = event;
}

static const struct vr_watch_ops writer_first = {
    .readable = note_read, .writable = note_write, .writable_first = true};
static const struct vr_watch_ops writing_first = {.writable = note_write,
                                                  .writable_first = true};

/* promise watches-2 */
static void check_order(struct probe *reader, struct probe *writer,
                        const struct vr_watch_ops *ops, unsigned first)
{
    int ends[2];

    ordered = 0;
    reader->act = writer->act = act_line_up;
    set_up();
    make_pair(ends);
    put(ends[1], "x");
    if (reader != writer)
        open_as(reader, ends[0], VR_READ);
    unsigned want = reader == writer ? BOTH : VR_WRITE;
    check_int(vr_watch_open(&writer->watch, reactor, ends[0], want, ops), 0);
    turn();
    check_int(ordered, 2);
    check_int(order[0], first);
    check_int(order[1], BOTH & ~first);

    vr_watch_close_all(reactor);
    close_both(ends);
    tear_down();
}

/* promise watches-2 */
TEST(watch_ready, readable_comes_first)
{
    struct probe one = {0}, other = {0};

    check_order(&one, &one, ops_of(BOTH), VR_READ);
    check_order(&one, &other, ops_of(VR_WRITE), VR_READ);
}

/* promise watches-2 */
TEST(watch_ready, writable_comes_first_where_its_table_says_so)
{
    struct probe one = {0}, other = {0};

    check_order(&one, &one, &writer_first, VR_WRITE);
    check_order(&one, &other, &writing_first, VR_WRITE);
}

static void act_close_when_written(struct probe *probe, unsigned event)
{
    if (event == VR_WRITE)
        vr_watch_close(&probe->watch);
}

TEST(watch_ready, one_that_wrote_first_may_close_itself)
{
    struct probe probe = {.act = act_close_when_written};

    set_up_script();
    check_int(vr_watch_open(&probe.watch, reactor, FD, BOTH, &writer_first), 0);
    script_ready(&script, FD, BOTH);
    turn();
    check_int(probe.writes, 1);
    check_int(probe.reads, 0);
    tear_down_script();
}
