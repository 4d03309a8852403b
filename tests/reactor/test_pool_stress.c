/* SPDX-License-Identifier: MIT */
/**
 * @file test_pool_stress.c
 * Tests of reactor/async/pool.h with several reactors: each job has one end,
 * whatever is cancelled, freed, resized and closed meanwhile.
 */
#include <vreactor/reactor/async/pool.h>

#include <pthread.h>
#include <sched.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/random.h"

enum { OWNERS = 2, MOST = 2000, RECENT = 8 };

/* Who submits, from calls on a reactor of their own. */
struct owner {
    struct vr_reactor *reactor;
    struct vr_call call;
    struct vr_pool_group *group;
    uint64_t random;
    int submitted;
    struct vr_pending *recent[RECENT]; /* jobs not freed yet */
    int ends;
};

static struct vr_pool *pool;
static struct owner owners[OWNERS];
static int each;

static struct vr_result run(struct vr_job *job, struct vr_value value)
{
    if (!vr_job_is_wanted(job)) {
        vr_value_free(value);
        return vr_fail(NULL);
    }
    return vr_ok(value);
}

static struct vr_result count_end(void *arg, struct vr_result result)
{
    ++*(int *)arg;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static void submit(struct owner *owner, struct vr_pending **place)
{
    struct vr_pool_group *group =
        test_random_below(&owner->random, 2) ? owner->group : NULL;
    struct vr_pending *pending =
        vr_pool_submit(pool, owner->reactor, group, run, number(1));

    check(pending);
    owner->submitted++;
    *place = pending;
    check_int(vr_pending_both(pending, count_end, &owner->ends), 0);
}

static void do_something(struct owner *owner)
{
    int slot = (int)test_random_below(&owner->random, RECENT);
    struct vr_pending **place = &owner->recent[slot];
    unsigned dice = test_random_below(&owner->random, 32);

    if (dice == 0)
        (void)vr_pool_group_cancel(owner->group);
    else if (dice == 1)
        check_int(vr_pool_resize(pool, 1 + slot % 4), 0);
    else if (dice == 2)
        check(vr_pool_count(pool).threads <= RECENT);
    if (*place && test_random_below(&owner->random, 2))
        (void)vr_pending_cancel(*place);
    vr_pending_free(*place);
    *place = NULL;
    submit(owner, place);
}

static void act(struct vr_call *call)
{
    struct owner *owner = vr_container_of(call, struct owner, call);

    for (int i = 0; i < 4; i++)
        do_something(owner);
    if (owner->submitted < each)
        vr_call_after(call, 0);
    else
        vr_reactor_stop(owner->reactor);
}

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    check_int(vr_pool_new(NULL, &pool), 0);
    for (int i = 0; i < OWNERS; i++) {
        struct owner *owner = &owners[i];
        owner->random = 11u + (unsigned)i;
        check_int(vr_reactor_new(NULL, &owner->reactor), 0);
        check_int(vr_pool_group_new(pool, &owner->group), 0);
        vr_call_init(&owner->call, owner->reactor, act);
        vr_call_after(&owner->call, 0);
        check_int(vr_reactor_start(owner->reactor), 0);
    }
}

static void end_owner(struct owner *owner)
{
    check_int(vr_reactor_join(owner->reactor), 0);
    for (int i = 0; i < RECENT; i++)
        vr_pending_free(owner->recent[i]);
    check_int(owner->ends, owner->submitted);
}

static void free_owner(struct owner *owner)
{
    vr_pool_group_free(owner->group);
    check_int(vr_reactor_free(owner->reactor), 0);
}

/* promise threads-6 */
TEST(pool_stress, gives_each_job_one_end)
{
    uint64_t submitted = 0;

    set_up();
    for (int i = 0; i < OWNERS; i++) {
        end_owner(&owners[i]);
        submitted += (uint64_t)owners[i].submitted;
    }
    vr_pool_close(pool);
    for (int i = 0; i < OWNERS; i++)
        free_owner(&owners[i]);
    check_int(vr_pool_free(pool), 0);
    check(submitted >= (uint64_t)(OWNERS * each));
    check_int(values, 0);
}

/* The pool goes first. */
TEST(pool_stress, gives_each_job_one_end_when_the_pool_is_closed)
{
    set_up();
    while (vr_pool_count(pool).done + vr_pool_count(pool).cancelled < 50)
        sched_yield();
    vr_pool_close(pool);
    for (int i = 0; i < OWNERS; i++)
        vr_reactor_stop(owners[i].reactor);
    for (int i = 0; i < OWNERS; i++)
        end_owner(&owners[i]);
    check_int(vr_pool_free(pool), 0);
    for (int i = 0; i < OWNERS; i++)
        free_owner(&owners[i]);
    check_int(values, 0);
}
