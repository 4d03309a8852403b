/* SPDX-License-Identifier: MIT */
/**
 * @file pending.c
 * The deferred.
 *
 * Deferreds that wait for each other are a line: each points down to the one
 * it waits for (result.pending), and up to the one that waits (parent).  A
 * result starts at the lower end and goes up, in one loop: run the steps of
 * one; when none are left give the result to its parent, free it, and carry
 * on there.
 *
 * A body, which is a coroutine, is like a step that stays in front of all
 * others while it returns deferreds.
 */
#include <vreactor/pending/pending_impl.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/pending/kept.h>

#undef vr_pending_new /* the macro adds the place */
struct vr_pending *vr_pending_new(const struct vr_env *env,
                                  vr_cancel_fn *cancel, void *arg)
{
    env = vr_env_keep(env);
    struct vr_pending *pending = vr_kept_take(env);
    if (!pending) {
        vr_env_drop(env);
        return NULL;
    }

    pending->env = env;
    pending->file = "?";
    pending->cancel = cancel;
    pending->arg = arg;
    vr_steps_init(&pending->steps);
    vr_list_init(&pending->late);
    return pending;
}

static void dealloc(struct vr_pending *pending)
{
    const struct vr_env *env = pending->env;

    vr_steps_fini(&pending->steps, env);
    vr_kept_give(env, pending);
    vr_env_drop(env);
}

void vr_pending_dispose(struct vr_pending *pending)
{
    if (pending->calls)
        pending->dead = true;
    else
        dealloc(pending);
}

static void dispose_late(struct vr_pending *pending)
{
    struct vr_list *link;

    while ((link = vr_list_pop(&pending->late)))
        vr_pending_dispose(vr_container_of(link, struct vr_pending, late));
}

static void dispose_all(struct vr_pending *pending)
{
    dispose_late(pending);
    vr_pending_dispose(pending);
}

bool vr_pending_back(struct vr_pending *pending)
{
    pending->calls--;
    if (!pending->dead)
        return true;

    vr_pending_dispose(pending);
    return false;
}

/* Free @result, which reached no step of @pending. */
static void discard(const struct vr_pending *pending, struct vr_result result)
{
    if (result.failure && result.failure->code != -VR_ECANCELLED)
        vr_pending_report(pending, result.failure);
    vr_result_free(result);
}

static struct vr_result run_body(struct vr_pending *pending,
                                 struct vr_result given)
{
    pending->in_body = true;
    struct vr_result got = pending->body->go_on(pending->body, given);
    pending->in_body = false;
    return got;
}

static bool body_is_next(const struct vr_pending *pending)
{
    return pending->body && !pending->in_body;
}

static bool has_next(const struct vr_pending *pending)
{
    return pending->steps.count || body_is_next(pending);
}

/* @pending is done, and @parent has its result.  Its source may fire late if it
 * was cancelled and has no canceller. */
static void retire(struct vr_pending *pending, struct vr_pending *parent)
{
    vr_list_splice(&parent->late, &pending->late);
    pending->is_late =
        pending->state == VR_PENDING_CANCELLED && !pending->cancel;
    if (pending->is_late)
        vr_list_append(&parent->late, &pending->late);
    else
        vr_pending_dispose(pending);
}

/* Will @pending only hand on the result that it waits for? */
static bool only_passes_on(const struct vr_pending *pending)
{
    return pending->result.pending && pending->parent && !pending->pauses &&
           !pending->calls && !has_next(pending);
}

/* Take @pending, which only passes on, out of the line: a loop of handlers that
 * return the next one keeps none of the rounds behind it.
 * @return what it waited for */
static struct vr_pending *take_out(struct vr_pending *pending)
{
    struct vr_pending *lower = pending->result.pending;

    lower->parent = pending->parent;
    lower->parent->result.pending = lower;
    lower->shielded |= pending->shielded; /* the await is */
    retire(pending, lower->parent);
    return lower;
}

/* Give @pending the @result, and take deferreds that only pass on now, which
 * @pending may be, out of the line. @return the one to be carried on */
static struct vr_pending *hold(struct vr_pending *pending,
                               struct vr_result result)
{
    struct vr_pending *lower = result.pending;

    pending->result = result;
    if (!lower)
        return pending;

    assert(lower != pending && !lower->parent && !lower->closing);
    lower->parent = pending;
    if (only_passes_on(pending))
        (void)take_out(pending);
    return only_passes_on(lower) ? take_out(lower) : lower;
}

/* @return the one to be carried on; NULL if @pending was freed */
static struct vr_pending *run_next(struct vr_pending *pending)
{
    struct vr_result given = pending->result;

    pending->result = vr_ok(vr_value_none());
    pending->calls++;
    struct vr_result got = body_is_next(pending)
                               ? run_body(pending, given)
                               : vr_steps_run(&pending->steps, given);
    if (pending->dead)
        discard(pending, got);
    return vr_pending_back(pending) ? hold(pending, got) : NULL;
}

/* The chain of @pending is done: its result goes up. @return its parent */
static struct vr_pending *go_up(struct vr_pending *pending)
{
    struct vr_pending *parent = pending->parent;

    parent->result = pending->result;
    retire(pending, parent);
    if (parent->body) /* which may go on for ever */
        dispose_late(parent);
    return parent;
}

