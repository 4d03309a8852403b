/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_reuse.c
 * Numbers of descriptors that get another owner, and files with two numbers.
 */
#include "watches.h"

enum { BOTH = VR_READ | VR_WRITE };

static struct probe young;
static int quiet[2];

/* Another file under the number of @p old, watched anew. */
static void replace(struct probe *old, unsigned roles)
{
    int fd = old->fd;

    vr_watch_close(&old->watch);
    check_int(close(fd), 0);
    check_int(dup2(quiet[0], fd), fd);
    open_as(&young, fd, roles);
}

static void act_replace_other(struct probe *probe, unsigned event)
{
    (void)event;
    replace(probe->other, VR_READ);
}

static void check_replaced(const char *text)
{
    struct probe probes[2] = {
        [0] = {.act = act_replace_other}, [1] = {.act = act_replace_other}};
    int pipes[2][2];

    set_up();
    make_pipe(quiet);
    open_two_ready(probes, pipes);
    put(quiet[1], text);
    turn();
    check_int(counting_found, 2);
    check_int(young.reads, 0);
    check_int(probes[0].reads + probes[1].reads, 1);
    probes[0].act = probes[1].act = NULL;
    turn();
    check_int(young.reads, *text != '\0');
    check_int(probes[0].reads + probes[1].reads, 2);

    close_two(pipes);
    close_both(quiet);
    tear_down();
}

/* promise reactor-17 */
TEST(watch_reuse, an_event_is_not_taken_for_one_of_the_next_owner)
{
    check_replaced("");
}

TEST(watch_reuse, the_next_owner_hears_of_its_own_events_in_the_next_turn)
{
    check_replaced("x");
}

/* ---- the number goes to another reactor ---- */

static struct vr_reactor *another;

static void act_hand_over_other(struct probe *probe, unsigned event)
{
    struct vr_reactor *first = reactor;

    (void)event;
    probe->act = NULL;
    probe->other->act = NULL;
    reactor = another;
    replace(probe->other, VR_READ);
    reactor = first;
}

/* promise reactor-17 */
TEST(watch_reuse, an_event_is_not_taken_for_one_of_an_owner_on_another_reactor)
{
    struct probe probes[2] = {
        [0] = {.act = act_hand_over_other}, [1] = {.act = act_hand_over_other}};
    int pipes[2][2];

    set_up();
    check_int(vr_reactor_new(NULL, &another), 0);
    make_pipe(quiet);
    put(quiet[1], "x");
    open_two_ready(probes, pipes);
    turn(); /* finds both; who is first hands the number of the other over */
    check_int(counting_found, 2);
    check_int(young.reads, 0);
    check_int(probes[0].reads + probes[1].reads, 1);
    check_int(vr_reactor_turn(another, 0), 0);
    check_int(young.reads, 1);
    turn();
    check_int(young.reads, 1);
    check_int(probes[0].reads + probes[1].reads, 2);

    vr_watch_close_all(another);
    close_two(pipes);
    close_both(quiet);
    check_int(vr_reactor_free(another), 0);
    tear_down();
}

static void act_replace_self(struct probe *probe, unsigned event)
{
    (void)event;
    replace(probe, BOTH);
}

/* promise reactor-17 */
TEST(watch_reuse, events_left_over_are_not_taken_for_those_of_the_next_owner)
{
    struct probe probe = {.act = act_replace_self};
    int ends[2];

    set_up();
    make_pair(quiet);
    make_pair(ends);
    put(ends[1], "x");
    open_as(&probe, ends[0], BOTH);
    turn();
    check_int(probe.reads, 1);
    check_int(young.reads + young.writes, 0);
    turn();
    check_int(young.writes, 1);

    vr_watch_close(&young.watch);
    close_both(ends);
    close_both(quiet);
    tear_down();
}

static void act_close_other(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_close(&probe->other->watch);
}

static void act_open_young(struct probe *probe, unsigned event)
{
    (void)event;
    open_as(&young, probe->other->fd, VR_READ);
}

/* promise reactor-17 */
TEST(watch_reuse, an_owner_that_comes_later_in_the_batch_is_another_one_too)
{
    struct probe closer = {.act = act_close_other}, last = {0};
    struct probe opener = {.act = act_open_young};

    set_up_script();
    closer.other = opener.other = &last;
    open_reader(&closer, 40);
    open_reader(&opener, 41);
    open_reader(&last, 42);
    script_ready(&script, 40, VR_READ);
    script_ready(&script, 41, VR_READ);
    script_ready(&script, 42, BOTH);
    turn();
    check_int(closer.reads, 1);
    check_int(opener.reads, 1);
    check_int(last.reads + young.reads, 0);
    script_ready(&script, 42, VR_READ);
    turn();
    check_int(young.reads, 1);

    vr_watch_close_all(reactor);
    tear_down_script();
}

