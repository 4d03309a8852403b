/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_stack.c
 * What a coroutine has for itself: its stack, and how it rounds.
 */
#include "tests/pending/coroutine_fixture.h"

#include <fenv.h>
#include <pthread.h>
#include <signal.h>

#include <vreactor/pending/stacks.h>

#include "tests/support/child.h"

/* ---- the thread ---- */

static void *fire_there(void *arg)
{
    check_int(vr_pending_fire(arg, number(1)), 0);
    check(!vr_coroutine_is_running());
    return NULL;
}

static struct vr_result await_elsewhere(void *arg)
{
    int n = await_number(arg);

    check(vr_coroutine_is_running());
    return number_or_failure(n);
}

/* promise coroutines-18 */
/* Deferreds, as a reactor that is idle, may be handed to another thread. */
TEST(coroutine, may_go_on_in_another_thread)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_elsewhere, source);
    pthread_t thread;

    check_int(pthread_create(&thread, NULL, fire_there, source), 0);
    check_int(pthread_join(thread, NULL), 0);
    check(!vr_coroutine_is_running());
    check_int(await_number(pending), 1);
    check_all_ended();
}

static struct vr_result round_upward(void *arg)
{
    check_int(fesetround(FE_UPWARD), 0);
    await_number(arg);
    check_int(fegetround(), FE_UPWARD);
    return vr_ok(vr_value_none());
}

/* promise coroutines-13 */
TEST(coroutine, rounds_as_it_wants_to)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(round_upward, source);

    check_int(fegetround(), FE_TONEAREST);
    check_int(vr_pending_fire(source, number(1)), 0);
    check_int(fegetround(), FE_TONEAREST);
    vr_pending_free(pending);
}

static bool is_blocked(int sig)
{
    sigset_t now;

    check_int(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
    return sigismember(&now, sig);
}

static struct vr_result block_signal(void *arg)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    check_int(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    await_number(arg);
    check(is_blocked(SIGUSR1));
    return vr_ok(vr_value_none());
}

/* promise coroutines-13 */
TEST(coroutine, leaves_the_signal_mask_to_the_thread)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(block_signal, source);

    check(is_blocked(SIGUSR1));
    check_int(vr_pending_fire(source, number(1)), 0);
    check(is_blocked(SIGUSR1));
    vr_pending_free(pending);
}

/* ---- the stack ---- */

static struct vr_result print_much(void *arg)
{
    char text[64];

    (void)arg;
    (void)snprintf(text, sizeof(text), "%.3f %d %s", 1.5, 7, "x");
    check_str(text, "1.500 7 x");
    return vr_ok(vr_value_none());
}

TEST(coroutine, has_its_stack_measured)
{
    struct vr_stacks_options how = {.size = sizeof(how), .measure = true};
    struct vr_coroutine_options options = {.size = sizeof(options)};
    struct vr_stacks_stats stats;
    struct vr_pending *pending;

    check_int(vr_stacks_new(coroutine_env(), &how, &options.stacks), 0);
    pending = vr_spawn(coroutine_env(), &options, print_much, NULL);
    check(pending);
    vr_stacks_stats(options.stacks, &stats);
    check_int(stats.live, 0);
    check_int(stats.cached, 1);
    check(stats.deepest > 500);
    check(stats.deepest < stats.stack_size);
    vr_pending_free(pending);
    vr_stacks_free(options.stacks);
    check_all_ended();
}

static volatile unsigned bottom = 0; /* so that nobody sees where it ends */

static unsigned go_deep(unsigned depth)
{
    volatile char frame[256];

    frame[depth % sizeof(frame)] = 1;
    return depth == bottom ? 0 : go_deep(depth + 1) + (unsigned)frame[0];
}

static struct vr_result overflow(void *arg)
{
    (void)arg;
    return vr_ok(number((int)go_deep(1)));
}

static void spawn_overflow(void *arg)
{
    (void)spawn(overflow, arg);
}

/* promise coroutines-14 */
TEST(coroutine, ends_the_program_when_it_calls_too_deep)
{
    check(faults_in_child(spawn_overflow, NULL));
}
