/* SPDX-License-Identifier: MIT */
/**
 * @file condition.c
 * A number, the threads that wait for it, and the reactors that hear of it.
 *
 * A change wakes the threads, and sends each watch to its reactor by the post
 * in it, unless that is on its way already.  There it looks.
 */
#include <vreactor/reactor/async/condition.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

struct vr_condition {
    struct vr_env env;
    atomic_size_t holds;  /* of the owner, each watch and each waiting thread */
    pthread_mutex_t lock; /* guards what follows, and where it says so */
    pthread_cond_t changed;
    int64_t value;
    uint64_t changes;
    bool freed; /* by its owner */
    struct vr_list watches;
};

struct vr_condition_watch {
    struct vr_condition *condition;
    struct vr_inbox *inbox;
    struct vr_list link; /* in the condition's; with the lock */
    struct vr_post post;
    bool posted; /* and not arrived; with the lock, while it is in the list */

    /* The reactor's thread's. */
    bool looking; /* inside what is called of the program's */
    vr_condition_changed_fn *changed; /* NULL: none, or not any more */
    vr_condition_test_fn *test;
    void *arg;
    struct vr_pending *pending; /* of the test; NULL as above */
    struct vr_close_hook on_close;
};

/* ---- the value ---- */

int vr_condition_new(const struct vr_env *env, int64_t value,
                     struct vr_condition **ret_condition)
{
    struct vr_env mine;
    int err = vr_env_read(vr_env_or_current(env), &mine);
    if (err)
        return err;

    struct vr_condition *condition = vr_alloc(&mine, sizeof(*condition));
    if (!condition)
        return -ENOMEM;

    condition->env = mine;
    (void)pthread_mutex_init(&condition->lock, NULL);
    vr_cond_init(&condition->changed);
    atomic_init(&condition->holds, 1);
    condition->value = value;
    vr_list_init(&condition->watches);
    *ret_condition = condition;
    return 0;
}

static void release(struct vr_condition *condition)
{
    if (atomic_fetch_sub(&condition->holds, 1) > 1)
        return;

    struct vr_env env = condition->env;
    pthread_cond_destroy(&condition->changed);
    pthread_mutex_destroy(&condition->lock);
    vr_dealloc(&env, condition);
}

/* With the lock. */
static void notify(struct vr_condition_watch *watch)
{
    if (!watch->posted)
        watch->posted = vr_inbox_post(watch->inbox, &watch->post);
}

/* Let all look again; with the lock. */
static void tell_all(struct vr_condition *condition)
{
    struct vr_list *watches = &condition->watches;

    condition->changes++;
    pthread_cond_broadcast(&condition->changed);
    for (struct vr_list *link = watches->next; link != watches;
         link = link->next)
        notify(vr_container_of(link, struct vr_condition_watch, link));
}

/* With the lock. */
static void change(struct vr_condition *condition, int64_t value)
{
    if (value == condition->value)
        return;

    condition->value = value;
    tell_all(condition);
}

void vr_condition_free(struct vr_condition *condition)
{
    if (!condition)
        return;

    pthread_mutex_lock(&condition->lock);
    condition->freed = true;
    tell_all(condition);
    pthread_mutex_unlock(&condition->lock);
    release(condition);
}

int64_t vr_condition_get(struct vr_condition *condition)
{
    return vr_condition_add(condition, 0);
}

void vr_condition_set(struct vr_condition *condition, int64_t value)
{
    pthread_mutex_lock(&condition->lock);
    change(condition, value);
    pthread_mutex_unlock(&condition->lock);
}

int64_t vr_condition_add(struct vr_condition *condition, int64_t more)
{
    pthread_mutex_lock(&condition->lock);
    int64_t value = condition->value + more;
    change(condition, value);
    pthread_mutex_unlock(&condition->lock);
    return value;
}

/* ---- threads ---- */

static bool differs(void *from, int64_t value)
{
    return value != *(int64_t *)from;
}

/* With the lock, which is given up while it waits, and while the test runs. */
static int wait_until(struct vr_condition *condition,
                      vr_condition_test_fn *test, void *arg, vr_time due,
                      int64_t *ret_value)
{
    const struct vr_env *env = &condition->env;

    while (!condition->freed) {
        bool late = vr_now(env) >= due;
        uint64_t seen = condition->changes;
        int64_t value = condition->value;
        pthread_mutex_unlock(&condition->lock);
        bool passes = test(arg, value);
        pthread_mutex_lock(&condition->lock);
        if (passes)
            *ret_value = value;
        if (passes || late)
            return passes ? 0 : -ETIMEDOUT;
        while (condition->changes == seen && vr_now(env) < due)
            vr_cond_wait(env, &condition->changed, &condition->lock, due);
    }
    return -VR_ECANCELLED;
}

int vr_condition_wait(struct vr_condition *condition,
                      vr_condition_test_fn *test, void *arg, vr_time timeout,
                      int64_t *ret_value)
{
    if (timeout != 0 && vr_reactor_current())
        return -EDEADLK;

    vr_time due = vr_due_in(&condition->env, timeout);
    atomic_fetch_add(&condition->holds, 1);
    pthread_mutex_lock(&condition->lock);
    int64_t first = condition->value;
    int err = wait_until(condition, test ? test : differs, test ? arg : &first,
                         due, ret_value);
    pthread_mutex_unlock(&condition->lock);
    release(condition);
    return err;
}

