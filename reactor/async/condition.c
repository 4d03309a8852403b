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

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/door.h>
#include <vreactor/reactor/reactor_impl.h>

struct vr_condition {
    struct vr_env env;
    pthread_mutex_t lock; /* guards what follows, and where it says so */
    pthread_cond_t changed;
    size_t holds; /* of the owner, each watch and each thread that waits */
    int64_t value;
    uint64_t changes;
    bool freed; /* by its owner */
    struct vr_list watches;
};

struct vr_condition_watch {
    struct vr_condition *condition;
    struct vr_door *door;
    struct vr_list link; /* in the condition's; with the lock */
    struct vr_post post;
    bool posted; /* on its way; with the lock */

    /* The reactor's thread's. */
    bool ended;
    bool asking; /* its test runs, which may end it */
    void *arg;
    vr_condition_changed_fn *changed; /* NULL: there is a deferred */
    vr_condition_test_fn *test;
    struct vr_pending *pending;
    struct vr_close_hook on_close; /* if there is a deferred */
};

static const struct vr_failure closed = {.code = -VR_ECLOSED,
                                         .text = "the reactor was closed"};

/* ---- the value ---- */

int vr_condition_new(const struct vr_env *env, int64_t value,
                     struct vr_condition **ret_condition)
{
    env = vr_env_or_current(env);
    struct vr_condition *condition = vr_alloc(env, sizeof(*condition));
    if (!condition)
        return -ENOMEM;

    condition->env = *env;
    (void)pthread_mutex_init(&condition->lock, NULL);
    vr_cond_init(&condition->changed);
    condition->holds = 1;
    condition->value = value;
    vr_list_init(&condition->watches);
    *ret_condition = condition;
    return 0;
}

/* Give a hold back, with the lock, which is given up. */
static void release(struct vr_condition *condition)
{
    bool last = !--condition->holds;

    pthread_mutex_unlock(&condition->lock);
    if (!last)
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
        watch->posted = vr_door_post(watch->door, &watch->post);
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
    release(condition);
}

