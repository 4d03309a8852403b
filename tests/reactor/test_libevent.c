/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent.c
 * Tests of vr_libevent_reactor_new(): how a guest comes and goes, and what it
 * is not.
 */
#include "tests/reactor/guests.h"

#include <vreactor/base/err.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/libevent_impl.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/selector_check.h>
#include <vreactor/testing/sys.h>

/* ---- its selector ---- */

static void run_base(void *ctx)
{
    (void)ctx;
    pass();
}

static void print_failure(void *ctx, const struct vr_selector_verdict *verdict)
{
    (void)ctx;
    if (verdict->outcome == VR_SELECTOR_FAILS)
        fprintf(stderr, "%s: %s\n", verdict->test, verdict->why);
}

static void check_promises(const char *backend)
{
    struct vr_libevent_place place;
    struct vr_selector_check_options options = {.size = sizeof(options),
                                                .arg = &place,
                                                .pump = run_base,
                                                .report = print_failure};

    if (!choose_backend(backend))
        test_skip("libevent has no %s here", backend);
    base = event_base_new();
    place.loop = base;
    check_int(vr_selector_check(&vr_selector_libevent_guest, &options), 0);
    event_base_free(base);
}

TEST(libevent, keeps_a_selector_s_promises_over_epoll)
{
    check_promises("epoll");
}

TEST(libevent, keeps_a_selector_s_promises_over_poll)
{
    check_promises("poll");
}

TEST(libevent, keeps_a_selector_s_promises_over_select)
{
    check_promises("select");
}

TEST(libevent, keeps_a_selector_s_promises_over_kqueue)
{
    check_promises("kqueue");
}

/* ---- what it is not ---- */

static void refuse_new(struct event_base *on,
                       const struct vr_reactor_options *options, int err)
{
    struct vr_reactor *made = NULL;

    check_int(vr_libevent_reactor_new(on, options, &made), err);
    check(!made);
}

TEST(libevent, needs_a_base_and_brings_its_own_selector)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    set_up_base();
    refuse_new(NULL, NULL, -EINVAL);
    options.selector = "poll";
    refuse_new(base, &options, -EINVAL);
    options.selector = NULL;
    options.selector_ops = vr_selector_nth(0);
    refuse_new(base, &options, -EINVAL);
    options.selector_ops = NULL;
    options.selector_arg = &options;
    refuse_new(base, &options, -EINVAL);
    options.selector_arg = NULL;
    options.posts_per_turn = -1;
    refuse_new(base, &options, -EINVAL);
    tear_down_base();
}

TEST(libevent, is_no_matter_of_the_variable_that_names_selectors)
{
    check_int(setenv("VR_SELECTOR", "no such", 1), 0);
    set_up();
    check_str(vr_reactor_selector(reactor), "libevent-guest");
    tear_down();
}

/* Its wait never runs the base: it would spin. */
TEST(libevent, cannot_run_by_itself)
{
    set_up();
    check_int(vr_reactor_run(reactor), -ENOTSUP);
    check_int(vr_reactor_start(reactor), -ENOTSUP);
    check_int(vr_reactor_turn(reactor, -1), -ENOTSUP);
    check_int(vr_reactor_turn(reactor, VR_MSEC), -ENOTSUP);
    check_int(vr_reactor_fd(reactor), -ENOTSUP);
    tear_down();
}

TEST(libevent, turns_for_the_program_too_if_it_likes)
{
    struct probe probe = {.act = act_take};
    struct vr_post post = {.run = count_post};
    int ends[2];

    set_up();
    make_ends(ends);
    open_probe(&probe, reactor, ends[0], VR_READ);
    put(ends[1], "x");
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(ran, 1);
    check_int(probe.events, 0); /* the base has not looked yet */
    pass();
    check_int(probe.events, 1);
    vr_watch_close(&probe.watch);
    tear_down();
    close_both(ends);
}

/* ---- coming and going ---- */

TEST(libevent, keeps_a_base_from_running_out_of_events_while_it_is_there)
{
    set_up();
    settle();
    check_int(event_base_loop(base, EVLOOP_NONBLOCK), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(event_base_loop(base, EVLOOP_NONBLOCK), 1);
    tear_down_base();
}

TEST(libevent, is_freed_with_what_is_on_it_and_leaves_the_base_bare)
{
    struct probe probes[2] = {{.events = 0}};
    struct vr_call call;
    int ends[2];

    set_up();
    make_ends(ends);
    open_probe(&probes[0], reactor, ends[0], VR_READ | VR_WRITE);
    open_probe(&probes[1], reactor, ends[1], VR_WRITE);
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_SEC);
    pass();
    tear_down();
    close_both(ends);
    check_int(ran, 0);
}

static struct probe victim;

