/* SPDX-License-Identifier: MIT */
/**
 * @file lifecycle.c
 * How a reactor comes.  How it goes is in close.c.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/log_delivery.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/reactor/wheel.h>

enum {
    EVENTS_PER_TURN = 256,
    POSTS_PER_TURN = 1024,
    CALLS_PER_TURN = 1024,
    BYTES_PER_TURN = 256 * 1024,
    MOST_EVENTS = 1 << 16, /* bounds the array they are read into */
};

/* A reactor with its parts, in one piece of memory. */
struct whole {
    struct vr_reactor reactor; /* first: freed by its address */
    struct vr_log_to_reactor log;
    struct vr_post notice; /* of a selector that is not to be had, to the log */
    struct vr_watch wake;
    struct vr_watch step;
    struct vr_wheel wheel;
};

static const struct vr_log_limit shortages_limit = {.most = 1,
                                                    .per = 60 * VR_SEC};

static void on_wake(struct vr_watch *watch)
{
    vr_inbox_drain_wake(watch->reactor->inbox);
}

static const struct vr_watch_ops wake_ops = {.readable = on_wake};

static bool is_complete(const struct vr_selector_ops *ops)
{
    return ops->name && ops->open && ops->fd && ops->watch && ops->drop &&
           ops->wait && ops->close && vr_is_known(ops);
}

/* For the log to say that another one is taken. */
static int note_refusal(struct vr_reactor *reactor, const char *name, int err)
{
    if (reactor->refused)
        return 0;

    reactor->refused = vr_strdup(&reactor->env, name);
    reactor->refusal = err;
    return reactor->refused ? 0 : -ENOMEM;
}

/* The one that the environment names, if it is here, else the best. */
static int choose_usual(struct vr_reactor *reactor,
                        const struct vr_selector_ops **ret_ops)
{
    const char *name = vr_secure_getenv("VR_SELECTOR");
    bool is_named = name && *name;

    *ret_ops = is_named ? vr_selector_find(name) : vr_selector_nth(0);
    if (*ret_ops)
        return 0;

    *ret_ops = vr_selector_nth(0);
    return note_refusal(reactor, name, -VR_ESELECTOR);
}

static int choose_selector(struct vr_reactor *reactor,
                           const struct vr_reactor_options *options,
                           const struct vr_selector_ops **ret_ops)
{
    const struct vr_selector_ops *ops = options->selector_ops;
    const char *name = options->selector;

    if (!ops && !name)
        return choose_usual(reactor, ret_ops);
    if (!ops)
        ops = *name ? vr_selector_find(name) : vr_selector_nth(0);
    if (!ops)
        return -VR_ESELECTOR;
    if (!is_complete(ops))
        return -EINVAL;

    *ret_ops = ops;
    return 0;
}

/* Bounds, 0 for the default. */
static int set_bounds(struct vr_reactor *reactor,
                      const struct vr_reactor_options *options)
{
    int events = options->events_per_turn;
    int posts = options->posts_per_turn;
    int calls = options->calls_per_turn;

    if (events < 0 || events > MOST_EVENTS || posts < 0 || calls < 0 ||
        options->spin < 0 || options->spin > VR_MSEC)
        return -EINVAL;

    reactor->events_per_turn = events ? events : EVENTS_PER_TURN;
    reactor->posts_per_turn = posts ? posts : POSTS_PER_TURN;
    reactor->calls_per_turn = calls ? calls : CALLS_PER_TURN;
    reactor->spin = options->spin;
    reactor->bytes_per_turn =
        options->bytes_per_turn ? options->bytes_per_turn : BYTES_PER_TURN;
    return 0;
}

static int take_memory(struct vr_reactor *reactor, const char *name)
{
    const struct vr_env *env = &reactor->env;

    reactor->name = vr_strdup(env, name ? name : "reactor");
    reactor->ready = vr_alloc(env, (size_t)reactor->events_per_turn *
                                       sizeof(*reactor->ready));
    return reactor->name && reactor->ready ? 0 : -ENOMEM;
}

static int open_inbox(struct vr_reactor *reactor)
{
    int err = vr_inbox_new(&reactor->env, reactor, &reactor->inbox);
    if (err)
        return err;

    reactor->inbox->home.run_later = vr_run_later;
    reactor->head.env = vr_inbox_env(reactor->inbox);
    return 0;
}

void vr_reactor_give_memory_back(struct vr_reactor *reactor)
{
    struct vr_env env = reactor->env;

    vr_log_to_reactor_close(reactor);
    vr_inbox_leave(reactor->inbox);
    vr_scratch_free(reactor);
    vr_spare_free(&reactor->spare);
    vr_pipes_free(&reactor->pipes);
    vr_dealloc(&env, reactor->ready);
    vr_dealloc(&env, reactor->name);
    vr_dealloc(&env, reactor->refused);
    vr_dealloc(&env, reactor);
}

/* Does the kernel lack a selector that the library has, or forbid it? */
static bool is_refusal(int err)
{
    return err == -ENOSYS || err == -ENOTSUP || err == -EINVAL ||
           err == -EPERM || err == -EACCES;
}

