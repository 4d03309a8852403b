/* SPDX-License-Identifier: MIT */
/**
 * @file deferreds.c
 * Deferreds, combinations and coroutines, of which any handler, canceller and
 * coroutine fires, cancels, pauses and frees any, itself too, also without
 * memory.  Each step that hears both sides runs once, in order, and none of
 * what was freed; a source is told at most once, and that of an await which is
 * shielded only where the coroutine is freed; every value comes home.
 *
 *   reaches pending/pending.c: discard(pending, got);
 *   reaches pending/pending.c: (void)take_out(pending);
 *   reaches pending/pending.c: vr_list_splice(&parent->late, &pending->late);
 *   reaches pending/pending.c: end_forgotten(pending);
 *   reaches pending/cancel.c: body->cancelled = vr_failure_ref(*failure);
 *   reaches pending/cancel.c: return give_back(failure, true);
 *   reaches pending/members.c: receive(member, vr_fail(NULL));
 *   reaches pending/coroutine.c: refuse_to_wait(coroutine, pending);
 */
#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/combine.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>
#include <vreactor/testing/env.h>

#include "fuzz/fuzz.h"

const char fuzz_target[] = "deferreds";

enum { HANDLES = 6, SOURCES = 256, STEPS = 256, MOST_OPS = 200, DEPTH = 6 };

/* What makes a deferred fire, until it has or is told that it need not. */
struct source {
    struct vr_pending *pending;           /* NULL: has fired, or was told */
    const struct vr_pending *shielded_by; /* the coroutine; NULL: is not */
};

/* What is ours: a deferred, its name, and what hangs on it. */
struct handle {
    struct vr_pending *pending; /* NULL: freed */
    int name;
    unsigned pauses;
};

struct step {
    int name, index; /* of the deferred, and among its steps */
    bool hears_both;
    int runs;
};

static struct {
    struct fuzz_input in;
    struct vr_test_env test;
    struct handle handles[HANDLES];
    struct source sources[SOURCES];
    struct step steps[STEPS];
    int source_count, step_count, name_count;
    int last_run[STEPS]; /* by name: the step that ran last */
    bool freed[STEPS];   /* by name */
    int values, depth, ops;

    const struct vr_pending *gone[2 * STEPS]; /* what was freed */
    int gone_count;
    unsigned next_await; /* 1: has a shield; 2: is between begin and end */
} it;

static void act_some(unsigned most);

static void free_value(void *ptr)
{
    it.values--;
    free(ptr);
}

static struct vr_value new_value(void)
{
    it.values++;
    return vr_value_of(malloc(1), free_value);
}

/* ---- sources ---- */

static void settle(struct source *source)
{
    struct vr_pending *pending = source->pending;
    struct vr_result result = fuzz_below(&it.in, 3)
                                  ? vr_ok(new_value())
                                  : vr_fail(vr_failure_no_memory());

    source->pending = NULL;
    fuzz_check(vr_pending_settle(pending, result) == 0);
}

static void free_pending(struct vr_pending *pending)
{
    it.gone[it.gone_count++] = pending;
    vr_pending_free(pending);
}

static bool is_gone(const struct vr_pending *pending)
{
    for (int i = 0; i < it.gone_count; i++)
        if (it.gone[i] == pending)
            return true;
    return false;
}

static void on_cancel(void *arg, struct vr_pending *pending)
{
    struct source *source = arg;

    fuzz_check(source->pending == pending);
    fuzz_check(!source->shielded_by || is_gone(source->shielded_by));
    if (fuzz_below(&it.in, 4) == 3) {
        settle(source); /* it has something after all */
        return;
    }
    source->pending = NULL;
    act_some(2);
}

/* @return a deferred with a source; NULL where memory fails */
static struct vr_pending *new_pending(void)
{
    struct source *source = &it.sources[it.source_count];
    if (it.source_count == SOURCES)
        return NULL;
    struct vr_pending *pending =
        vr_pending_new(&it.test.env, on_cancel, source);
    if (!pending)
        return NULL;
    it.source_count++;
    source->pending = pending;
    return pending;
}

