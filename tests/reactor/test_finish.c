/* SPDX-License-Identifier: MIT */
/**
 * @file test_finish.c
 * Tests of vr_reactor_finish().
 */
#include <vreactor/reactor/reactor.h>

#include <pthread.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/post.h>

#include "tests/support/test.h"

enum { POSTS = 1000, THREADS = 3, A_TURN = 7 };

static struct vr_reactor *reactor;
static struct vr_post posts[THREADS][POSTS];
static atomic_int ran, cancelled;

static void count(struct vr_post *post)
{
    (void)post;
    ran++;
}

static void count_cancelled(struct vr_post *post)
{
    (void)post;
    cancelled++;
}

/* Few posts fit into a turn. */
static void set_up(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    options.posts_per_turn = A_TURN;
    check_int(vr_reactor_new(&options, &reactor), 0);
    ran = cancelled = 0;
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

static void post_all(struct vr_post *all)
{
    for (int i = 0; i < POSTS; i++) {
        all[i] = (struct vr_post){.run = count, .cancelled = count_cancelled};
        vr_reactor_post(reactor, &all[i]);
    }
}

/* promise loops-9 */
TEST(finish, ends_the_run_behind_what_was_posted)
{
    set_up();
    post_all(posts[0]);
    vr_reactor_finish(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check_int(ran, POSTS);
    tear_down();
    check_int(cancelled, 0);
}

/* One would do for posts that come between. */
/* promise loops-9 */
TEST(finish, twice_is_once_behind_the_posts_of_both)
{
    set_up();
    vr_reactor_finish(reactor);
    post_all(posts[0]);
    vr_reactor_finish(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check_int(ran, POSTS);
    check_int(vr_reactor_turn(reactor, 0), 0); /* no stop is left */

    vr_reactor_finish(reactor);
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_int(vr_reactor_turn(reactor, 0), 0);
    tear_down();
}

static void post_again(struct vr_post *post)
{
    ran++;
    vr_reactor_post(reactor, post);
}

/* promise loops-9 */
TEST(finish, leaves_what_posts_post_to_the_next_run)
{
    struct vr_post endless = {.run = post_again, .cancelled = count_cancelled};

    set_up();
    vr_reactor_post(reactor, &endless);
    vr_reactor_finish(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check_int(ran, 1);
    tear_down();
    check_int(cancelled, 1);
}

TEST(finish, comes_after_a_stop_that_comes_first)
{
    set_up();
    post_all(posts[0]);
    vr_reactor_finish(reactor);
    check_int(vr_reactor_turn(reactor, 0), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check(ran < POSTS);
    check_int(vr_reactor_run(reactor), 0);
    check_int(ran, POSTS);
    tear_down();
}

TEST(finish, of_a_reactor_that_is_closed_is_nothing)
{
    set_up();
    vr_reactor_finish(reactor);
    check_int(vr_reactor_close(reactor), 0);
    vr_reactor_finish(reactor);
    vr_reactor_finish(reactor);
    tear_down();
}

/* ---- threads ---- */

static void *post_and_finish(void *arg)
{
    post_all(arg);
    vr_reactor_finish(reactor);
    return NULL;
}

/* A run ends behind the posts of one, at least; the last one behind all. */
/* promise loops-9 */
TEST(finish, of_several_threads_loses_no_post)
{
    pthread_t threads[THREADS];

    set_up();
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_create(&threads[i], NULL, post_and_finish, posts[i]),
                  0);
    for (int runs = 0; ran < THREADS * POSTS; runs++) {
        check(runs < THREADS);
        check_int(vr_reactor_run(reactor), 0);
        check(ran >= POSTS);
    }
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    tear_down();
    check_int(cancelled, 0);
}
