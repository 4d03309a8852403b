/* SPDX-License-Identifier: MIT */
/**
 * @file pending.c
 * What do deferreds and coroutines cost?
 *
 *     bench/run pending [ROUNDS]
 *
 * How to read, besides rounds.h:
 *
 *     fire          a step of ten: make a deferred, add them, fire and free it;
 *                   beside a list of callbacks that is made, run and freed
 *     switch        to another stack, and nothing else
 *     spawn-join    a coroutine that returns at once, with its end; our stacks,
 *                   and only ours, have guards; pool: they are kept
 *     await-fired   what has come already; beside a deferred that has fired
 *     await         what comes while the coroutine waits: there and back, with
 *                   making and firing the deferred; beside there and back alone
 *
 * The line `allocations` says how many a deferred takes, by its steps.
 */
#include "bench/peer.h"
#include "bench/rounds.h"
#include "bench/switches.h"

#include <pcl.h>
#include <pth.h>
#include <stdlib.h>

#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/stacks.h>
#include <vreactor/vreactor.h>

enum { STEPS = 1000000, SPAWNS = 100000, CHAIN = 10, STACK = 64 * 1024 };

static volatile long sum;

/* ---- fire ---- */

struct node {
    struct node *next;
    void (*fn)(void *arg);
    void *arg;
};

static void add_one(void *arg)
{
    (void)arg;
    sum = sum + 1;
}

static void fire_list(long count)
{
    for (long i = 0; i < count / CHAIN; i++) {
        struct node *first = NULL, **last = &first;
        for (int step = 0; step < CHAIN; step++) {
            struct node *node = must_alloc(1, sizeof(*node));
            node->fn = add_one;
            *last = node;
            last = &node->next;
        }
        while (first) {
            struct node *node = first;
            first = node->next;
            node->fn(node->arg);
            free(node);
        }
    }
}

static struct vr_result count_one(void *arg, struct vr_value value)
{
    add_one(arg);
    return vr_ok(value);
}

static struct vr_pending *make_chain(const struct vr_env *env, int steps)
{
    struct vr_pending *pending = vr_pending_new(env, NULL, NULL);

    must(pending, "vr_pending_new");
    for (int step = 0; step < steps; step++)
        must(!vr_pending_then(pending, count_one, NULL, NULL), "then");
    return pending;
}

static void fire_ours(long count)
{
    for (long i = 0; i < count / CHAIN; i++) {
        struct vr_pending *pending = make_chain(NULL, CHAIN);
        (void)vr_pending_fire(pending, vr_value_none());
        vr_pending_free(pending);
    }
}

static double measure_fire(const void *workload, size_t peer)
{
    (void)workload;
    return timed(peer ? fire_ours : fire_list, STEPS);
}

static long allocations;

static void *count_allocation(void *ctx, void *ptr, size_t size)
{
    allocations += size > 0;
    return vr_env_default()->resize(ctx, ptr, size);
}

static void print_allocations(void)
{
    struct vr_env env = VR_ENV_INIT;

    env.resize = count_allocation;
    for (int steps = 0; steps <= CHAIN; steps += CHAIN / 2) {
        allocations = 0;
        vr_pending_free(make_chain(&env, steps));
        printf("allocations steps=%d count=%ld\n", steps, allocations);
    }
}

/* ---- spawn and join ---- */

static struct vr_stacks *stacks;

static void end_pcl(void *arg)
{
    add_one(arg);
}

static void spawn_pcl(long count)
{
    for (long i = 0; i < count; i++) {
        coroutine_t coroutine = co_create(end_pcl, NULL, NULL, STACK);
        must(coroutine != NULL, "co_create");
        co_call(coroutine); /* it is deleted by its end */
    }
}

static void *end_pth(void *arg)
{
    add_one(arg);
    return NULL;
}