/* ---- steps ---- */

static struct vr_result answer(struct vr_result given);

static struct vr_result go_round(void *arg, struct vr_result given)
{
    (void)arg;
    return answer(given);
}

/* What is waited for may go on to the next round. */
static struct vr_result wait_for_another(void)
{
    struct vr_pending *next = new_pending();

    if (next)
        fuzz_check(vr_pending_both(next, go_round, NULL) == 0); /* its own */
    return vr_wait_for(next);
}

static struct vr_result answer(struct vr_result given)
{
    unsigned kind = fuzz_below(&it.in, 6);

    if (kind < 2)
        return given;
    vr_result_free(given);
    if (kind == 2)
        return vr_ok(new_value());
    if (kind == 3)
        return vr_fail(vr_failure_no_memory());
    return wait_for_another();
}

static struct vr_result run_step(void *arg, struct vr_result given)
{
    struct step *step = arg;

    fuzz_check(!given.pending && !(given.failure && given.value.ptr));
    fuzz_check(!step->runs++ && !it.freed[step->name]);
    fuzz_check(step->index > it.last_run[step->name]);
    it.last_run[step->name] = step->index;
    fuzz_check(!vr_coroutine_is_running());
    act_some(3);
    return answer(given);
}

static struct vr_result run_callback(void *arg, struct vr_value value)
{
    return run_step(arg, vr_ok(value));
}

static struct vr_result run_failback(void *arg, struct vr_failure *failure)
{
    return run_step(arg, vr_fail(failure));
}

static void add_step(struct handle *handle)
{
    struct step *step = &it.steps[it.step_count];
    unsigned kind = fuzz_below(&it.in, 4);
    int err;

    if (it.step_count == STEPS)
        return;
    *step = (struct step){.name = handle->name, .index = ++it.step_count};
    step->hears_both = kind < 2;
    if (kind == 0)
        err = vr_pending_both(handle->pending, run_step, step);
    else
        err = vr_pending_then(handle->pending, kind == 2 ? NULL : run_callback,
                              kind == 3 ? NULL : run_failback, step);
    fuzz_check(err == 0 || (err == -ENOMEM && !step->runs));
    if (err)
        step->hears_both = false;
}

/* ---- what makes handles ---- */

static int await_one(struct vr_result *got)
{
    struct vr_pending *pending = new_pending();
    unsigned how = it.next_await;

    it.next_await = 0;
    if (pending && how)
        it.sources[it.source_count - 1].shielded_by = vr_coroutine_pending();
    if (how == 2)
        vr_shield_begin();
    int err = vr_await(how == 1 ? vr_shield(pending) : pending, &got->value,
                       &got->failure);
    if (how == 2)
        vr_shield_end();
    return err;
}

static struct vr_result run_coroutine(void *arg)
{
    struct vr_result got = vr_ok(vr_value_none());
    int err = 0;

    (void)arg;
    for (unsigned n = fuzz_below(&it.in, 4); n > 0 && !err; n--) {
        fuzz_check(vr_coroutine_is_running());
        act_some(2);
        vr_result_free(got);
        got = vr_ok(vr_value_none());
        err = await_one(&got);
        fuzz_check(err <= 0 && err != -EPERM);
    }
    return fuzz_below(&it.in, 3) || err ? got : answer(got);
}

static struct vr_pending *combine(void)
{
    struct vr_pending *members[3];
    const struct vr_env *env = &it.test.env;
    unsigned kind = fuzz_below(&it.in, 5);

    for (int i = 0; i < 3; i++)
        members[i] = new_pending();
    if (fuzz_below(&it.in, 4) == 3)
        vr_test_fail_allocation(&it.test, 1 + (int)fuzz_below(&it.in, 3), 1);
    return kind == 0   ? vr_pending_all(env, members, 3)
           : kind == 1 ? vr_pending_every(env, members, 3)
           : kind == 2 ? vr_pending_some(env, members, 3, 2)
           : kind == 3 ? vr_pending_any(env, members, 3)
                       : vr_pending_race(env, members, 3);
}

