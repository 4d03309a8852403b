/* SPDX-License-Identifier: MIT */
/**
 * @file test_misuse.c
 * Misuse that a debug build names, in words for people who do not know our
 * code.
 */
#include "tests/support/misuse.h"

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

static struct vr_reactor *reactor;

static void run(struct vr_call *call)
{
    (void)call;
}

static void run_post(struct vr_post *post)
{
    (void)post;
}

/* It would harm where nothing stops it. */
static int start(void)
{
    if (!library_asserts())
        _exit(0);
    return vr_reactor_new(NULL, &reactor) || vr_reactor_start(reactor);
}

static int call_elsewhere(void)
{
    struct vr_call call;

    if (start())
        return 1;
    vr_call_init(&call, reactor, run);
    vr_call_after(&call, VR_SEC);
    return 1;
}

static int watch_elsewhere(void)
{
    static const struct vr_watch_ops ops = {0};
    struct vr_watch watch;

    return start() || vr_watch_open(&watch, reactor, 0, VR_READ, &ops) || 1;
}

static int post_twice(void)
{
    struct vr_post post = {.run = run_post};

    if (!library_asserts())
        return 0;
    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_reactor_post(reactor, &post);
    vr_reactor_post(reactor, &post);
    return 1;
}

TEST(misuse, of_another_thread_is_named)
{
    check_named(call_elsewhere, "not the thread of the reactor");
    check_named(watch_elsewhere, "not the thread of the reactor");
}

TEST(misuse, of_a_post_that_has_not_run_is_named)
{
    check_named(post_twice, "posted again");
}
