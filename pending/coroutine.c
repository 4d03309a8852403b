/* SPDX-License-Identifier: MIT */
/**
 * @file coroutine.c
 * The body of a deferred that is a function on a stack of its own.
 *
 * The body waits for the deferreds that the function awaits, so that all is a
 * line of deferreds as in pending.c: results go up through coroutines as
 * through steps, in one loop, on the stack of the source that fires.
 */
#include <vreactor/pending/coroutine.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/current.h>
#include <vreactor/base/env_home.h>
#include <vreactor/base/options.h>
#include <vreactor/pending/next_turn.h>
#include <vreactor/pending/pending_impl.h>
#include <vreactor/pending/stacks_impl.h>
#include <vreactor/pending/switch.h>
#include <vreactor/pending/switch_notes.h>

enum {
    ALIGNMENT = 64,
    MANY = 100, /* awaits after a cancel: a loop that does not look */
};

/** Stands at the upper end of its stack. */
struct vr_coroutine {
    struct vr_current_head head; /**< its reactor's environment, kept */
    struct vr_body body;
    struct vr_pending *pending; /**< whose body it is; it outlasts this */
    struct vr_stack *stack;
    vr_coroutine_fn *fn;
    void *arg;
    void *inside, *outside;  /**< places: where it waits, and its resumer */
    struct vr_result passed; /**< to the side that is switched to */
    bool over;
    struct vr_notes notes;
};

/* Is it, or what waits for it? */
static bool is_being_freed(const struct vr_coroutine *coroutine)
{
    const struct vr_pending *pending = coroutine->pending;

    while (pending && !pending->closing)
        pending = pending->parent;
    return pending;
}

/* Was it cancelled, or is it being freed, so that it may not wait for @pending?
 */
static bool must_refuse(const struct vr_coroutine *coroutine,
                        const struct vr_pending *pending)
{
    return coroutine->pending->closing ||
           (coroutine->body.cancelled &&
            !vr_body_shields(&coroutine->body, pending));
}

static struct vr_failure *why_refuse(const struct vr_coroutine *coroutine)
{
    struct vr_failure *why = coroutine->body.cancelled;

    return why ? vr_failure_ref(why) : vr_failure_cancelled();
}

/* ---- on the stack of the resumer ---- */

static void bury(struct vr_coroutine *coroutine)
{
    vr_note_end(&coroutine->notes);
    vr_env_drop(coroutine->head.env);
    vr_failure_unref(coroutine->body.cancelled);
    coroutine->pending->body = NULL;
    vr_stack_put(coroutine->stack); /* and all of it is gone */
}

static void resume(struct vr_coroutine *coroutine)
{
    struct vr_current *current = vr_current();
    struct vr_coroutine *outer = current->coroutine;
    int scratches = current->scratches; /* of hooks that the coroutine is in */

    current->coroutine = coroutine;
    current->scratches = 0;
    vr_note_resume(&coroutine->notes);
    vr_switch_to(&coroutine->outside, coroutine->inside);
    vr_note_left(&coroutine->notes);
    current->coroutine = outer;
    current->scratches = scratches;
}

static struct vr_result go_on(struct vr_body *body, struct vr_result given)
{
    struct vr_coroutine *coroutine =
        vr_container_of(body, struct vr_coroutine, body);

    coroutine->passed = given;
    resume(coroutine);
    struct vr_result got = coroutine->passed;
    if (coroutine->over && got.pending && must_refuse(coroutine, got.pending))
        (void)vr_pending_cancel_as(got.pending, why_refuse(coroutine));
    if (coroutine->over)
        bury(coroutine);
    return got;
}

/* ---- on its own ---- */

/* The thread may be another one after each switch: nothing of the thread is
 * kept over one. */
static void live(void *arg)
{
    struct vr_coroutine *coroutine = arg;

    vr_note_resumed(&coroutine->notes);
    coroutine->passed = coroutine->fn(coroutine->arg);
    coroutine->over = true;
    vr_note_leave(&coroutine->notes);
    vr_switch_to(&coroutine->inside, coroutine->outside);
}

static struct vr_result wait_for(struct vr_coroutine *coroutine,
                                 struct vr_pending *pending)
{
    coroutine->passed = vr_wait_for(pending);
    vr_note_wait(&coroutine->notes);
    vr_switch_to(&coroutine->inside, coroutine->outside);
    vr_note_resumed(&coroutine->notes);
    return coroutine->passed;
}

/* ---- spawning ---- */

/* Lay a coroutine into @stack. */
static int lay(struct vr_stack *stack, struct vr_coroutine **ret_coroutine)
{
    uintptr_t end = (uintptr_t)stack - sizeof(struct vr_coroutine);
    struct vr_coroutine *coroutine =
        (struct vr_coroutine *)(end - end % ALIGNMENT);

    *coroutine = (struct vr_coroutine){.stack = stack};
    *ret_coroutine = coroutine;
    return vr_switch_prepare(stack->low, coroutine, live, coroutine,
                             &coroutine->inside);
}

static int make(const struct vr_env *env, struct vr_stacks *stacks,
                struct vr_coroutine **ret_coroutine)
{
    struct vr_stack *stack;
    int err = vr_stack_get(env, stacks, &stack);
    if (err < 0)
        return err;

    err = lay(stack, ret_coroutine);
    if (err < 0)
        vr_stack_put(stack);
    return err;
}

/* Of @reactor, or that whose turn it is; NULL: it is in none. */
static const struct vr_env *env_of_reactor(struct vr_reactor *reactor)
{
    if (!reactor)
        reactor = vr_current()->reactor;

    const struct vr_current_head *head = (const void *)reactor;
    return head ? head->env : NULL;
}