int64_t vr_condition_get(struct vr_condition *condition)
{
    pthread_mutex_lock(&condition->lock);
    int64_t value = condition->value;
    pthread_mutex_unlock(&condition->lock);
    return value;
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

/* With the lock, which is given up while it waits. @return is the time out? */
static bool wait_for_change(struct vr_condition *condition, uint64_t seen,
                            vr_time due)
{
    while (condition->changes == seen) {
        if (due != VR_TIME_MAX && vr_now(&condition->env) >= due)
            return true;
        vr_cond_wait(&condition->env, &condition->changed, &condition->lock,
                     due);
    }
    return false;
}

/* With the lock, which is given up while the test runs.
 * @return is @p value what is waited for? */
static bool passes(struct vr_condition *condition, vr_condition_test_fn *test,
                   void *arg, int64_t value)
{
    pthread_mutex_unlock(&condition->lock);
    bool yes = test(arg, value);
    pthread_mutex_lock(&condition->lock);
    return yes;
}

static bool differs(void *from, int64_t value)
{
    return value != *(int64_t *)from;
}

/* With the lock. */
static int wait_until(struct vr_condition *condition,
                      vr_condition_test_fn *test, void *arg, vr_time due,
                      int64_t *ret_value)
{
    bool late = false;

    while (!condition->freed) {
        uint64_t seen = condition->changes;
        int64_t value = condition->value;
        if (passes(condition, test, arg, value)) {
            *ret_value = value;
            return 0;
        }
        if (late)
            return -ETIMEDOUT;
        late = wait_for_change(condition, seen, due);
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
    pthread_mutex_lock(&condition->lock);
    condition->holds++;
    int64_t first = condition->value;
    int err = wait_until(condition, test ? test : differs, test ? arg : &first,
                         due, ret_value);
    release(condition);
    return err;
}

/* ---- reactors ---- */

static void dispose(struct vr_condition_watch *watch)
{
    struct vr_condition *condition = watch->condition;

    vr_door_unref(watch->door);
    vr_dealloc(&condition->env, watch);
    pthread_mutex_lock(&condition->lock);
    release(condition);
}

void vr_condition_unwatch(struct vr_condition_watch *watch)
{
    if (!watch)
        return;

    pthread_mutex_lock(&watch->condition->lock);
    vr_list_remove(&watch->link);
    bool posted = watch->posted;
    pthread_mutex_unlock(&watch->condition->lock);
    vr_close_hook_remove(&watch->on_close);
    watch->ended = true;
    if (!posted && !watch->asking)
        dispose(watch);
}

/* The deferred gets @result, and is not watched for any more. */
static void fire(struct vr_condition_watch *watch, struct vr_result result)
{
    struct vr_pending *pending = watch->pending;

    vr_condition_unwatch(watch);
    (void)vr_pending_settle(pending, result);
}

static void ask(struct vr_condition_watch *watch, int64_t value)
{
    watch->asking = true;
    bool yes = watch->test(watch->arg, value);
    watch->asking = false;
    if (watch->ended && !watch->posted) /* nobody else posts it any more */
        dispose(watch);
    else if (!watch->ended && yes)
        fire(watch, vr_ok(vr_value_none()));
}

static void look(struct vr_condition_watch *watch, int64_t value, bool freed)
{
    if (watch->changed && !freed)
        watch->changed(watch->arg, value);
    else if (watch->pending && freed)
        fire(watch, vr_fail(vr_failure_cancelled()));
    else if (watch->pending)
        ask(watch, value);
}

static void arrive(struct vr_post *post)
{
    struct vr_condition_watch *watch =
        vr_container_of(post, struct vr_condition_watch, post);
    struct vr_condition *condition = watch->condition;

    pthread_mutex_lock(&condition->lock);
    watch->posted = false;
    int64_t value = condition->value;
    bool freed = condition->freed;
    pthread_mutex_unlock(&condition->lock);
    if (watch->ended)
        dispose(watch);
    else
        look(watch, value, freed);
}

static void turn_away(struct vr_post *post)
{
    struct vr_condition_watch *watch =
        vr_container_of(post, struct vr_condition_watch, post);

    pthread_mutex_lock(&watch->condition->lock);
    watch->posted = false;
    pthread_mutex_unlock(&watch->condition->lock);
    if (watch->ended)
        dispose(watch);
}

static void hear_closed(struct vr_close_hook *hook)
{
    struct vr_condition_watch *watch =
        vr_container_of(hook, struct vr_condition_watch, on_close);

    fire(watch, vr_fail((struct vr_failure *)&closed));
}

static void cancel(void *arg, struct vr_pending *pending)
{
    (void)pending;
    vr_condition_unwatch(arg);
}

static int make(struct vr_condition *condition, struct vr_reactor *reactor,
                void *arg, struct vr_condition_watch **ret_watch)
{
    vr_assert_may_touch(reactor);

    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    struct vr_condition_watch *watch =
        vr_alloc(&condition->env, sizeof(*watch));
    if (!watch)
        return -ENOMEM;

    watch->condition = condition;
    watch->door = vr_door_ref(reactor->door);
    watch->post = (struct vr_post){.run = arrive, .cancelled = turn_away};
    watch->arg = arg;
    watch->on_close.closed = hear_closed;
    vr_list_init(&watch->on_close.link);
    *ret_watch = watch;
    return 0;
}

/* Look for the first time, in a turn. */
static void begin(struct vr_condition_watch *watch)
{
    struct vr_condition *condition = watch->condition;

    pthread_mutex_lock(&condition->lock);
    condition->holds++;
    vr_list_append(&condition->watches, &watch->link);
    notify(watch);
    pthread_mutex_unlock(&condition->lock);
}

int vr_condition_await_at(const char *file, int line,
                          struct vr_condition *condition,
                          struct vr_reactor *reactor,
                          vr_condition_test_fn *test, void *arg,
                          struct vr_pending **ret_pending)
{
    struct vr_condition_watch *watch;

    int err = test ? make(condition, reactor, arg, &watch) : -EINVAL;
    if (err < 0)
        return err;
    err = vr_pending_new_at(file, line, vr_reactor_env(reactor), cancel, watch,
                            &watch->pending);
    if (err < 0) {
        vr_door_unref(watch->door);
        vr_dealloc(&condition->env, watch);
        return err;
    }
    watch->test = test;
    *ret_pending = watch->pending;
    vr_close_hook_add(&watch->on_close, reactor);
    begin(watch);
    return 0;
}

int vr_condition_watch(struct vr_condition *condition,
                       struct vr_reactor *reactor,
                       vr_condition_changed_fn *changed, void *arg,
                       struct vr_condition_watch **ret_watch)
{
    struct vr_condition_watch *watch;

    int err = changed ? make(condition, reactor, arg, &watch) : -EINVAL;
    if (err < 0)
        return err;
    watch->changed = changed;
    *ret_watch = watch;
    begin(watch);
    return 0;
}
