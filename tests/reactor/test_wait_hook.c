/* SPDX-License-Identifier: MIT */
/**
 * @file test_wait_hook.c
 * Tests of reactor/wait_hook.h, and of wake-ups.
 */
#include <vreactor/reactor/wait_hook.h>

#include "tests/reactor/soons.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <vreactor/reactor/embed.h>

#include "tests/support/child.h"

/* Tells its letter, as a capital before the wait, and does what the test wants
 * of it. */
struct hook {
    struct vr_wait_hook base;
    char letter;
    void (*act)(struct hook *hook); /* before; NULL: nothing */
    struct hook *other;
};

static struct hook one, two, three;
static struct vr_call call;

static void before(struct vr_wait_hook *base)
{
    struct hook *hook = vr_container_of(base, struct hook, base);

    tell((char)(hook->letter - 'a' + 'A'));
    if (hook->act)
        hook->act(hook);
}

static void after(struct vr_wait_hook *base)
{
    tell(vr_container_of(base, struct hook, base)->letter);
}

static void hook_init(struct hook *hook, char letter)
{
    *hook = (struct hook){.base = {.before_wait = before, .after_wait = after},
                          .letter = letter};
}

static void add(struct hook *hook)
{
    vr_wait_hook_add(&hook->base, reactor);
}

static void set_up_hooks(void)
{
    set_up();
    hook_init(&one, 'y');
    hook_init(&two, 'z');
    add(&one);
    add(&two);
}

/* ---- when they run ---- */

static void on_readable(struct vr_watch *watch)
{
    vr_watch_want(watch, 0);
    tell('r');
}

static const struct vr_watch_ops readable = {.readable = on_readable};

static void on_post(struct vr_post *post)
{
    (void)post;
    tell('p');
}

static void on_call(struct vr_call *which)
{
    (void)which;
    tell('c');
}

TEST(wait_hook, run_between_posts_and_events_in_the_order_of_adding)
{
    struct vr_post post = {.run = on_post};
    struct vr_watch watch;

    set_up_hooks();
    check_int(vr_watch_open(&watch, reactor, 0, VR_READ, &readable), 0);
    script_ready(&script, 0, VR_READ);
    vr_reactor_post(reactor, &post);
    vr_call_init(&call, reactor, on_call);
    vr_call_after(&call, 0);
    check_turn("pYZyzrc");
    vr_watch_close(&watch);
    tear_down();
}

/* promise loops-11 */
TEST(wait_hook, run_in_a_turn_that_does_not_wait)
{
    set_up_hooks();
    one.base.after_wait = NULL;
    two.base.before_wait = NULL;
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story("Yz");
    tear_down();
}

/* What a turn that does not wait tells. */
static void check_turn_at_once(const char *want)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story(want);
}

/* ---- what they may do ---- */

static void pump_first(struct hook *hook)
{
    (void)hook;
    pump(&first);
}

static void call_soon(struct hook *hook)
{
    (void)hook;
    vr_test_advance(&test, VR_MSEC); /* it took that long */
    vr_call_after(&call, VR_MSEC);
}

/* Else it would wait for ever, or too long. */
/* promise loops-12 */
TEST(wait_hook, what_is_asked_for_before_a_wait_counts_for_it)
{
    vr_time begin;

    set_up_hooks();
    one.act = pump_first;
    check_turn("YZyza");
    check_int(script.timeout, 0);

    one.act = call_soon;
    vr_call_init(&call, reactor, on_call);
    begin = vr_test_now(&test);
    check_turn("YZyzc");
    check_int(script.timeout, VR_MSEC);
    check_int(vr_test_now(&test), begin + 2 * VR_MSEC);
    tear_down();
}

static void remove_other(struct hook *hook)
{
    vr_wait_hook_remove(&hook->other->base);
}

static void add_other(struct hook *hook)
{
    hook->act = NULL;
    add(hook->other);
}

TEST(wait_hook, may_remove_itself_and_others_and_add_some)
{
    set_up_hooks();
    two.act = remove_other;
    two.other = &two;
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story("YZy");

    one.act = add_other;
    one.other = &two;
    two.act = NULL;
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story("Yyz"); /* added before the second run */

    one.act = remove_other;
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story("Yy");
    vr_wait_hook_remove(&two.base); /* again: nothing happens */
    tear_down();
}

TEST(wait_hook, one_that_is_added_inside_another_is_the_last)
{
    set_up_hooks();
    hook_init(&three, 'x');
    one.act = add_other;
    one.other = &three;
    check_turn_at_once("YZyzx"); /* added before the second run */
    check_turn_at_once("YZXyzx");
    tear_down();
}

