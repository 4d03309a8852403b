/* SPDX-License-Identifier: MIT */
/**
 * @file test_promise_threads.c
 * Tests of reactor/async/promise.h with several threads: each promise has one
 * end, and each value is freed once, whatever meets what.
 */
#include <vreactor/reactor/async/promise.h>

#include <pthread.h>
#include <sched.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/random.h"

enum { THREADS = 3, MOST = 3000 };

/* A promise between its owner, on the reactor's thread, and a source. */
struct pact {
    struct vr_promise *promise; /* the source's */
    struct vr_pending *pending; /* the owner's */
    int fired, failed;          /* so often; the reactor's thread's */
    int said;                   /* to the source, when it settled */
    bool settled;               /* by the source */
};

struct source {
    pthread_t thread;
    uint64_t random;
    int first; /* of its pacts */
};

static struct vr_reactor *reactor;
static struct pact *pacts;
static struct source sources[THREADS];
static atomic_int cancels, freed_args;
static int each;

static void count_cancelled(void *arg)
{
    (void)arg;
    cancels++;
}

static void count_freed(void *arg)
{
    (void)arg;
    freed_args++;
}

static struct vr_result count_end(void *arg, struct vr_result result)
{
    struct pact *pact = arg;

    pact->fired += !result.failure;
    pact->failed += result.failure != NULL;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static void make_pacts(void)
{
    for (int i = 0; i < THREADS * each; i++) {
        pacts[i].pending = vr_promise_new(reactor, count_cancelled,
                                          vr_value_of(&pacts[i], count_freed),
                                          &pacts[i].promise);
        check(pacts[i].pending);
        check_int(vr_pending_both(pacts[i].pending, count_end, &pacts[i]), 0);
    }
}

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    pacts = calloc((size_t)(THREADS * each), sizeof(*pacts));
    check(pacts != NULL);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    make_pacts();
}

/* Settles most of its promises, asks of some whether it should, and gives all
 * of them back. */
static void *act_as_source(void *arg)
{
    struct source *source = arg;

    for (int i = 0; i < each; i++) {
        struct pact *pact = &pacts[source->first + i];
        unsigned dice = test_random_below(&source->random, 8);

        if (dice == 0)
            (void)vr_promise_is_wanted(pact->promise);
        if (dice != 1) {
            pact->said = vr_promise_fire(pact->promise, number(i));
            pact->settled = true;
        }
        if (dice == 2)
            check_int(vr_promise_fire(pact->promise, number(i)), -VR_EFIRED);
        vr_promise_unref(pact->promise);
    }
    return NULL;
}

static void start_sources(void)
{
    for (int i = 0; i < THREADS; i++) {
        sources[i].random = 77u + (unsigned)i;
        sources[i].first = i * each;
        check(!pthread_create(&sources[i].thread, NULL, act_as_source,
                              &sources[i]));
    }
}

static void join_sources(void)
{
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(sources[i].thread, NULL));
}

/* Of each pact one end, whose parties agree. */
static void check_ends(void)
{
    for (int i = 0; i < THREADS * each; i++) {
        struct pact *pact = &pacts[i];

        check_int(pact->fired + pact->failed, 1);
        if (pact->fired)
            check(pact->settled && pact->said == 0);
    }
    check_int(values, 0);
    check_int(freed_args, THREADS * each);
    free(pacts);
}

/* ---- an owner who cancels and frees meanwhile ---- */

struct owner {
    struct vr_post post;
    uint64_t random;
    int next;
};

/* Cancels or frees a few, in no order, until it has been everywhere. */
static void act_as_owner(struct vr_post *post)
{
    struct owner *owner = vr_container_of(post, struct owner, post);

    for (int i = 0; i < 8 && owner->next < each; i++, owner->next++) {
        int thread = (int)test_random_below(&owner->random, THREADS);
        struct pact *pact = &pacts[thread * each + owner->next];

        if (test_random_below(&owner->random, 2)) {
            (void)vr_pending_cancel(pact->pending);
        } else {
            vr_pending_free(pact->pending);
            pact->pending = NULL;
        }
    }
    if (owner->next < each)
        vr_reactor_post(reactor, post);
    else
        vr_reactor_stop(reactor);
}

static void free_all(void)
{
    for (int i = 0; i < THREADS * each; i++)
        vr_pending_free(pacts[i].pending);
}

TEST(promise_threads, have_one_end_each_when_settled_cancelled_and_freed)
{
    struct owner owner = {.post.run = act_as_owner, .random = 5};

    set_up();
    vr_reactor_post(reactor, &owner.post);
    start_sources();
    check_int(vr_reactor_run(reactor), 0);
    join_sources();
    while (values > 0)
        check_int(vr_reactor_turn(reactor, 0), 0);
    free_all();
    check_int(vr_reactor_free(reactor), 0);
    check_ends();
}

TEST(promise_threads, all_fire_when_nobody_cancels)
{
    set_up();
    check_int(vr_reactor_start(reactor), 0);
    start_sources();
    join_sources();
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    while (values > 0)
        check_int(vr_reactor_turn(reactor, 0), 0);
    free_all();
    for (int i = 0; i < THREADS * each; i++)
        check_int(pacts[i].fired, pacts[i].settled);
    check_int(vr_reactor_free(reactor), 0);
    check_ends();
}

/* promise posts-11 */
TEST(promise_threads, settle_while_the_reactor_is_freed)
{
    set_up();
    start_sources();
    while (!values)
        sched_yield();
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_close(reactor), 0);
    free_all();
    check_int(vr_reactor_free(reactor), 0);
    join_sources();
    check_ends();
}

static void *act_as_last_source(void *promise)
{
    vr_promise_unref(promise);
    return NULL;
}

TEST(promise_threads, give_one_promise_back_in_any_order)
{
    pthread_t threads[THREADS];

    set_up();
    for (int round = 0; round < each / 10; round++) {
        struct pact *pact = &pacts[round];
        for (int i = 0; i < THREADS; i++)
            check(!pthread_create(&threads[i], NULL, act_as_last_source,
                                  vr_promise_ref(pact->promise)));
        vr_promise_unref(pact->promise);
        for (int i = 0; i < THREADS; i++)
            check(!pthread_join(threads[i], NULL));
    }
    check_int(vr_reactor_turn(reactor, 0), 0);
    for (int i = 0; i < each / 10; i++)
        check_int(pacts[i].failed, 1);
    for (int i = each / 10; i < THREADS * each; i++)
        vr_promise_unref(pacts[i].promise);
    check_int(vr_reactor_close(reactor), 0);
    free_all();
    check_int(vr_reactor_free(reactor), 0);
    check_ends();
}
