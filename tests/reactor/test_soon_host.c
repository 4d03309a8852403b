/* SPDX-License-Identifier: MIT */
/**
 * @file test_soon_host.c
 * Tests of reactor/soon.h: what a host's loop is told of pumps and closings,
 * and what a child of fork(2) runs of them.
 */
#include <vreactor/reactor/soon.h>

#include "tests/reactor/soons.h"

#include <errno.h>

#include <vreactor/reactor/embed.h>

#include "tests/support/child.h"

/* ---- a host that asks ---- */

static void pump_again(struct teller *teller)
{
    pump(teller);
}

static void check_host_turn(const char *heard, vr_time timeout)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story(heard);
    check_int(vr_reactor_timeout(reactor), timeout);
}

/* promise reactor-26 */
TEST(soon_host, asks_and_does_not_wait_while_any_is_left)
{
    set_up();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    check_host_turn("", -1);
    first.act = pump_again;
    pump(&first);
    check_int(vr_reactor_timeout(reactor), 0);
    check_host_turn("aa", 0);
    first.act = NULL;
    check_host_turn("a", -1);
    close_last(&second);
    check_int(vr_reactor_timeout(reactor), 0);
    check_host_turn("b", -1);
    tear_down();
}

/* promise reactor-27 */
TEST(soon_host, makes_another_turn_for_pumps_that_a_stop_left)
{
    set_up();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    check_host_turn("", -1);
    first.act = stop;
    pump(&first);
    pump(&second);
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_story("a");
    check_host_turn("b", -1);
    tear_down();
}

/* ---- one that is told ---- */

static struct {
    int words;
    vr_time due;
} host;

static void hear(void *arg, vr_time due)
{
    (void)arg;
    host.words++;
    host.due = due;
}

static void check_told(int words, vr_time due)
{
    check_int(host.words, words);
    check_int(host.due, due);
}

/* promise reactor-26 */
TEST(soon_host, is_told_at_once)
{
    set_up();
    host.words = 0;
    host.due = VR_TIME_MAX;
    check_int(vr_reactor_embed(reactor, hear, NULL), 0);
    pump(&first);
    pump(&second);
    check_told(1, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_told(2, VR_TIME_MAX);
    check_story("ab");
    tear_down();
}

/* ---- a child of fork() ---- */

static pid_t child;

static void fork_here(struct teller *teller)
{
    (void)teller;
    child = fork();
}

static void check_forked(int result, const char *in_child,
                         const char *in_parent)
{
    if (child == 0)
        _exit(result != -ECHILD || strcmp(story, in_child) != 0);
    check_child(child);
    check_int(result, 0);
    check_story(in_parent);
    tear_down();
}

/* promises fork-6, reactor-27 */
TEST(soon_host, no_pump_or_closing_runs_behind_a_pump_that_forks)
{
    struct teller third;

    set_up();
    teller_init(&third, 'x');
    first.act = fork_here;
    pump(&first);
    pump(&second);
    close_last(&third);
    check_forked(vr_reactor_turn(reactor, -1), "a", "abx");
}

/* promises fork-6, reactor-27 */
TEST(soon_host, no_closing_runs_behind_one_that_forks)
{
    set_up();
    first.act = fork_here;
    close_last(&first);
    close_last(&second);
    check_forked(vr_reactor_turn(reactor, -1), "a", "ab");
}

static int close_copy(void)
{
    child_check(vr_reactor_turn(reactor, 0) == -ECHILD);
    vr_soon_cancel(&first.soon);
    pump(&first);
    child_check(vr_reactor_free(reactor) == 0);
    child_check(!told);
    return 0;
}

/* promise reactor-27 */
TEST(soon_host, a_child_runs_neither_when_it_frees_its_copy)
{
    set_up();
    pump(&first);
    close_last(&second);
    check_in_child(close_copy);
    check_turn("ab");
    tear_down();
}
