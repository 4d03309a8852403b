/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_model.c
 * Random use, beside a model simple enough to be believed.
 */
#include "tests/pending/fixture.h"

#include <stdint.h>

enum { ROUNDS = 3000, OPS = 40, STEPS = OPS, SEEN = 4 * OPS, HOPS = 4 };

/* The deferred, its steps, one it waits for, a failure. */
enum { MOST_BLOCKS = 4 };

/* What a step does with what it gets; a result is a number, negative for a
 * failure. */
enum kind { PASS, FAIL, RECOVER, WAIT, WAIT_FIRED, WAIT_LONG, KINDS };

enum {
    FAILED = -EIO,
    RECOVERED = 100,
    INNER = 200,
    CANCELLED = -VR_ECANCELLED
};

struct step {
    enum kind kind;
    int id;
};

static struct {
    struct step steps[STEPS];
    int next, count;
    int result, pauses;
    int hops; /* what is waited for returns so many others yet */
    bool fired, waits;
} model;

/* What the steps got, in the order they ran: of the model, and in truth. */
static int expected[SEEN][2], got[SEEN][2], expected_count, got_count;

static struct vr_pending *inner; /* waited for, in truth */
static struct step made[STEPS];  /* args of the true steps */
static int hops_left;            /* of the one waited for */

static uint32_t state;

static int below(int limit)
{
    state = state * 1664525u + 1013904223u;
    return (int)((state >> 16) % (uint32_t)limit);
}

static bool acts(enum kind kind, int result)
{
    return kind == PASS || (kind == RECOVER) == (result < 0);
}

static void model_run(void)
{
    while (model.fired && !model.pauses && !model.waits &&
           model.next < model.count) {
        struct step *step = &model.steps[model.next++];
        if (!acts(step->kind, model.result))
            continue;
        expected[expected_count][0] = step->id;
        expected[expected_count++][1] = model.result;
        model.waits = step->kind == WAIT || step->kind == WAIT_LONG;
        model.hops = step->kind == WAIT_LONG ? HOPS : 0;
        model.result = step->kind == FAIL         ? FAILED
                       : step->kind == RECOVER    ? RECOVERED
                       : step->kind == WAIT_FIRED ? INNER
                                                  : model.result;
    }
}

static void model_fire(int result)
{
    if (model.waits && model.hops-- > 0)
        return;
    model.result = result;
    model.fired = true;
    model.waits = false;
    model_run();
}

static struct vr_result to_result(int n)
{
    return n < 0 ? vr_fail(failure_of(n)) : vr_ok(number(n));
}

/* So many times, whatever comes, another is to be waited for. */
static struct vr_result hop(void *arg, struct vr_result given)
{
    int *hops = arg;

    if (!*hops)
        return given;
    (*hops)--;
    vr_result_free(given);
    inner = new_pending();
    check_int(vr_pending_both(inner, hop, hops), 0);
    return vr_wait_for(inner);
}

static struct vr_result run_true_step(void *arg, struct vr_result given)
{
    struct step *step = arg;
    int n = given.failure ? given.failure->code : read_number(given.value);

    if (!acts(step->kind, n))
        return given;
    got[got_count][0] = step->id;
    got[got_count++][1] = n;
    if (step->kind == PASS)
        return given;
    vr_result_free(given);
    if (step->kind == FAIL || step->kind == RECOVER)
        return to_result(step->kind == FAIL ? FAILED : RECOVERED);

    if (step->kind == WAIT_LONG) {
        hops_left = HOPS + 1;
        return hop(&hops_left, vr_ok(vr_value_none()));
    }
    struct vr_pending *other = new_pending();
    if (step->kind == WAIT)
        inner = other;
    else
        check_int(vr_pending_settle(other, to_result(INNER)), 0);
    return vr_wait_for(other);
}

static void add_step(struct vr_pending *pending)
{
    struct step step = {(enum kind)below(KINDS), model.count};

    made[model.count] = model.steps[model.count] = step;
    model.count++;
    model_run();
    check_int(vr_pending_both(pending, run_true_step, &made[step.id]), 0);
}

static void fire(struct vr_pending *pending)
{
    int n = below(2) ? below(50) : FAILED;

    if (model.waits) {
        struct vr_pending *source = inner;
        bool pauses = below(2);
        model_fire(n);
        if (pauses)
            vr_pending_pause(source);
        check_int(vr_pending_settle(source, to_result(n)), 0);
        if (pauses)
            vr_pending_unpause(source);
    } else if (!model.fired) {
        model_fire(n);
        check_int(vr_pending_settle(pending, to_result(n)), 0);
    }
}

static void cancel(struct vr_pending *pending)
{
    bool open = !model.fired || model.waits;

    if (open)
        model_fire(CANCELLED);
    check_int(vr_pending_cancel(pending), open);
}

static void pause_or_not(struct vr_pending *pending)
{
    if (model.pauses && below(2)) {
        model.pauses--;
        model_run();
        vr_pending_unpause(pending);
    } else {
        model.pauses++;
        vr_pending_pause(pending);
    }
}

static void play(void)
{
    struct vr_pending *pending = new_pending();

    memset(&model, 0, sizeof(model));
    expected_count = got_count = 0;
    for (int i = 0; i < OPS; i++) {
        int op = below(8);
        if (op < 4)
            add_step(pending);
        else if (op < 6)
            fire(pending);
        else if (op == 6)
            pause_or_not(pending);
        else if (!below(4))
            cancel(pending);
        check_int(got_count, expected_count);
        check_mem(got, expected, (size_t)got_count * sizeof(got[0]));
        check(seen.blocks <= MOST_BLOCKS);
    }
    vr_pending_free(pending);
    check_all_freed();
}

/* promises deferreds-2, deferreds-5 */
TEST(pending_model, agrees_with_a_simple_model)
{
    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        state = seed;
        play();
    }
}