static void stop_here(struct hook *hook)
{
    (void)hook;
    vr_reactor_stop(reactor);
}

TEST(wait_hook, none_runs_after_a_stop)
{
    set_up_hooks();
    one.act = stop_here;
    check_int(vr_reactor_turn(reactor, -1), 1);
    check_story("Y");
    one.act = NULL;
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_story("YZyz");
    tear_down();
}

TEST(wait_hook, may_be_freed_once_its_reactor_is_closed)
{
    set_up_hooks();
    check_int(vr_reactor_close(reactor), 0);
    vr_wait_hook_remove(&one.base); /* it is in none */
    check_story("");
    tear_down();
}

static pid_t child;

static void fork_here(struct hook *hook)
{
    (void)hook;
    child = fork();
}

TEST(wait_hook, none_runs_in_a_child_that_one_has_forked)
{
    set_up_hooks();
    one.act = fork_here;
    int result = vr_reactor_turn(reactor, 0);
    if (!child)
        _exit(result == -ECHILD && !strcmp(story, "Y") ? 0 : 1);
    check_story("YZyz");
    check_child(child);
    tear_down();
}

TEST(wait_hook, may_be_removed_once_a_child_has_freed_its_copy)
{
    set_up_hooks();
    child = fork();
    if (!child) {
        int err = vr_reactor_free(reactor);
        bool is_apart = vr_list_is_empty(&one.base.link);
        vr_wait_hook_remove(&one.base);
        _exit(err || !is_apart);
    }
    check_child(child);
    tear_down();
}

/* ---- wake-ups ---- */

/* promise loops-10 */
TEST(wake, ends_the_next_wait_and_no_other)
{
    set_up_hooks();
    vr_reactor_wake(reactor);
    vr_reactor_wake(reactor);
    check_turn("YZyz");
    check_int(script.timeout, 0);
    vr_call_init(&call, reactor, on_call);
    vr_call_after(&call, VR_SEC);
    check_turn("YZyzc");
    check_int(script.timeout, VR_SEC); /* it has waited */
    tear_down();
}

static void wake_here(struct hook *hook)
{
    (void)hook;
    vr_reactor_wake(reactor);
}

/* promise loops-10 */
TEST(wake, counts_for_a_wait_that_comes_next)
{
    set_up_hooks();
    one.act = wake_here;
    check_turn("YZyz");
    check_int(script.timeout, 0);
    tear_down();
}

TEST(wake, tells_a_host_that_a_turn_is_due)
{
    set_up_hooks();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    check_int(vr_reactor_timeout(reactor), -1);
    vr_reactor_wake(reactor);
    check_int(vr_reactor_timeout(reactor), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_timeout(reactor), -1);
    tear_down();
}

/* ---- from another thread ---- */

static int rounds;

static void count_round(struct vr_wait_hook *hook)
{
    (void)hook;
    if (++rounds == 3)
        vr_reactor_stop(reactor);
    vr_reactor_wake(reactor);
}

static void *wake_from_here(void *arg)
{
    vr_reactor_wake(arg);
    return NULL;
}

/* promise loops-10 */
TEST(wake, ends_a_wait_from_another_thread)
{
    struct vr_wait_hook hook = {.after_wait = count_round};
    pthread_t thread;

    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_wait_hook_add(&hook, reactor);
    check_int(pthread_create(&thread, NULL, wake_from_here, reactor), 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(pthread_join(thread, NULL), 0);
    check_int(rounds, 3);
    check_int(vr_reactor_free(reactor), 0);
}

enum { WAKERS = 3, WAKES = 1000 };

static atomic_int wakes;

static void stop_behind_all(struct vr_wait_hook *hook)
{
    (void)hook;
    if (atomic_load(&wakes) == WAKERS * WAKES)
        vr_reactor_stop(reactor);
}

static void *wake_often(void *arg)
{
    for (int i = 0; i < WAKES; i++) {
        atomic_fetch_add(&wakes, 1);
        vr_reactor_wake(arg);
    }
    return NULL;
}

/* Whoever wakes it last is seen to have done so: else the loop would sleep on.
 */
/* promise loops-10 */
TEST(wake, of_several_threads_is_never_lost)
{
    struct vr_wait_hook hook = {.after_wait = stop_behind_all};
    pthread_t threads[WAKERS];

    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_wait_hook_add(&hook, reactor);
    for (int i = 0; i < WAKERS; i++)
        check_int(pthread_create(&threads[i], NULL, wake_often, reactor), 0);
    check_int(vr_reactor_run(reactor), 0);
    for (int i = 0; i < WAKERS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    check_int(vr_reactor_free(reactor), 0);
}