/* Make @coroutine the body of @pending. */
static void join(struct vr_pending *pending, struct vr_coroutine *coroutine)
{
    coroutine->pending = pending;
    coroutine->body.go_on = go_on;
    pending->body = &coroutine->body;
    vr_note_begin(&coroutine->notes, coroutine->stack->low, coroutine->stack);
}

#undef vr_spawn /* the macro adds the place */
struct vr_pending *vr_spawn(const struct vr_env *env,
                            const struct vr_coroutine_options *options,
                            vr_coroutine_fn *fn, void *arg)
{
    struct vr_coroutine_options mine = {0};
    struct vr_coroutine *coroutine = NULL;

    int err = vr_options_read(&mine, vr_coroutine_options, options);
    const struct vr_env *here = env_of_reactor(mine.reactor);
    env = vr_env_or_current(env ? env : here);
    if (!err && !fn)
        err = -EINVAL;
    if (!err)
        err = make(env, mine.stacks, &coroutine);
    if (err < 0)
        return (vr_pending_failed)(env, err, "spawn");

    struct vr_pending *pending = (vr_pending_new)(env, NULL, NULL);
    if (!pending) {
        vr_stack_put(coroutine->stack);
        return NULL;
    }

    coroutine->fn = fn;
    coroutine->arg = arg;
    coroutine->body.name = mine.name;
    coroutine->head.env = here ? vr_env_keep(here) : NULL;
    join(pending, coroutine);
    pending->in_making = true;
    (void)vr_pending_settle(pending, vr_ok(vr_value_none()));
    pending->in_making = false;
    return pending;
}

/* ---- awaiting ---- */

static struct vr_result refuse(struct vr_pending *pending)
{
    struct vr_failure *why =
        (vr_failure_new)(pending->env, -EPERM, "await", NULL,
                         "this is not in a coroutine");

    vr_pending_free(pending);
    return vr_fail(why);
}

/* So that one which takes every failure for a reason to try again lets others
 * have their turn; the first time, and where it is freed, at once. */
static void let_others_run(struct vr_coroutine *coroutine)
{
    const struct vr_env *env = coroutine->head.env;
    bool at_once = coroutine->body.refused == 1 || is_being_freed(coroutine);
    struct vr_pending *turn =
        at_once ? NULL : vr_pending_next_turn(env ? env : env_of_reactor(NULL));

    if (turn)
        vr_result_free(wait_for(coroutine, turn));
}

static void refuse_to_wait(struct vr_coroutine *coroutine,
                           struct vr_pending *pending)
{
    (void)vr_pending_cancel_as(pending, why_refuse(coroutine));
    if (++coroutine->body.refused == MANY)
        vr_pending_warn(coroutine->pending, MANY);
    let_others_run(coroutine);
}

static struct vr_result await(struct vr_pending *pending)
{
    struct vr_coroutine *coroutine = vr_current()->coroutine;
    struct vr_result got;

    assert(!(coroutine && vr_current()->scratches) &&
           "scratch is held over an await");
    if (vr_pending_take(pending, &got))
        return got;
    if (!coroutine)
        return refuse(pending);

    if (must_refuse(coroutine, pending)) {
        refuse_to_wait(coroutine, pending); /* may run handlers */
        if (vr_pending_take(pending, &got))
            return got;
    }
    if (!coroutine->pending->dead)
        return wait_for(coroutine, pending);

    /* Its owner freed it while it ran. */
    vr_pending_free(pending);
    return vr_fail(vr_failure_cancelled());
}

int vr_await(struct vr_pending *pending, struct vr_value *ret_value,
             struct vr_failure **ret_failure)
{
    struct vr_result got = pending ? await(pending) : vr_fail(NULL);

    if (got.failure) {
        int code = got.failure->code;
        assert(code < 0);
        if (ret_failure)
            *ret_failure = got.failure;
        else
            vr_failure_unref(got.failure);
        return code;
    }

    if (ret_value)
        *ret_value = got.value;
    else
        vr_value_free(got.value);
    return 0;
}

/* ---- shields ---- */

void vr_shield_begin(void)
{
    struct vr_coroutine *coroutine = vr_current()->coroutine;

    if (coroutine)
        coroutine->body.shields++;
}

void vr_shield_end(void)
{
    struct vr_coroutine *coroutine = vr_current()->coroutine;

    assert(!coroutine || coroutine->body.shields);
    if (coroutine && coroutine->body.shields)
        coroutine->body.shields--;
}

struct vr_pending *vr_shield(struct vr_pending *pending)
{
    if (pending)
        pending->shielded = true;
    return pending;
}

/* ---- questions ---- */

bool vr_coroutine_is_cancelled(void)
{
    const struct vr_coroutine *coroutine = vr_current()->coroutine;

    return coroutine &&
           (coroutine->body.cancelled || is_being_freed(coroutine));
}

struct vr_pending *vr_coroutine_pending(void)
{
    const struct vr_coroutine *coroutine = vr_current()->coroutine;

    return coroutine ? coroutine->pending : NULL;
}

bool vr_coroutine_is_running(void)
{
    return vr_current()->coroutine != NULL;
}

struct vr_reactor *vr_coroutine_reactor(void)
{
    const struct vr_coroutine *coroutine = vr_current()->coroutine;

    return coroutine && coroutine->head.env
               ? vr_env_reactor(coroutine->head.env)
               : NULL;
}

const char *vr_coroutine_name(void)
{
    const struct vr_coroutine *coroutine = vr_current()->coroutine;

    return coroutine ? coroutine->body.name : NULL;
}
