/* SPDX-License-Identifier: MIT */
/**
 * @file steps.c
 * A queue of steps in one array.
 */
#include <vreactor/pending/steps.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env.h>

enum {
    GROWTH = 4, /* few chains are long, but those soon are */
    MOST = UINT_MAX / GROWTH,
};

struct vr_result vr_step_both(void *arg, struct vr_failure *failure)
{
    (void)arg;
    return vr_fail(failure);
}

void vr_steps_init(struct vr_steps *steps)
{
    steps->items = steps->own;
    steps->first = 0;
    steps->count = 0;
    steps->size = VR_STEPS_OWN;
}

void vr_steps_fini(struct vr_steps *steps, const struct vr_env *env)
{
    if (steps->items != steps->own)
        vr_dealloc(env, steps->items);
}

static int grow(struct vr_steps *steps, const struct vr_env *env)
{
    unsigned size = GROWTH * steps->size;
    struct vr_step *old = steps->items == steps->own ? NULL : steps->items;
    struct vr_step *items =
        steps->size <= MOST ? vr_resize(env, old, size * sizeof(*items)) : NULL;
    if (!items)
        return -ENOMEM;

    if (!old)
        memcpy(items, steps->own, sizeof(steps->own));
    steps->items = items;
    steps->size = size;
    return 0;
}

/* Moving costs as much as there is to move: only when half is free already. */
static int make_room(struct vr_steps *steps, const struct vr_env *env)
{
    if (steps->count > steps->size / 2)
        return grow(steps, env);

    memmove(steps->items, steps->items + steps->first,
            steps->count * sizeof(*steps->items));
    steps->first = 0;
    return 0;
}

int vr_steps_push(struct vr_steps *steps, const struct vr_env *env,
                  struct vr_step step)
{
    if (steps->first + steps->count == steps->size) {
        int err = make_room(steps, env);
        if (err < 0)
            return err;
    }

    steps->items[steps->first + steps->count++] = step;
    return 0;
}

static struct vr_step pop(struct vr_steps *steps)
{
    assert(steps->count);

    steps->count--;
    return steps->items[steps->first++];
}

static struct vr_result call(const struct vr_step *step, struct vr_result given)
{
    if (step->failback == vr_step_both)
        return step->both(step->arg, given);
    if (given.failure)
        return step->failback ? step->failback(step->arg, given.failure)
                              : given;
    return step->callback ? step->callback(step->arg, given.value) : given;
}

/* A handler is in no coroutine, even where one fires: it must not wait. */
struct vr_result vr_steps_run(struct vr_steps *steps, struct vr_result given)
{
    struct vr_current *current = vr_current();
    struct vr_coroutine *coroutine = current->coroutine;
    struct vr_step step = pop(steps);

    current->coroutine = NULL;
    struct vr_result got = call(&step, given);
    current->coroutine = coroutine;
    return got;
}
