/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork_close.c
 * Children forked by last words, and by what a close calls: there it was the
 * last callback.
 */
#include <vreactor/reactor/soon.h>

#include <errno.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/child.h"
#include "tests/support/script.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static pid_t child;
static int more; /* callbacks behind the one that forked */
static struct vr_call call;
static struct vr_post forking, late;
static struct vr_soon closings[2];

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
}

static void tear_down(void)
{
    script_free(&script, reactor);
}

static void count_call(struct vr_call *which)
{
    (void)which;
    more++;
}

static void count_post(struct vr_post *which)
{
    (void)which;
    more++;
}

static void fork_in_post_only(struct vr_post *which)
{
    (void)which;
    child = fork();
}

static void fork_in_closing(struct vr_soon *which)
{
    (void)which;
    child = fork();
}

static void count_closing(struct vr_soon *which)
{
    (void)which;
    more++;
}

static void check_last_words(int result, int in_parent)
{
    if (child == 0)
        _exit(result != -ECHILD || more != 0);
    check_child(child);
    check_int(result, 0);
    check_int(more, in_parent);
}

/* promise fork-6 */
TEST(fork_inside, a_last_word_is_the_last_of_all_in_a_child)
{
    set_up();
    vr_soon_init(&closings[0], fork_in_closing);
    vr_soon_init(&closings[1], count_closing);
    for (int i = 0; i < 2; i++)
        vr_soon_add_closing(&closings[i], reactor);
    check_last_words(vr_reactor_turn(reactor, 0), 1);
    tear_down();
}

/* promise fork-6 */
TEST(fork_inside, a_close_ends_in_a_child_with_the_callback_that_forked)
{
    set_up();
    vr_soon_init(&closings[0], count_closing);
    vr_soon_add_closing(&closings[0], reactor);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 0);
    late = (struct vr_post){.run = count_post, .cancelled = count_post};
    forking =
        (struct vr_post){.run = count_post, .cancelled = fork_in_post_only};
    vr_reactor_post(reactor, &forking);
    vr_reactor_post(reactor, &late);
    check_last_words(vr_reactor_close(reactor), 2);
    tear_down();
}