/* The selector that is wished for, or else, unless it is the program's own,
 * the best one that the kernel does not refuse. */
static int open_selector(struct vr_reactor *reactor,
                         const struct vr_selector_ops *wish,
                         const struct vr_reactor_options *options)
{
    void *arg = options->selector_arg;

    reactor->selector_arg = arg;
    int err = wish->open(&reactor->env, arg, &reactor->selector);
    if (!is_refusal(err) || options->selector_ops)
        return err;

    int told = note_refusal(reactor, wish->name, err);
    if (told)
        return told;
    const struct vr_selector_ops *ops;
    for (size_t i = 0; is_refusal(err) && (ops = vr_selector_nth(i)); i++)
        if (ops != wish)
            err = ops->open(&reactor->env, arg, &reactor->selector);
    return err;
}

static int open_descriptors(struct vr_reactor *reactor,
                            const struct vr_selector_ops *wish,
                            const struct vr_reactor_options *options)
{
    int err = open_selector(reactor, wish, options);
    if (err)
        return err;

    vr_watch_table_init(&reactor->watches, reactor->selector);
    err = vr_watch_open(reactor->wake_watch, reactor, reactor->inbox->wake[0],
                        VR_READ, &wake_ops);
    if (err)
        goto no_wake;

    vr_watch_hide(reactor->wake_watch);
    return 0;

no_wake:
    vr_watch_table_fini(&reactor->watches);
    reactor->selector->ops->close(reactor->selector);
    return err;
}

static int fill(struct vr_reactor *reactor,
                const struct vr_reactor_options *options)
{
    const struct vr_selector_ops *ops;

    int err = choose_selector(reactor, options, &ops);
    if (!err)
        err = set_bounds(reactor, options);
    if (!err)
        err = take_memory(reactor, options->name);
    if (!err)
        err = open_inbox(reactor);
    if (!err)
        err = vr_log_to_reactor_open(reactor);
    if (!err) {
        (void)pthread_mutex_init(&reactor->lock, NULL);
        atomic_init(&reactor->stop, false);
        atomic_init(&reactor->wake, false);
        vr_finish_init(&reactor->finish);
        vr_list_init(&reactor->pumps);
        vr_list_init(&reactor->closings);
        vr_list_init(&reactor->held);
        vr_list_init(&reactor->close_hooks);
        vr_list_init(&reactor->background_hooks);
        vr_list_init(&reactor->signals);
        vr_list_init(&reactor->wait_hooks);
        vr_list_init(&reactor->chains);
        vr_list_init(&reactor->clock_calls);
        vr_list_init(&reactor->waiters);
        reactor->told = VR_TIME_MAX;
        reactor->shortages = shortages_limit;
        reactor->now = vr_now(&reactor->env);
        vr_wheel_init(reactor->wheel, reactor->now);
        err = open_descriptors(reactor, ops, options);
    }
    return err;
}

static void log_refusal(struct vr_post *post)
{
    struct vr_reactor *reactor =
        &vr_container_of(post, struct whole, notice)->reactor;

    vr_log_warn(reactor->logger, "%s is not to be had here (%s), using %s",
                reactor->refused, vr_errname(reactor->refusal),
                vr_reactor_selector(reactor));
}

/* Not at once: nobody watches the log of a reactor that is not there yet. */
static void post_notice(struct whole *whole)
{
    whole->notice =
        (struct vr_post){.run = log_refusal, .cancelled = log_refusal};
    if (whole->reactor.refused)
        vr_reactor_post(&whole->reactor, &whole->notice);
}

static struct whole *make(const struct vr_env *env)
{
    struct whole *whole = vr_alloc(env, sizeof(*whole));
    if (!whole)
        return NULL;

    struct vr_reactor *reactor = &whole->reactor;
    reactor->env = *env;
    reactor->spare.env = &reactor->env;
    reactor->pipes.env = &reactor->env;
    reactor->mark = vr_fork_mark();
    reactor->log = &whole->log;
    reactor->log->reactor = reactor;
    reactor->logger = &whole->log.logger;
    reactor->wake_watch = &whole->wake;
    reactor->step_watch = &whole->step;
    reactor->wheel = &whole->wheel;
    return whole;
}

int vr_reactor_new(const struct vr_reactor_options *options,
                   struct vr_reactor **ret_reactor)
{
    struct vr_reactor_options given = {0};

    int err = vr_options_read(&given, vr_reactor_options, options);
    if (err)
        return err;

    struct vr_env env;
    err = vr_env_read(vr_env_or_current(given.env), &env);
    if (err)
        return err;

    struct whole *whole = make(&env);
    if (!whole)
        return -ENOMEM;

    struct vr_reactor *reactor = &whole->reactor;
    err = fill(reactor, &given);
    if (err) {
        vr_reactor_give_memory_back(reactor);
        return err;
    }
    vr_schedule_init(&reactor->tasks);
    vr_log_to_reactor_init(reactor);
    post_notice(whole);
    *ret_reactor = reactor;
    return 0;
}
