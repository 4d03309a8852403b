/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed.c
 * Tests of reactor/embed.h: what the descriptor shows.
 */
#include <vreactor/reactor/embed.h>

#include <pthread.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/selectors/selector_impl.h>

#include "tests/reactor/embeds.h"

static int ran; /* posts, calls, last words */

static void count_post(struct vr_post *post)
{
    (void)post;
    ran++;
}

static void count_call(struct vr_call *call)
{
    (void)call;
    ran++;
}

static void count_closed(struct vr_soon *closing)
{
    (void)closing;
    ran++;
}

TEST(embed, has_a_descriptor_where_the_selector_has_one)
{
    bool none = tested_is("poll") || tested_is("select") ||
                tested_is("libevent") ||
                (tested_is("kqueue") && !vr_selector_kqueue_polls());

    check_int(has_descriptor((struct vr_reactor_options){.size = 0}), !none);
    if (!none)
        tear_down();
}

TEST(embed, does_not_count_as_embedded_without_a_descriptor)
{
    int ends[2];
    struct probe probe = {.events = 0};
    struct vr_watch_ops ops = {.readable = note_event};

    if (has_descriptor((struct vr_reactor_options){.size = 0})) {
        tear_down();
        test_skip("%s has a descriptor", tested_kind()->name);
    }
    make_pair(ends);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check_int(vr_reactor_fd(reactor), -ENOTSUP);
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], 0, &ops), 0);
    vr_watch_want(&probe.watch, VR_READ);
    check_int(vr_reactor_timeout(reactor), 0); /* to flush that */
    turn();
    check_int(vr_reactor_timeout(reactor), -1);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

/* promise reactor-19 */
TEST(embed, shows_that_something_is_readable_until_it_was_read)
{
    struct probe probe = {.events = 0};
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_READ);
    check(!shows());

    put(ends[1], "x");
    check(shows());
    turn();
    check_int(probe.events, 1);
    check(shows()); /* nobody took it */
    probe.act = act_take;
    turn();
    check(!wants_a_turn());

    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

TEST(embed, shows_that_something_is_writable)
{
    struct probe probe = {.events = 0};
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_WRITE);
    check(shows());
    turn();
    check_int(probe.events, 1);
    vr_watch_want(&probe.watch, 0);
    check(!wants_a_turn());
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

TEST(embed, shows_nothing_of_a_watch_that_is_closed)
{
    struct probe probe = {.events = 0};
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_READ);
    put(ends[1], "x");
    check(shows());
    vr_watch_close(&probe.watch);
    check(!wants_a_turn());
    tear_down();
    close_both(ends);
}

/* A hang-up is reported asked or unasked. */
TEST(embed, shows_no_hang_up_that_nobody_awaits)
{
    struct probe probe = {.events = 0};
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], 0);
    turn();
    close(ends[1]);
    check(!wants_a_turn());
    vr_watch_want(&probe.watch, VR_READ);
    check(shows());
    vr_watch_close(&probe.watch);
    tear_down();
    close(ends[0]);
}

TEST(embed, shows_a_post_of_its_own_thread_until_it_ran)
{
    struct vr_post post = {.run = count_post};

    set_up();
    turn();
    check(!wants_a_turn());
    vr_reactor_post(reactor, &post);
    check(shows());
    turn();
    check_int(ran, 1);
    check(!wants_a_turn());
    tear_down();
}

static struct vr_post from_elsewhere[3] = {
    {.run = count_post}, {.run = count_post}, {.run = count_post}};

static void *post_from_elsewhere(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++)
        vr_reactor_post(reactor, &from_elsewhere[i]);
    return NULL;
}

static void *stop_from_elsewhere(void *arg)
{
    (void)arg;
    vr_reactor_stop(reactor);
    return NULL;
}

static void in_another_thread(void *(*act)(void *arg))
{
    pthread_t thread;

    check(!pthread_create(&thread, NULL, act, NULL));
    check(!pthread_join(thread, NULL));
}

TEST(embed, shows_posts_of_another_thread_until_they_ran)
{
    set_up();
    in_another_thread(post_from_elsewhere);
    check(shows());
    turn();
    check_int(ran, 3);
    check(!wants_a_turn());
    tear_down();
}

TEST(embed, shows_a_stop_until_it_is_answered)
{
    set_up();
    for (int i = 0; i < 2; i++) {
        if (i)
            in_another_thread(stop_from_elsewhere);
        else
            vr_reactor_stop(reactor);
        check(shows());
        check_int(vr_reactor_timeout(reactor), 0);
        check_int(vr_reactor_turn(reactor, 0), 1);
        check(!wants_a_turn());
        turn();
    }
    tear_down();
}

