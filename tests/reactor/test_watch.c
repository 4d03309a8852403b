/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch.c
 * Tests of reactor/watch.h: who hears what, and how that changes.
 */
#include "watches.h"

#include <pthread.h>

#include <vreactor/reactor/post.h>

/* promise reactor-8 */
TEST(watch, hears_again_while_something_is_left)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    open_reader(&probe, ends[0]);
    turn();
    check_int(probe.reads, 0);
    put(ends[1], "x");
    for (int i = 0; i < 3; i++)
        turn();
    check_int(probe.reads, 3);
    check_int(take(ends[0]), 1);
    turn();
    check_int(probe.reads, 3);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise reactor-12 */
TEST(watch, hears_only_what_it_wants)
{
    static const unsigned wants[] = {VR_READ, VR_WRITE, 0, VR_READ};
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], 0,
                            ops_of(VR_READ | VR_WRITE)),
              0);
    for (int i = 0; i < 4; i++) {
        probe.reads = probe.writes = 0;
        vr_watch_want(&probe.watch, wants[i]);
        check_int(vr_watch_wanted(&probe.watch), wants[i]);
        turn();
        check_int(probe.reads, wants[i] == VR_READ);
        check_int(probe.writes, wants[i] == VR_WRITE);
        check_int(counting_found, wants[i] != 0);
    }

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

TEST(watch, hears_both_events_in_one_turn)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&probe, ends[0], VR_READ | VR_WRITE);
    turn();
    check_int(probe.reads, 1);
    check_int(probe.writes, 1);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

static void want_the_other(struct probe *probe, unsigned event)
{
    vr_watch_want(&probe->watch, event == VR_READ ? VR_WRITE : VR_READ);
}

/* promise reactor-12 */
TEST(watch, may_change_what_it_wants_when_called)
{
    struct probe probe = {.act = want_the_other};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&probe, ends[0], VR_READ);
    vr_watch_close(&probe.watch);
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], VR_READ,
                            ops_of(VR_READ | VR_WRITE)),
              0);
    for (int i = 0; i < 4; i++)
        turn();
    check_int(probe.reads, 2);
    check_int(probe.writes, 2);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise reactor-11 */
TEST(watch, gives_a_reader_and_a_writer_of_one_descriptor_their_own_events)
{
    struct probe reader = {0}, writer = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    open_as(&reader, ends[0], VR_READ);
    open_as(&writer, ends[0], VR_WRITE);
    turn();
    check_int(reader.reads, 0);
    check_int(writer.writes, 1);
    put(ends[1], "x");
    vr_watch_want(&writer.watch, 0);
    turn();
    check_int(reader.reads, 1);
    check_int(writer.writes, 1);
    vr_watch_want(&writer.watch, VR_WRITE);
    turn();
    check_int(reader.reads, 2);
    check_int(writer.writes, 2);

    vr_watch_close(&reader.watch);
    vr_watch_close(&writer.watch);
    close_both(ends);
    tear_down();
}

static void check_other_stays(unsigned closed, unsigned left)
{
    struct probe gone = {0}, stays = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&gone, ends[0], closed);
    open_as(&stays, ends[0], left);
    vr_watch_close(&gone.watch);
    turn();
    check_int(gone.reads + gone.writes, 0);
    check_int(stays.reads + stays.writes, 1);
    open_as(&gone, ends[0], closed);
    turn();
    check_int(gone.reads + gone.writes, 1);
    check_int(stays.reads + stays.writes, 2);

    vr_watch_close(&gone.watch);
    vr_watch_close(&stays.watch);
    close_both(ends);
    tear_down();
}

/* promise reactor-11 */
TEST(watch, leaves_the_writer_when_the_reader_is_closed)
{
    check_other_stays(VR_READ, VR_WRITE);
}

/* promise reactor-11 */
TEST(watch, leaves_the_reader_when_the_writer_is_closed)
{
    check_other_stays(VR_WRITE, VR_READ);
}

