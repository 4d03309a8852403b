/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_bounds.c
 * Tests of reactor/embed.h: however much there is to do, a turn does its share
 * and says that there is more, so the host's own sources have their turn.
 */
#include <vreactor/reactor/embed.h>

#include <stdlib.h>
#include <sys/resource.h>

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>

#include "tests/reactor/embeds.h"

enum { MANY = 10000, EVENTS = 256, SHARE = 1024 };

static int ran;

/* ---- a host with a source of its own that is always ready ---- */

static int own[2];
static int served; /* of the host's own source */

static void set_up_host(void)
{
    make_pipe(own);
    put(own[1], "x");
}

static void tear_down_host(void)
{
    tear_down();
    close_both(own);
}

/* Wait for both, then serve both: what a fair loop does. @return whether the
 * reactor wanted a turn */
static bool host_serves_both(void)
{
    struct pollfd fds[] = {{.fd = own[0], .events = POLLIN},
                           {.fd = shown, .events = POLLIN}};
    vr_time timeout = vr_reactor_timeout(reactor);

    check(poll(fds, 2, vr_time_to_ms(timeout)) >= 1);
    served += fds[0].revents != 0;
    if (!fds[1].revents && timeout != 0)
        return false;

    turn();
    return true;
}

/* @return how many turns it took to do all, at most @p share in each */
static int host_until_done(int share)
{
    int turns = 0, before = ran;

    while (host_serves_both()) {
        turns++;
        check(ran - before <= share);
        check_int(served, turns);
        before = ran;
    }
    return turns;
}

/* ---- 10 000 of each ---- */

static void run_post(struct vr_post *post)
{
    (void)post;
    ran++;
}

TEST(embed_bounds, let_the_host_serve_its_own_among_10000_posts)
{
    set_up();
    set_up_host();
    struct vr_post *posts = calloc(MANY, sizeof(*posts));
    check(posts != NULL);
    for (int i = 0; i < MANY; i++) {
        posts[i].run = run_post;
        vr_reactor_post(reactor, &posts[i]);
    }
    check_int(host_until_done(SHARE), MANY / SHARE + 1);
    check_int(ran, MANY);
    tear_down_host();
    free(posts);
}

static void run_call(struct vr_call *call)
{
    (void)call;
    ran++;
}

/* promise reactor-21 */
TEST(embed_bounds, let_the_host_serve_its_own_among_10000_due_calls)
{
    set_up();
    set_up_host();
    struct vr_call *calls = calloc(MANY, sizeof(*calls));
    check(calls != NULL);
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&calls[i], reactor, run_call);
        vr_call_at(&calls[i], 0);
    }
    check_int(host_until_done(SHARE), MANY / SHARE + 1);
    check_int(ran, MANY);
    tear_down_host();
    free(calls);
}

/* As many as the system lets a process have. */
static int many_descriptors(void)
{
    struct rlimit limit;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur < MANY + 100 ? (int)limit.rlim_cur - 100 : MANY;
}

static void act_served(struct probe *probe)
{
    ran++;
    vr_watch_want(&probe->watch, 0);
}

TEST(embed_bounds, let_the_host_serve_its_own_among_10000_ready_descriptors)
{
    int count = many_descriptors(), ends[2];

    set_up();
    set_up_host();
    make_pair(ends);
    put(ends[1], "x");
    struct probe *probes = calloc((size_t)count, sizeof(*probes));
    check(probes != NULL);
    for (int i = 0; i < count; i++) {
        probes[i].act = act_served;
        open_probe(&probes[i], dup(ends[0]), VR_READ);
    }
    check(host_until_done(EVENTS) >= count / EVENTS);
    check_int(ran, count);
    for (int i = 0; i < count; i++) {
        int fd = vr_watch_fd(&probes[i].watch);
        vr_watch_close(&probes[i].watch);
        close(fd);
    }
    tear_down_host();
    close_both(ends);
    free(probes);
}

TEST(embed_bounds, are_those_of_the_options)
{
    struct vr_call calls[10];

    set_up_as((struct vr_reactor_options){.calls_per_turn = 2});
    set_up_host();
    for (int i = 0; i < 10; i++) {
        vr_call_init(&calls[i], reactor, run_call);
        vr_call_at(&calls[i], 0);
    }
    check_int(host_until_done(2), 5);
    tear_down_host();
}