static ssize_t count_write(int fd, const void *buf, size_t size)
{
    ran++;
    return write(fd, buf, size);
}

TEST(embed, costs_one_wake_up_however_many_posts_come_between_two_turns)
{
    struct vr_post posts[100];
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;

    sys.write = count_write;
    env.sys = &sys;
    set_up_as((struct vr_reactor_options){.env = &env});
    for (int i = 0; i < 100; i++) {
        posts[i] = (struct vr_post){.run = count_post};
        vr_reactor_post(reactor, &posts[i]);
    }
    check_int(ran, 1);
    turn();
    check_int(ran, 101);
    tear_down();
}

static void post_another(struct vr_post *post)
{
    static struct vr_post another = {.run = count_post};

    (void)post;
    vr_reactor_post(reactor, &another);
}

TEST(embed, costs_no_wake_up_when_a_callback_posts)
{
    struct vr_post post = {.run = post_another};
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;

    sys.write = count_write;
    env.sys = &sys;
    set_up_as((struct vr_reactor_options){.env = &env});
    vr_reactor_post(reactor, &post);
    check_int(ran, 1);
    turn();
    check_int(ran, 1);
    check(!shows());
    check_int(vr_reactor_timeout(reactor), 0);
    turn();
    check_int(ran, 2);
    tear_down();
}

/* What came before the host asked for the descriptor has woken nobody. */
TEST(embed, wants_a_turn_for_what_was_asked_before_it_was_embedded)
{
    struct vr_post post = {.run = count_post};

    for (int i = 0; i < 2; i++) {
        struct vr_reactor_options options = {.size = sizeof(options),
                                             .selector_ops = tested_kind()};
        check_int(vr_reactor_new(&options, &reactor), 0);
        if (i)
            vr_reactor_stop(reactor);
        else
            vr_reactor_post(reactor, &post);
        shown = vr_reactor_fd(reactor);
        check(wants_a_turn());
        check_int(vr_reactor_turn(reactor, 0), i);
        check(!wants_a_turn());
        tear_down();
    }
    check_int(ran, 1);
}

TEST(embed, is_quiet_when_all_was_done)
{
    struct vr_soon closing;
    struct vr_post post = {.run = count_post};
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, 0);
    vr_reactor_post(reactor, &post);
    vr_soon_init(&closing, count_closed);
    vr_soon_add_closing(&closing, reactor);
    check(turn_until_quiet() <= 2);
    check_int(ran, 3);
    check_int(vr_reactor_timeout(reactor), -1);
    tear_down();
}

TEST(embed, keeps_its_descriptor)
{
    struct probe probe = {.act = act_take};
    int ends[2];

    set_up();
    make_pair(ends);
    open_probe(&probe, ends[0], VR_READ);
    put(ends[1], "x");
    turn();
    check_int(vr_reactor_fd(reactor), shown);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_run(reactor), 0);
    check_int(vr_reactor_fd(reactor), shown);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

TEST(embed, is_refused_by_a_reactor_that_is_closed)
{
    set_up();
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_reactor_fd(reactor), -VR_ECLOSED);
    check_int(vr_reactor_embed(reactor, NULL, NULL), -VR_ECLOSED);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_timeout(reactor), -1);
    tear_down();
}

static void embed_inside(struct probe *probe)
{
    act_take(probe);
    shown = vr_reactor_fd(reactor);
    vr_watch_want(&probe->other->watch, VR_READ);
    check_int(vr_reactor_timeout(reactor), -1);
    check_int(vr_reactor_turn(reactor, 0), -EBUSY);
}

TEST(embed, may_begin_inside_a_turn)
{
    struct probe other = {.events = 0};
    struct probe probe = {.act = embed_inside, .other = &other};
    int ends[2], others[2];

    set_up();
    tear_down();
    check_int(vr_reactor_new(NULL, &reactor), 0);
    make_pair(ends);
    make_pair(others);
    open_probe(&probe, ends[0], VR_READ);
    open_probe(&other, others[0], 0);
    put(ends[1], "x");
    put(others[1], "y");
    turn();
    check(shows()); /* what was wanted last */
    turn();
    check_int(other.events, 1);
    vr_watch_close_all(reactor);
    tear_down();
    close_both(ends);
    close_both(others);
}
