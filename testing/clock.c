/* SPDX-License-Identifier: MIT */
/**
 * @file clock.c
 * Waiting without losing time.
 */
#include <vreactor/testing/clock.h>

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/counter.h>
#include <vreactor/testing/clock_impl.h>

static const vr_time HELD_WAIT = VR_MSEC; /* of real time */

struct clock_selector {
    struct vr_selector base;
    struct vr_selector_ops ops; /**< ours, under the name of the real one */
    struct vr_selector *real;
    struct vr_test_env *test;
};

static struct clock_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct clock_selector, base);
}

/* ---- jumps ---- */

static bool is_held(const struct vr_test_env *test)
{
    return vr_test_get(&test->held) != 0;
}

void vr_test_hold(struct vr_test_env *test, bool hold)
{
    vr_test_set(&test->held, hold);
}

void vr_test_auto_advance(struct vr_test_env *test, vr_time timeout)
{
    vr_time most = test->most_advance;

    if (timeout > 0 && !is_held(test))
        vr_test_advance(test, most > 0 && most < timeout ? most : timeout);
}

/* ---- the selector ---- */

/* As a reactor chooses where its options name none. */
static const struct vr_selector_ops *usual_selector(void)
{
    const char *name = getenv("VR_SELECTOR");
    const struct vr_selector_ops *ops =
        name && *name ? vr_selector_find(name) : NULL;

    return ops ? ops : vr_selector_nth(0);
}

static bool is_complete(const struct vr_selector_ops *ops)
{
    return ops->name && ops->open && ops->fd && ops->watch && ops->drop &&
           ops->wait && ops->close && vr_is_known(ops);
}

static int open_real(struct clock_selector *self)
{
    const struct vr_selector_ops *ops = self->test->selector;

    if (!ops)
        ops = usual_selector();
    if (!is_complete(ops))
        return -EINVAL;

    return ops->open(self->base.env, self->test->selector_arg, &self->real);
}

static int clock_open(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    if (!arg)
        return -EINVAL;
    struct clock_selector *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->base.ops = &self->ops;
    self->base.env = vr_env_or_default(env);
    self->test = arg;
    int err = open_real(self);
    if (err < 0) {
        vr_dealloc(env, self);
        return err;
    }

    self->ops = *vr_test_selector();
    self->ops.name = self->real->ops->name;
    self->ops.is_guest = self->real->ops->is_guest;
    *ret_sel = &self->base;
    return 0;
}

static void clock_close(struct vr_selector *sel)
{
    struct vr_selector *real = from_base(sel)->real;

    real->ops->close(real);
    vr_dealloc(sel->env, from_base(sel));
}

static int clock_fd(struct vr_selector *sel)
{
    struct vr_selector *real = from_base(sel)->real;

    return real->ops->fd(real);
}

static int clock_watch(struct vr_selector *sel, int fd, uint64_t key,
                       unsigned was, unsigned now)
{
    struct vr_selector *real = from_base(sel)->real;

    return real->ops->watch(real, fd, key, was, now);
}

static void clock_drop(struct vr_selector *sel, int fd)
{
    struct vr_selector *real = from_base(sel)->real;

    real->ops->drop(real, fd);
}

static int clock_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                      vr_time timeout)
{
    struct clock_selector *self = from_base(sel);
    struct vr_selector *real = self->real;

    if (!cap || timeout <= 0)
        return real->ops->wait(real, ready, cap, timeout);
    if (is_held(self->test))
        return real->ops->wait(real, ready, cap,
                               timeout < HELD_WAIT ? timeout : HELD_WAIT);

    int count = real->ops->wait(real, ready, cap, 0);
    if (!count) /* or it was interrupted: ask again before time passes */
        count = real->ops->wait(real, ready, cap, 0);
    if (!count)
        vr_test_auto_advance(self->test, timeout);
    return count;
}

const struct vr_selector_ops *vr_test_selector(void)
{
    static const struct vr_selector_ops ops = {
        .name = "test",
        .open = clock_open,
        .fd = clock_fd,
        .watch = clock_watch,
        .drop = clock_drop,
        .wait = clock_wait,
        .close = clock_close,
    };

    return &ops;
}

/* ---- reactors ---- */

int vr_test_read_options(struct vr_reactor_options *ret_options,
                         const struct vr_reactor_options *given)
{
    struct vr_reactor_options options = {0};

    int err = vr_options_read(&options, vr_reactor_options, given);
    if (err)
        return err;
    if (options.env)
        return -EINVAL;

    options.size = sizeof(options);
    *ret_options = options;
    return 0;
}

/* The selector of @p options, if it names one, becomes the real one. */
static int choose_real(struct vr_test_env *test,
                       const struct vr_reactor_options *options)
{
    const struct vr_selector_ops *ops = options->selector_ops;

    if (!ops && options->selector) {
        ops = vr_selector_find(options->selector);
        if (!ops)
            return -VR_ESELECTOR;
    }
    if (ops) {
        test->selector = ops;
        test->selector_arg = options->selector_arg;
    }
    return 0;
}

int vr_test_reactor_new(struct vr_test_env *test,
                        const struct vr_reactor_options *more,
                        struct vr_reactor **ret_reactor)
{
    struct vr_reactor_options options;

    int err = vr_test_read_options(&options, more);
    if (!err)
        err = choose_real(test, &options);
    if (err)
        return err;

    options.env = &test->env;
    options.selector_ops = vr_test_selector();
    options.selector_arg = test;
    return vr_reactor_new(&options, ret_reactor);
}

int vr_test_run_for(struct vr_test_env *test, struct vr_reactor *reactor,
                    vr_time span)
{
    vr_time end = vr_time_add(vr_test_now(test), span);
    int result;

    do {
        if (is_held(test))
            return -EBUSY;
        vr_time left = vr_time_until(end, vr_test_now(test));
        result = vr_reactor_turn(reactor, left);
    } while (!result && vr_test_now(test) < end);
    return result;
}
