/* SPDX-License-Identifier: MIT */
/**
 * @file script.c
 * A selector that does as it is told.
 */
#include <vreactor/testing/script.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/clock_impl.h>

struct script_selector {
    struct vr_selector base;
    struct vr_test_script *script;
};

static struct vr_test_script *script_of(struct vr_selector *sel)
{
    return vr_container_of(sel, struct script_selector, base)->script;
}

/* ---- the selector ---- */

static int script_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    if (!arg)
        return -EINVAL;
    struct script_selector *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->base.ops = vr_test_script_selector();
    self->base.env = vr_env_or_default(env);
    self->script = arg;
    *ret_sel = &self->base;
    return 0;
}

static void script_close(struct vr_selector *sel)
{
    vr_dealloc(sel->env, vr_container_of(sel, struct script_selector, base));
}

static int script_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP;
}

static void note(struct vr_test_script *script,
                 const struct vr_test_script_call *call)
{
    if (script->call_count < VR_TEST_SCRIPT_CALLS)
        script->calls[script->call_count] = *call;
    script->call_count++;
}

static int script_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    struct vr_test_script *script = script_of(sel);

    if (fd < 0 || fd >= VR_TEST_SCRIPT_FDS)
        return -ERANGE;

    note(script,
         &(struct vr_test_script_call){VR_TEST_SCRIPT_WATCH, fd, was, now});
    if (script->refusal && fd == script->refused_fd) {
        int err = script->refusal;
        script->refusal = 0;
        return err;
    }
    script->fds[fd] = (struct vr_test_script_fd){.key = key, .known = true};
    return 0;
}

static void script_drop(struct vr_selector *sel, int fd)
{
    note(script_of(sel),
         &(struct vr_test_script_call){.op = VR_TEST_SCRIPT_DROP, .fd = fd});
}

/* Move what there is room for into @p ready. */
static int take(struct vr_test_script *script, struct vr_ready *ready, int cap)
{
    int count = script->ready_count < cap ? script->ready_count : cap;

    memcpy(ready, script->ready, (size_t)count * sizeof(*ready));
    script->ready_count -= count;
    memmove(script->ready, script->ready + count,
            (size_t)script->ready_count * sizeof(*ready));
    return count;
}

static int script_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    struct vr_test_script *script = script_of(sel);

    if (!cap) {
        script->shows++;
        return script->show_error;
    }

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

    int count = take(script, ready, cap);
    if (!count)
        vr_test_auto_advance(script->test, timeout);
    return count;
}

const struct vr_selector_ops *vr_test_script_selector(void)
{
    static const struct vr_selector_ops ops = {
        .name = "script",
        .open = script_open,
        .fd = script_fd,
        .watch = script_watch,
        .drop = script_drop,
        .wait = script_wait,
        .close = script_close,
    };

    return &ops;
}

/* ---- the script ---- */

void vr_test_script_init(struct vr_test_script *script,
                         struct vr_test_env *test)
{
    memset(script, 0, sizeof(*script));
    script->test = test;
}

int vr_test_script_reactor(struct vr_test_script *script,
                           const struct vr_reactor_options *more,
                           struct vr_reactor **ret_reactor)
{
    struct vr_reactor_options options;

    int err = vr_test_read_options(&options, more);
    if (err)
        return err;

    options.env = &script->test->env;
    options.selector_ops = vr_test_script_selector();
    options.selector_arg = script;
    err = vr_reactor_new(&options, ret_reactor);
    script->call_count = 0; /* the reactor's own wake-up does not count */
    return err;
}

int vr_test_script_ready(struct vr_test_script *script, int fd, unsigned events)
{
    if (fd < 0 || fd >= VR_TEST_SCRIPT_FDS || !script->fds[fd].known)
        return -ENOENT;

    return vr_test_script_find(
        script,
        (struct vr_ready){.key = script->fds[fd].key, .events = events});
}

int vr_test_script_find(struct vr_test_script *script, struct vr_ready ready)
{
    if (script->ready_count == VR_TEST_SCRIPT_READY)
        return -ENOSPC;

    script->ready[script->ready_count++] = ready;
    return 0;
}