static bool can_go_on(const struct vr_pending *pending)
{
    return pending->state >= VR_PENDING_CANCELLED && !pending->pauses &&
           !pending->calls && !pending->result.pending &&
           (has_next(pending) || pending->parent);
}

static bool has_result(const struct vr_pending *pending)
{
    return pending->state >= VR_PENDING_CANCELLED && !pending->pauses &&
           !pending->calls && !pending->result.pending && !has_next(pending);
}

/* @pending, which nobody keeps, has its result.  What may fire late is freed
 * when it does. */
static void end_forgotten(struct vr_pending *pending)
{
    pending->closing = true;
    discard(pending, pending->result);
    while (vr_list_pop(&pending->late))
        ;
    pending->is_late =
        pending->state == VR_PENDING_CANCELLED && !pending->cancel;
    if (!pending->is_late)
        vr_pending_dispose(pending);
}

void vr_pending_run(struct vr_pending *pending)
{
    if (pending && only_passes_on(pending))
        pending = take_out(pending);
    while (pending && can_go_on(pending))
        pending = has_next(pending) ? run_next(pending) : go_up(pending);
    if (pending && pending->forgotten && has_result(pending))
        end_forgotten(pending);
}

static int add(struct vr_pending *pending, struct vr_step step)
{
    int err =
        pending ? vr_steps_push(&pending->steps, pending->env, step) : -ENOMEM;
    if (err < 0)
        return err;

    vr_pending_run(pending);
    return 0;
}

int vr_pending_then(struct vr_pending *pending, vr_callback_fn *callback,
                    vr_failback_fn *failback, void *arg)
{
    if (!callback && !failback)
        return -EINVAL;

    return add(pending, (struct vr_step){.callback = callback,
                                         .failback = failback,
                                         .arg = arg});
}

int vr_pending_both(struct vr_pending *pending, vr_both_fn *both, void *arg)
{
    if (!both)
        return -EINVAL;

    return add(
        pending,
        (struct vr_step){.both = both, .failback = vr_step_both, .arg = arg});
}

/* Its source will not fire any more. */
static void free_late(struct vr_pending *pending)
{
    vr_list_unlink(&pending->late);
    vr_pending_dispose(pending);
}

int vr_pending_settle(struct vr_pending *pending, struct vr_result result)
{
    enum vr_pending_state was = pending->state;

    pending->state = VR_PENDING_FIRED;
    if (was >= VR_PENDING_CANCELLED) {
        if (pending->is_late)
            free_late(pending);
        vr_result_free(result);
        return was == VR_PENDING_CANCELLED ? -VR_ECANCELLED : -VR_EFIRED;
    }

    vr_pending_run(hold(pending, result));
    return 0;
}

/* The one at the lower end of the line, whose source all wait for. */
static struct vr_pending *lowest(struct vr_pending *pending)
{
    while (pending->result.pending)
        pending = pending->result.pending;
    return pending;
}

void vr_pending_pause(struct vr_pending *pending)
{
    pending->pauses++;
}

void vr_pending_unpause(struct vr_pending *pending)
{
    assert(pending->pauses);
    pending->pauses--;
    vr_pending_run(pending);
}

/* From here on down the line of @pending nothing is waited for any more, and
 * its lowest has a failure. @return the lowest */
static struct vr_pending *give_up(struct vr_pending *pending)
{
    /* again: a canceller may fire with yet another to wait for */
    while ((pending = lowest(pending))->state == VR_PENDING_NEW)
        (void)vr_pending_call_off(pending, vr_failure_cancelled());
    if (pending->state == VR_PENDING_CANCELLING)
        pending->state = VR_PENDING_CANCELLED;
    if (pending->result.failure)
        return pending;

    struct vr_value unseen = pending->result.value;
    pending->result = vr_fail(vr_failure_cancelled());
    pending->calls++; /* whatever that calls carries nothing on */
    vr_value_free(unseen);
    pending->calls--;
    return pending;
}

/* vr_pending_run() without waiting: a deferred that a step returns is given up.
 */
static void run_out(struct vr_pending *root)
{
    struct vr_pending *pending = give_up(root);

    while (pending != root || has_next(root)) {
        if (!has_next(pending)) {
            pending = go_up(pending);
            continue;
        }
        struct vr_pending *next = run_next(pending);
        pending = next == pending ? pending : give_up(next);
    }
}

void vr_pending_free(struct vr_pending *pending)
{
    if (!pending || pending->closing)
        return;

    assert(!pending->parent && !pending->in_making);
    pending->closing = true;
    run_out(pending);
    discard(pending, pending->result);
    dispose_all(pending);
}

void vr_pending_forget(struct vr_pending *pending)
{
    if (!pending) {
        vr_pending_report(NULL, vr_failure_no_memory());
        return;
    }

    assert(!pending->parent && !pending->closing && !pending->in_making);
    pending->forgotten = true;
    vr_pending_run(pending);
}

bool vr_pending_take(struct vr_pending *pending, struct vr_result *ret_result)
{
    if (!has_result(pending))
        return false;

    assert(!pending->parent && !pending->closing);
    *ret_result = pending->result;
    dispose_all(pending);
    return true;
}