/* What went on meanwhile may have made another in its place. */
static void keep(struct handle *handle, struct vr_pending *made)
{
    if (handle->pending || it.name_count == STEPS)
        free_pending(made);
    else
        *handle = (struct handle){made, it.name_count++, 0};
}

static void make(struct handle *handle)
{
    unsigned kind = fuzz_below(&it.in, 4);

    if (it.name_count == STEPS)
        return;
    *handle = (struct handle){.name = it.name_count++};
    if (kind == 0)
        handle->pending = new_pending();
    else if (kind == 1)
        handle->pending = vr_pending_done(&it.test.env, vr_ok(vr_value_none()));
    else if (kind == 2)
        keep(handle, combine());
    else
        keep(handle, vr_spawn(&it.test.env, NULL, run_coroutine, NULL));
}

static void let_go(struct handle *handle)
{
    struct vr_pending *pending = handle->pending;
    int name = handle->name;

    handle->pending = NULL;
    free_pending(pending);
    it.freed[name] = true;
}

/* It goes on by itself: so it is not paused. */
static void forget(struct handle *handle)
{
    struct vr_pending *pending = handle->pending;

    if (!pending || handle->pauses)
        return;
    handle->pending = NULL;
    vr_pending_forget(pending);
}

/* ---- what is done to them ---- */

static void act_on(struct handle *handle, unsigned kind)
{
    if (kind < 5) {
        add_step(handle);
    } else if (kind == 5) {
        (void)vr_pending_cancel(handle->pending);
    } else if (kind == 6) {
        handle->pauses++;
        vr_pending_pause(handle->pending);
    } else if (kind == 7 && handle->pauses) {
        handle->pauses--;
        vr_pending_unpause(handle->pending);
    } else if (kind == 8) {
        let_go(handle);
    }
}

static void act(void)
{
    unsigned kind = fuzz_below(&it.in, 16);
    struct handle *handle = &it.handles[fuzz_below(&it.in, HANDLES)];
    int from_end = 1 + (int)fuzz_below(&it.in, 8);

    if (kind < 9 && handle->pending) {
        act_on(handle, kind);
    } else if (kind < 9) {
        make(handle);
    } else if (kind < 14 && from_end <= it.source_count) {
        struct source *source = &it.sources[it.source_count - from_end];
        if (source->pending)
            settle(source);
    } else if (kind == 14) {
        vr_test_fail_allocation(&it.test, from_end % 4, 1);
    } else if (kind == 15 && from_end == 1) {
        forget(handle);
    } else if (kind == 15) {
        it.next_await = (unsigned)from_end % 3;
    }
}

static void act_some(unsigned most)
{
    if (it.depth == DEPTH)
        return;
    it.depth++;
    for (unsigned n = fuzz_below(&it.in, most + 1); n > 0; n--)
        if (!fuzz_done(&it.in) && it.ops++ < MOST_OPS)
            act();
    it.depth--;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&it, 0, sizeof(it));
    it.in = fuzz_input(data, size);
    vr_test_env_init(&it.test, 0);
    while (!fuzz_done(&it.in) && it.ops < MOST_OPS)
        act_some(4);
    for (int i = 0; i < HANDLES; i++)
        while (it.handles[i].pending) /* a handler may put another here */
            let_go(&it.handles[i]);
    for (int i = 0; i < HANDLES; i++)
        if (it.handles[i].pending)
            let_go(&it.handles[i]);
    for (int i = 0; i < it.source_count; i++) /* of what was forgotten */
        if (it.sources[i].pending)
            settle(&it.sources[i]);
    for (int i = 0; i < it.step_count; i++)
        fuzz_check(!it.steps[i].hears_both || it.steps[i].runs == 1);
    for (int i = 0; i < it.source_count; i++)
        fuzz_check(!it.sources[i].pending);
    fuzz_check(!it.values && !vr_test_blocks(&it.test));
    return 0;
}
