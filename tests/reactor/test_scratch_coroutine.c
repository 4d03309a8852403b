/* SPDX-License-Identifier: MIT */
/**
 * @file test_scratch_coroutine.c
 * Tests of reactor/scratch.h: a coroutine holds none while it awaits, but may
 * await inside a hook that does.
 */
#include <vreactor/reactor/scratch.h>

#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/misuse.h"

static struct vr_reactor *reactor;
static struct vr_pending *awaited[2];
static int steps;

static void set_up(void)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    for (int i = 0; i < 2; i++)
        check((awaited[i] = vr_pending_new(NULL, NULL, NULL)) != NULL);
}

static struct vr_result await_two(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        check_int(vr_await(awaited[i], NULL, NULL), 0);
        steps++;
    }
    return vr_ok(vr_value_none());
}

static void fire(int which)
{
    check_int(vr_pending_fire(awaited[which], vr_value_none()), 0);
}

TEST(scratch_coroutine, may_be_held_by_a_hook_in_which_a_coroutine_awaits)
{
    size_t size;

    set_up();
    struct vr_pending *body = vr_spawn(NULL, NULL, await_two, NULL);
    void *scratch = vr_scratch_take(reactor, &size);
    fire(0);
    check_int(steps, 1);
    vr_scratch_give(reactor, scratch);
    fire(1);
    check_int(steps, 2);
    vr_pending_free(body);
    check_int(vr_reactor_free(reactor), 0);
}

static struct vr_result hold_and_await(void *arg)
{
    size_t size;

    return vr_scratch_take(reactor, &size) ? await_two(arg) : vr_fail(NULL);
}

static int hold_over_await(void)
{
    if (!library_asserts())
        return 0;
    set_up();
    return vr_spawn(NULL, NULL, hold_and_await, NULL) != NULL;
}

TEST(scratch_coroutine, held_over_an_await_is_named)
{
    check_named(hold_over_await, "over an await");
}