static void spawn_pth(long count)
{
    for (long i = 0; i < count; i++) {
        pth_t thread = pth_spawn(PTH_ATTR_DEFAULT, end_pth, NULL);
        must(thread && pth_join(thread, NULL), "pth_spawn");
    }
}

static struct vr_result end_ours(void *arg)
{
    add_one(arg);
    return vr_ok(vr_value_none());
}

static void spawn_ours(long count)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .stacks = stacks};

    for (long i = 0; i < count; i++) {
        struct vr_pending *pending = vr_spawn(NULL, &options, end_ours, NULL);
        must(pending, "vr_spawn");
        vr_pending_free(pending);
    }
}

static double spawn_pooled(void)
{
    struct vr_stacks_options options = {.size = sizeof(options),
                                        .stack_size = STACK};

    must(!vr_stacks_new(NULL, &options, &stacks), "vr_stacks_new");
    double ns = timed(spawn_ours, SPAWNS);
    vr_stacks_free(stacks);
    stacks = NULL;
    return ns;
}

static double measure_spawn(const void *workload, size_t peer)
{
    (void)workload;
    switch (peer) {
    case 0:
        return timed(spawn_pcl, SPAWNS);
    case 1:
        return timed(spawn_pth, SPAWNS);
    case 2:
        return timed(spawn_ours, SPAWNS);
    default:
        return spawn_pooled();
    }
}

/* ---- await ---- */

static struct vr_pending *awaited;
static long awaits;

static struct vr_pending *done(void)
{
    struct vr_pending *pending = vr_pending_done(NULL, vr_ok(vr_value_none()));

    must(pending, "done");
    return pending;
}

static void make_fired(long count)
{
    while (count-- > 0)
        vr_pending_free(done());
}

static struct vr_result await_fired(void *arg)
{
    (void)arg;
    while (awaits-- > 0)
        (void)vr_await(done(), NULL, NULL);
    return vr_ok(vr_value_none());
}

static struct vr_result await_unfired(void *arg)
{
    (void)arg;
    while (awaits-- > 0) {
        awaited = vr_pending_new(NULL, NULL, NULL);
        must(awaited, "vr_pending_new");
        (void)vr_await(awaited, NULL, NULL);
    }
    awaited = NULL;
    return vr_ok(vr_value_none());
}

static void run_awaits(vr_coroutine_fn *fn, long count)
{
    struct vr_pending *pending;

    awaits = count;
    pending = vr_spawn(NULL, NULL, fn, NULL);
    must(pending, "vr_spawn");
    while (awaited)
        (void)vr_pending_fire(awaited, vr_value_none());
    vr_pending_free(pending);
}

static void run_await_fired(long count)
{
    run_awaits(await_fired, count);
}

static void run_await_unfired(long count)
{
    run_awaits(await_unfired, count);
}

static double measure_await_fired(const void *workload, size_t peer)
{
    (void)workload;
    return timed(peer ? run_await_fired : make_fired, STEPS);
}

static double measure_await(const void *workload, size_t peer)
{
    (void)workload;
    return peer ? timed(run_await_unfired, STEPS) : 2 * measure_pcl();
}

int main(int argc, char **argv)
{
    static const char *const fires[] = {"list", "vreactor", NULL};
    static const char *const spawns[] = {"pcl", "pth", "vreactor",
                                         "vreactor-pool", NULL};
    static const char *const fired[] = {"deferred", "vreactor", NULL};
    static const char *const awaited_by[] = {"pcl", "vreactor", NULL};
    static const struct comparison comparisons[] = {
        {"fire", fires, measure_fire, NULL},
        {"switch", switch_peers, measure_switch, NULL},
        {"spawn-join", spawns, measure_spawn, NULL},
        {"await-fired", fired, measure_await_fired, NULL},
        {"await", awaited_by, measure_await, NULL},
    };
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    must(co_thread_init() == 0 && pth_init(), "co_thread_init");
    print_allocations();
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
        compare_peers(&comparisons[i], rounds);
    return 0;
}
