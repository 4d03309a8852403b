/* SPDX-License-Identifier: MIT */
/**
 * @file script_selector.c
 * A selector that does as it is told.
 */
#include "tests/support/script_selector.h"

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/test.h"

/* The script is where the environment says: its clock is its first member. */
static struct script *script_of(struct vr_selector *sel)
{
    return vr_container_of((struct test_clock *)sel->env->ctx, struct script,
                           clock);
}

static int script_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    (void)arg;
    struct vr_selector *sel = vr_alloc(env, sizeof(*sel));
    if (!sel)
        return -ENOMEM;

    sel->ops = &script_selector;
    sel->env = env;
    *ret_sel = sel;
    return 0;
}

static void script_close(struct vr_selector *sel)
{
    vr_dealloc(sel->env, sel);
}

static int script_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP;
}

static void note(struct script *script, struct script_call call)
{
    if (script->call_count < SCRIPT_CALLS)
        script->calls[script->call_count] = call;
    script->call_count++;
}

static int script_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    struct script *script = script_of(sel);

    check(fd >= 0 && fd < SCRIPT_FDS);
    note(script, (struct script_call){SCRIPT_WATCH, fd, was, now});
    if (script->refusal && fd == script->refused_fd) {
        int err = script->refusal;
        script->refusal = 0;
        return err;
    }
    script->keys[fd] = key;
    return 0;
}

static void script_drop(struct vr_selector *sel, int fd)
{
    note(script_of(sel), (struct script_call){.op = SCRIPT_DROP, .fd = fd});
}

static void pass_time(struct script *script, vr_time timeout)
{
    vr_time most = script->most_wait;

    if (timeout > 0 && !script->stand_still)
        script->clock.now += most && most < timeout ? most : timeout;
}

static int script_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    struct script *script = script_of(sel);

    script->timeout = timeout;
    script->waits++;
    script->hasty_waits += timeout == 0;
    if (script->on_wait)
        script->on_wait(script);
    if (script->wait_error) {
        int err = script->wait_error;
        script->wait_error = 0;
        return err;
    }
    int count = script->ready_count < cap ? script->ready_count : cap;
    if (!count)
        pass_time(script, timeout);
    memcpy(ready, script->ready, (size_t)count * sizeof(*ready));
    script->ready_count -= count;
    memmove(script->ready, script->ready + count,
            (size_t)script->ready_count * sizeof(*ready));
    return count;
}

const struct vr_selector_ops script_selector = {
    .name = "script",
    .open = script_open,
    .fd = script_fd,
    .watch = script_watch,
    .drop = script_drop,
    .wait = script_wait,
    .close = script_close,
};

struct vr_reactor *script_reactor(struct script *script,
                                  const struct vr_reactor_options *options)
{
    struct vr_reactor_options mine = {.size = sizeof(mine)};
    struct vr_reactor *reactor = NULL;

    *script = (struct script){.timeout = 0};
    test_clock_init(&script->clock, 3600 * VR_SEC);
    if (options)
        mine = *options;
    if (mine.env)
        script->clock.env.sys = mine.env->sys;
    mine.env = &script->clock.env;
    mine.selector_ops = &script_selector;
    check_int(vr_reactor_new(&mine, &reactor), 0);
    script->call_count = 0; /* the reactor's own wake-up does not count */
    return reactor;
}

void script_ready(struct script *script, int fd, unsigned events)
{
    check(script->ready_count < SCRIPT_READY);
    script->ready[script->ready_count++] =
        (struct vr_ready){.key = script->keys[fd], .events = events};
}

void script_free(struct script *script, struct vr_reactor *reactor)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(script->clock.live, 0);
}