/* promise reactor-15 */
TEST(watch, is_nothing_any_more_once_closed)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    open_reader(&probe, ends[0]);
    check_int(vr_watch_fd(&probe.watch), ends[0]);
    vr_watch_close(&probe.watch);
    vr_watch_close(&probe.watch);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(vr_watch_fd(&probe.watch), -1);
    check_int(vr_watch_wanted(&probe.watch), 0);
    turn();
    check_int(counting_found, 0);
    check_int(probe.reads, 0);

    close_both(ends);
    tear_down();
}

/* promise reactor-17 */
TEST(watch, of_a_number_used_again_hears_and_the_old_one_does_not)
{
    struct probe old = {0}, young = {0};
    int first[2], second[2];

    set_up();
    make_pipe(first);
    open_reader(&old, first[0]);
    turn();
    vr_watch_close(&old.watch);
    close_both(first);
    make_pipe(second);
    check_int(second[0], first[0]);
    open_reader(&young, second[0]);
    put(second[1], "x");
    turn();
    check_int(old.reads, 0);
    check_int(young.reads, 1);

    vr_watch_close(&young.watch);
    close_both(second);
    tear_down();
}

/* ---- all watches ---- */

/* Watches of three kinds on two descriptors */
static void open_three(struct probe probes[3], const int ends[2])
{
    open_as(&probes[0], ends[0], VR_READ);
    open_as(&probes[1], ends[0], VR_WRITE);
    open_as(&probes[2], ends[1], VR_READ | VR_WRITE);
}

TEST(watch, is_listed_by_what_it_hears)
{
    struct probe probes[3] = {0};
    struct vr_watch *list[3] = {NULL};
    int ends[2];

    set_up();
    make_pair(ends);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0), 0);
    open_three(probes, ends);
    vr_watch_want(&probes[0].watch, 0);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0), 3);
    check_int(vr_watch_list(reactor, VR_READ, list, 3), 2);
    check(list[0] == &probes[0].watch && list[1] == &probes[2].watch);
    check_int(vr_watch_list(reactor, VR_WRITE, list, 1), 2);
    check(list[0] == &probes[1].watch && list[1] == &probes[2].watch);
    check_int(vr_watch_list(reactor, 0, list, 3), 0);

    vr_watch_close(&probes[2].watch);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, list, 3), 2);
    vr_watch_close_all(reactor);
    close_both(ends);
    tear_down();
}

TEST(watch, is_closed_with_all_others_without_a_word)
{
    struct probe probes[3] = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[0], "x");
    put(ends[1], "x");
    open_three(probes, ends);
    vr_watch_close_all(reactor);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0), 0);
    turn();
    check_int(counting_found, 0);
    for (int i = 0; i < 3; i++) {
        check_int(vr_watch_fd(&probes[i].watch), -1);
        check_int(probes[i].reads + probes[i].writes + probes[i].fails, 0);
    }
    vr_watch_close_all(reactor);
    open_three(probes, ends);
    turn();
    check_int(probes[2].reads, 1);

    vr_watch_close_all(reactor);
    close_both(ends);
    tear_down();
}

static void act_close_all(struct probe *probe, unsigned event)
{
    (void)probe, (void)event;
    vr_watch_close_all(reactor);
}

/* promise reactor-14 */
TEST(watch, may_close_all_when_called)
{
    struct probe probes[3] = {
        {.act = act_close_all}, {.act = act_close_all}, {.act = act_close_all}};
    int ends[2], called = 0;

    set_up();
    make_pair(ends);
    put(ends[0], "x");
    put(ends[1], "x");
    open_three(probes, ends);
    turn();
    for (int i = 0; i < 3; i++)
        called += probes[i].reads + probes[i].writes;
    check_int(called, 1);

    close_both(ends);
    tear_down();
}

/* ---- posts come through a watch nobody sees ---- */

static void stop(struct vr_post *post)
{
    (void)post;
    vr_reactor_stop(reactor);
}

static void *send_post(void *post)
{
    vr_reactor_post(reactor, post);
    return NULL;
}

TEST(watch, closed_with_all_others_leaves_posting_alone)
{
    struct vr_post post = {.run = stop};
    pthread_t thread;

    set_up();
    vr_watch_close_all(reactor);
    check_int(pthread_create(&thread, NULL, send_post, &post), 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(pthread_join(thread, NULL), 0);
    tear_down();
}
