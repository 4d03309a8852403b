/* SPDX-License-Identifier: MIT */
/**
 * @file crowd.c
 * Members of a combination.
 */
#include <vreactor/pending/crowd.h>

#include <errno.h>
#include <stdint.h>

#include <vreactor/base/env.h>

static void free_results(void *ptr)
{
    struct vr_results *results = ptr;

    for (size_t i = 0; i < results->count; i++)
        vr_result_free(results->items[i]);
    vr_allocator_free(results->memory, results);
}

/* Room for @count items behind a head. @return 0 if there is no such size */
static size_t size_of(size_t head, size_t item, size_t count)
{
    return count <= (SIZE_MAX - head) / item ? head + item * count : 0;
}

static struct vr_results *new_results(struct vr_allocator memory, size_t count)
{
    struct vr_results *results = vr_allocator_alloc(
        memory, size_of(sizeof(*results), sizeof(results->items[0]), count));
    if (!results)
        return NULL;

    results->memory = memory;
    results->count = count;
    results->items = (struct vr_result *)(results + 1);
    for (size_t i = 0; i < count; i++)
        results->items[i] = vr_fail(vr_failure_cancelled());
    return results;
}

/* Results of members that fire while they are freed are freed too. */
static void send_home(struct vr_crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct vr_pending *member = crowd->seats[i].member;
        crowd->seats[i].member = NULL;
        vr_pending_free(member);
    }
    if (crowd->results)
        free_results(crowd->results);
}

void vr_crowd_leave(struct vr_crowd *crowd)
{
    send_home(crowd);
    vr_allocator_free(crowd->memory, crowd);
}

static void cancel(void *arg, struct vr_pending *pending)
{
    struct vr_crowd *crowd = arg;

    (void)pending;
    crowd->pending = NULL;
    if (!crowd->busy)
        vr_crowd_leave(crowd);
}

int vr_crowd_new(const char *file, int line, const struct vr_env *env,
                 size_t count, vr_judge_fn *judge, struct vr_crowd **ret_crowd)
{
    struct vr_allocator memory = vr_allocator_of(env);
    struct vr_crowd *crowd = vr_allocator_alloc(
        memory, size_of(sizeof(*crowd), sizeof(crowd->seats[0]), count));
    if (!crowd)
        return -ENOMEM;

    crowd->memory = memory;
    crowd->count = count;
    crowd->judge = judge;
    crowd->results = new_results(memory, count);
    if (!crowd->results || vr_pending_new_at(file, line, env, cancel, crowd,
                                             &crowd->pending) < 0) {
        vr_crowd_leave(crowd);
        return -ENOMEM;
    }
    *ret_crowd = crowd;
    return 0;
}

static void note(struct vr_crowd *crowd, size_t index, bool failed)
{
    if (!crowd->values && !crowd->failures)
        crowd->first = index;
    if (failed && !crowd->failures++)
        crowd->first_failure = index;
    if (!failed && !crowd->values++)
        crowd->first_value = index;
}

static void come_in(struct vr_seat *seat, struct vr_result result)
{
    struct vr_crowd *crowd = seat->crowd;
    size_t index = (size_t)(seat - crowd->seats);
    struct vr_result verdict;

    crowd->results->items[index] = result;
    note(crowd, index, result.failure);
    if (!crowd->busy && crowd->judge(crowd, &verdict))
        vr_crowd_finish(crowd, verdict);
}

static struct vr_result on_result(void *arg, struct vr_result result)
{
    struct vr_seat *seat = arg;

    if (seat->crowd->pending && !seat->crowd->over)
        come_in(seat, result);
    else
        vr_result_free(result);
    return vr_ok(vr_value_none());
}

void vr_crowd_seat(struct vr_crowd *crowd, size_t index,
                   struct vr_pending *member)
{
    struct vr_seat *seat = &crowd->seats[index];

    *seat = (struct vr_seat){.crowd = crowd, .member = member};
    if (member && !vr_pending_both(member, on_result, seat))
        return;

    seat->member = NULL;
    vr_pending_free(member);
    come_in(seat, vr_fail(NULL));
}

struct vr_result vr_crowd_take(struct vr_crowd *crowd, size_t index)
{
    struct vr_result result = crowd->results->items[index];

    crowd->results->items[index] = vr_ok(vr_value_none());
    return result;
}

struct vr_result vr_crowd_take_all(struct vr_crowd *crowd)
{
    struct vr_results *results = crowd->results;

    crowd->results = NULL;
    return vr_ok(vr_value_of(results, free_results));
}

/* A canceller of a member may do away with the combination. */
void vr_crowd_finish(struct vr_crowd *crowd, struct vr_result result)
{
    crowd->busy = true;
    crowd->over = true;
    send_home(crowd);

    struct vr_pending *pending = crowd->pending;
    vr_allocator_free(crowd->memory, crowd);
    if (pending)
        (void)vr_pending_settle(pending, result); /* it has not fired yet */
    else
        vr_result_free(result);
}