/* Many owners later, the first one's event is still nobody's. */
/* promise reactor-17 */
TEST(watch_reuse, an_event_older_than_several_owners_is_dropped)
{
    struct probe probe = {0};

    set_up_script();
    open_reader(&probe, 40);
    script_ready(&script, 40, BOTH);
    for (int i = 0; i < 3; i++) {
        vr_watch_close(&probe.watch);
        open_as(&probe, 40, BOTH);
    }
    turn();
    check_int(probe.reads + probe.writes, 0);
    vr_watch_close(&probe.watch);
    tear_down_script();
}

/* An event of what was never watched is a selector's mistake, not a crash. */
/* promise reactor-17 */
TEST(watch_reuse, an_event_of_an_unknown_number_is_dropped)
{
    static const uint64_t keys[] = {1 << 20, UINT32_MAX};

    set_up_script();
    for (int i = 0; i < 2; i++) {
        struct vr_ready ready = {.key = keys[i], .events = BOTH};
        check_int(vr_test_script_find(&script, ready), 0);
    }
    turn();
    tear_down_script();
}

/* ---- duplicates ---- */

TEST(watch_reuse, a_duplicate_kept_elsewhere_leaves_no_event_behind)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    open_reader(&probe, ends[0]);
    turn();
    int twin = dup(ends[0]);
    vr_watch_close(&probe.watch);
    close(ends[0]);
    put(ends[1], "x");
    turn();
    check_int(counting_found, 0);
    check_int(probe.reads, 0);

    close(twin);
    close(ends[1]);
    tear_down();
}

TEST(watch_reuse, one_file_under_two_numbers_is_heard_by_both)
{
    struct probe first = {0}, second = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    int twin = dup(ends[0]);
    open_reader(&first, ends[0]);
    open_reader(&second, twin);
    turn();
    check_int(first.reads, 1);
    check_int(second.reads, 1);
    vr_watch_close(&first.watch);
    close(ends[0]);
    turn();
    check_int(second.reads, 2);

    vr_watch_close(&second.watch);
    close(twin);
    close(ends[1]);
    tear_down();
}

/* ---- opening when called ---- */

static void act_open_and_close(struct probe *probe, unsigned event)
{
    (void)event;
    open_reader(&young, probe->other->fd);
    vr_watch_want(&young.watch, 0);
    vr_watch_want(&young.watch, VR_READ);
    vr_watch_close(&young.watch);
    check_int(dup2(quiet[0], probe->other->fd), probe->other->fd);
    vr_watch_close(&probe->watch);
}

TEST(watch_reuse, opened_and_closed_in_one_callback_leaves_nothing)
{
    struct probe probe = {.act = act_open_and_close}, other = {0};
    int ends[2], brief[2];

    set_up();
    make_pipe(quiet);
    make_pipe(ends);
    make_pipe(brief);
    put(quiet[1], "x");
    put(ends[1], "x");
    put(brief[1], "x");
    other.fd = brief[0];
    probe.other = &other;
    open_reader(&probe, ends[0]);
    turn();
    check_int(probe.reads, 1);
    for (int i = 0; i < 3; i++) {
        turn();
        check_int(counting_found, 0);
    }
    check_int(young.reads, 0);

    close_both(ends);
    close_both(brief);
    close_both(quiet);
    tear_down();
}

/* Many more numbers than there are slots, one after the other. */
static void act_open_high(struct probe *probe, unsigned event)
{
    static const int heights[] = {70, 130, 250};

    if (event != VR_READ)
        return;
    for (int i = 0; i < 3; i++)
        open_reader(&probe->other[i],
                    fcntl(vr_watch_fd(&probe->watch), F_DUPFD, heights[i]));
}

TEST(watch_reuse, the_table_may_grow_below_a_callback)
{
    struct probe high[3] = {0};
    struct probe probe = {.act = act_open_high, .other = high};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&probe, ends[0], BOTH);
    turn();
    check_int(probe.reads, 1);
    check_int(probe.writes, 1);
    probe.act = NULL;
    turn();
    check_int(probe.reads, 2);
    for (int i = 0; i < 3; i++) {
        check_int(high[i].reads, 1);
        vr_watch_close(&high[i].watch);
        close(high[i].fd);
    }
    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}