static void free_guest(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

/* The base has found the events of both by then, one before the other. */
static void check_freed_by_the_program(bool program_first)
{
    struct own own = {.act = free_guest};
    int mine[2], ends[2];

    reactor = new_guest();
    make_ends(mine);
    make_ends(ends);
    own_open(&own, mine[0], EV_READ);
    open_probe(&victim, reactor, ends[0], VR_READ);
    pass();
    put(program_first ? mine[1] : ends[1], "x");
    put(program_first ? ends[1] : mine[1], "x");
    pass();
    check_int(own.served, 1);
    check_int(victim.events, 0);
    pass();
    own_close(&own);
    close_both(mine);
    close_both(ends);
}

TEST(libevent, may_be_freed_by_a_callback_of_the_program)
{
    set_up_base();
    check_freed_by_the_program(true);
    check_freed_by_the_program(false);
    tear_down_base();
}

static void close_guest(void)
{
    check_int(vr_reactor_close(reactor), 0);
}

/* It is not freed yet, and what wakes it must not wake the base for ever. */
TEST(libevent, is_quiet_when_it_is_closed)
{
    struct own soon;
    struct vr_post post = {.run = count_post};

    set_up();
    own_soon(&soon, close_guest);
    pass();
    vr_reactor_post(reactor, &post);
    vr_reactor_stop(reactor);
    for (int i = 0; i < 3; i++)
        pass();
    check_int(soon.served, 1);
    check_int(events_on_base(), 0);
    check_int(vr_reactor_turn(reactor, 0), -VR_ECLOSED);
    own_close(&soon);
    tear_down();
    check_int(ran, 0);
}

static void free_inside(struct vr_call *call)
{
    (void)call;
    ran++;
    check_int(vr_reactor_free(reactor), -EBUSY);
    check_int(vr_reactor_close(reactor), -EBUSY);
}

TEST(libevent, cannot_be_freed_by_its_own_callbacks)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, free_inside);
    vr_call_after(&call, 0);
    run_until(ran);
    tear_down();
}

TEST(libevent, goes_without_having_made_a_turn)
{
    struct vr_post post = {.run = count_post, .cancelled = count_post};

    set_up();
    vr_reactor_post(reactor, &post);
    tear_down();
    check_int(ran, 1);
}

/* ---- when something runs out ---- */

static struct vr_test_env test;

/* A guest that watches and schedules, or the first error there was. */
static int come_and_go(const int ends[2])
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .env = &test.env};
    struct probe probe = {.events = 0};
    struct vr_call call;

    int err = vr_libevent_reactor_new(base, &options, &reactor);
    if (err)
        return err;
    err = vr_watch_open(&probe.watch, reactor, ends[0], VR_READ | VR_WRITE,
                        &probe_ops);
    ran = 0;
    vr_call_init(&call, reactor, count_call);
    vr_call_after(&call, VR_MSEC);
    while (!ran)
        check_int(event_base_loop(base, EVLOOP_ONCE), 0);
    check(err || probe.events);
    vr_watch_close(&probe.watch);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static void set_up_failing(int ends[2])
{
    make_ends(ends);
    event_set_log_callback(note_word); /* it may complain */
    base = event_base_new();
    vr_test_env_init(&test, 0);
    test.env.now = vr_env_default()->now; /* the base's clock is the real one */
}

static void check_all_gone(void)
{
    check_int(vr_test_blocks(&test), 0);
    check_int(events_on_base(), 0);
}

static void tear_down_failing(int ends[2])
{
    event_base_free(base);
    close_both(ends);
}

TEST(libevent, gives_all_back_whichever_allocation_fails)
{
    int ends[2], err, nth = 0;
    int64_t before;

    set_up_failing(ends);
    do {
        before = vr_test_allocations(&test);
        vr_test_fail_allocation(&test, ++nth, 1);
        err = come_and_go(ends);
        check(!err || err == -ENOMEM);
        check_all_gone();
    } while (vr_test_allocations(&test) - before >= nth);
    check_int(err, 0);
    check(nth > 5);
    tear_down_failing(ends);
}

static int allocations, failing; /* of libevent's; the one that fails */

static void *nth_malloc(size_t size)
{
    return ++allocations == failing ? NULL : malloc(size);
}

static void *nth_realloc(void *block, size_t size)
{
    return ++allocations == failing ? NULL : realloc(block, size);
}

TEST(libevent, gives_all_back_whichever_allocation_of_libevent_s_fails)
{
    int ends[2], err;

    event_set_mem_functions(nth_malloc, nth_realloc, free);
    set_up_failing(ends);
    do {
        allocations = 0;
        failing++;
        err = come_and_go(ends);
        check(!err || err == -ENOMEM);
        check_all_gone();
    } while (allocations >= failing);
    check_int(err, 0);
    check(failing > 5);
    tear_down_failing(ends);
}