/* ---- reactors ---- */

/* Free it if it was ended and nothing comes back to it. */
static void put_away(struct vr_condition_watch *watch)
{
    struct vr_condition *condition = watch->condition;

    if (watch->changed || watch->pending || watch->looking || watch->posted)
        return;
    vr_inbox_unref(watch->inbox);
    vr_dealloc(&condition->env, watch);
    release(condition);
}

void vr_condition_unwatch(struct vr_condition_watch *watch)
{
    if (!watch)
        return;

    pthread_mutex_lock(&watch->condition->lock);
    vr_list_remove(&watch->link);
    pthread_mutex_unlock(&watch->condition->lock);
    vr_close_hook_remove(&watch->on_close);
    watch->changed = NULL;
    watch->pending = NULL;
    put_away(watch);
}

static void cancel(void *arg, struct vr_pending *pending)
{
    (void)pending;
    vr_condition_unwatch(arg);
}

/* The deferred gets @result, and is not watched for any more. */
static void fire(struct vr_condition_watch *watch, struct vr_result result)
{
    struct vr_pending *pending = watch->pending;

    vr_condition_unwatch(watch);
    (void)vr_pending_settle(pending, result);
}

static void hear_closed(struct vr_close_hook *hook)
{
    static const struct vr_failure closed = {.code = -VR_ECLOSED,
                                             .text = "the reactor was closed"};

    fire(vr_container_of(hook, struct vr_condition_watch, on_close),
         vr_fail((struct vr_failure *)&closed));
}

/* What is called here may end the watch. */
static void look(struct vr_condition_watch *watch, int64_t value, bool freed)
{
    if (watch->pending && freed)
        fire(watch, vr_fail(vr_failure_cancelled()));
    else if (watch->pending && watch->test(watch->arg, value) && watch->pending)
        fire(watch, vr_ok(vr_value_none()));
    else if (watch->changed && !freed)
        watch->changed(watch->arg, value);
}

static void arrive(struct vr_post *post)
{
    struct vr_condition_watch *watch =
        vr_container_of(post, struct vr_condition_watch, post);
    struct vr_condition *condition = watch->condition;

    pthread_mutex_lock(&condition->lock);
    watch->posted = false; /* from here on a change sends it again */
    int64_t value = condition->value;
    bool freed = condition->freed;
    pthread_mutex_unlock(&condition->lock);
    watch->looking = true;
    look(watch, value, freed);
    watch->looking = false;
    put_away(watch);
}

static void turn_away(struct vr_post *post)
{
    struct vr_condition_watch *watch =
        vr_container_of(post, struct vr_condition_watch, post);

    pthread_mutex_lock(&watch->condition->lock);
    watch->posted = false;
    pthread_mutex_unlock(&watch->condition->lock);
    put_away(watch);
}

/* Look for the first time, in a turn. */
static void begin(struct vr_condition_watch *watch, struct vr_reactor *reactor)
{
    struct vr_condition *condition = watch->condition;

    watch->inbox = vr_inbox_ref(vr_reactor_inbox(reactor));
    watch->post = (struct vr_post){.run = arrive, .cancelled = turn_away};
    watch->on_close.closed = hear_closed;
    vr_list_init(&watch->on_close.link);
    if (watch->pending)
        vr_close_hook_add(&watch->on_close, reactor);
    atomic_fetch_add(&condition->holds, 1);
    pthread_mutex_lock(&condition->lock);
    vr_list_append(&condition->watches, &watch->link);
    notify(watch);
    pthread_mutex_unlock(&condition->lock);
}

/* Make a watch like @p given. */
static int start(struct vr_reactor *reactor,
                 const struct vr_condition_watch *given,
                 struct vr_condition_watch **ret_watch)
{
    const struct vr_env *env = &given->condition->env;

    vr_assert_may_touch(reactor);
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    struct vr_condition_watch *watch = vr_alloc(env, sizeof(*watch));
    if (!watch)
        return -ENOMEM;

    *watch = *given;
    if (watch->test)
        watch->pending =
            (vr_pending_new)(vr_reactor_env(reactor), cancel, watch);
    if (watch->test && !watch->pending) {
        vr_dealloc(env, watch);
        return -ENOMEM;
    }
    begin(watch, reactor);
    *ret_watch = watch;
    return 0;
}

#undef vr_condition_await /* the macro adds the place */
struct vr_pending *vr_condition_await(struct vr_condition *condition,
                                      struct vr_reactor *reactor,
                                      vr_condition_test_fn *test, void *arg)
{
    struct vr_condition_watch given = {
        .condition = condition, .test = test, .arg = arg};
    struct vr_condition_watch *watch;

    int err = test ? start(reactor, &given, &watch) : -EINVAL;
    return err < 0
               ? (vr_pending_failed)(vr_reactor_env(reactor), err, "condition")
               : watch->pending;
}

int vr_condition_watch(struct vr_condition *condition,
                       struct vr_reactor *reactor,
                       vr_condition_changed_fn *changed, void *arg,
                       struct vr_condition_watch **ret_watch)
{
    struct vr_condition_watch given = {
        .condition = condition, .changed = changed, .arg = arg};

    return changed ? start(reactor, &given, ret_watch) : -EINVAL;
}
