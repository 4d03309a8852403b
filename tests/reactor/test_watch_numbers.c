/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_numbers.c
 * Numbers of descriptors between selectors, threads and processes.
 */
#include "watches.h"

#include <pthread.h>

#include <vreactor/reactor/post.h>

#include "tests/support/child.h"

enum { MOST_CHANGES = 16 };

static struct probe young;
static int quiet[2];

/* ---- what reaches the selector ---- */

struct change {
    uint64_t key;
    unsigned was, now;
    bool drop;
};

static struct change changes[MOST_CHANGES]; /* of the number that is traced */
static int change_count, traced;

static void note_change(struct change change)
{
    check(change_count < MOST_CHANGES);
    changes[change_count++] = change;
}

static int watch_tracing(struct vr_selector *sel, int fd, uint64_t key,
                         unsigned was, unsigned now)
{
    if (fd == traced)
        note_change((struct change){.key = key, .was = was, .now = now});
    return tested_kind()->watch(sel, fd, key, was, now);
}

static void drop_tracing(struct vr_selector *sel, int fd)
{
    if (fd == traced)
        note_change((struct change){.drop = true});
    tested_kind()->drop(sel, fd);
}

static struct vr_selector_ops tracing;

static int open_tracing(const struct vr_env *env, void *arg,
                        struct vr_selector **ret_sel)
{
    int err = tested_kind()->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &tracing;
    return err;
}

static void set_up_tracing(int fd)
{
    traced = fd;
    tracing = *tested_kind();
    tracing.open = open_tracing;
    tracing.watch = watch_tracing;
    tracing.drop = drop_tracing;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_ops = &tracing,
                  },
                  &reactor),
              0);
}

/* Starts and stops, and another file has the number before any flush. */
static void act_open_and_replace(struct probe *probe, unsigned event)
{
    struct probe brief = {0};
    int fd = probe->other->fd;

    act_take(probe, event);
    open_reader(&brief, fd);
    vr_watch_want(&brief.watch, 0);
    vr_watch_want(&brief.watch, VR_READ);
    vr_watch_want(&brief.watch, 0);
    vr_watch_close(&brief.watch);
    check_int(dup2(quiet[0], fd), fd);
    open_reader(&young, fd);
}

TEST(watch_numbers, what_a_callback_opened_and_closed_is_not_flushed_later)
{
    struct probe probe = {.act = act_open_and_replace}, other = {0};
    int ends[2], brief[2];

    make_pipe(quiet);
    make_pipe(ends);
    make_pipe(brief);
    put(ends[1], "x");
    put(brief[1], "x");
    set_up_tracing(brief[0]);
    other.fd = brief[0];
    probe.other = &other;
    open_reader(&probe, ends[0]);
    for (int i = 0; i < 3; i++)
        turn();
    check_int(young.reads, 0);
    check_int(change_count, 3);
    check(!changes[0].was && changes[0].now == VR_READ);
    check(changes[1].drop);
    check(!changes[2].was && changes[2].now == VR_READ);
    check(changes[2].key != changes[0].key);

    vr_watch_close_all(reactor);
    close_both(ends);
    close_both(brief);
    close_both(quiet);
    tear_down();
}

/* ---- a number that goes to another thread ---- */

static struct vr_reactor *another;

static void open_there(void *arg)
{
    check_int(vr_watch_open(&young.watch, another, *(int *)arg, VR_READ,
                            ops_of(VR_READ)),
              0);
}

static void close_there(void *arg)
{
    (void)arg;
    vr_watch_close(&young.watch);
}

/* In the middle of a batch that holds an event of the other one still. */
static void act_hand_other_over(struct probe *probe, unsigned event)
{
    int fd = probe->other->fd;

    (void)event;
    probe->act = probe->other->act = NULL;
    vr_watch_close(&probe->other->watch);
    check_int(dup2(quiet[0], fd), fd);
    check_int(vr_call_and_wait(another, open_there, &fd), 0);
}

TEST(watch_numbers, an_event_is_not_taken_for_one_of_an_owner_in_another_thread)
{
    struct probe probes[2] = {{.act = act_hand_other_over},
                              {.act = act_hand_other_over}};
    int pipes[2][2];

    set_up();
    check_int(vr_reactor_new(NULL, &another), 0);
    check_int(vr_reactor_start(another), 0);
    make_pipe(quiet);
    open_two_ready(probes, pipes);
    turn();
    check_int(counting_found, 2);
    check_int(probes[0].reads + probes[1].reads, 1);
    check_int(vr_call_and_wait(another, close_there, NULL), 0);
    check_int(young.reads, 0);

    vr_reactor_stop(another);
    check_int(vr_reactor_join(another), 0);
    check_int(vr_reactor_free(another), 0);
    close_two(pipes);
    close_both(quiet);
    tear_down();
}

/* ---- a file that another process keeps ---- */

TEST(watch_numbers, a_file_that_a_child_keeps_leaves_no_event_behind)
{
    struct probe probe = {0};
    int ends[2], gate[2];

    set_up();
    make_pipe(ends);
    make_pipe(gate);
    open_reader(&probe, ends[0]);
    turn();
    pid_t child = fork();
    if (child == 0) { /* until the gate closes */
        close(gate[1]);
        _exit((int)take(gate[0]));
    }
    vr_watch_close(&probe.watch);
    check_int(close(ends[0]), 0);
    put(ends[1], "x");
    for (int i = 0; i < 3; i++) {
        turn();
        check_int(counting_found, 0);
    }
    check_int(probe.reads, 0);

    close_both(gate);
    check_child(child);
    check_int(close(ends[1]), 0);
    tear_down();
}
