/* SPDX-License-Identifier: MIT */
/**
 * @file test_switch.c
 * One stack and another, and what is left alone between them.
 */
#include <vreactor/pending/switch.h>

#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

#include <vreactor/base/env.h>
#include <vreactor/base/pages.h>
#include <vreactor/pending/switch_notes.h>

#include "tests/support/test.h"

enum { STACK = 128 * 1024, GUARD = 64 * 1024 };

/* A stack, and who went there. */
struct visit {
    void *pages;
    void *inside, *outside;
    void (*body)(struct visit *visit);
    int count;
    int round;
    unsigned note;
    bool over;
};

/* Sanitizers are told of each switch by who uses it, so not here. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { FOLLOWED = true };
#elif defined(__has_feature)
enum {
    FOLLOWED =
        __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
};
#else
enum { FOLLOWED = false };
#endif

#define SWITCH_TEST(name)                                                      \
    static void name(void);                                                    \
    TEST(switch, name)                                                         \
    {                                                                          \
        if (!FOLLOWED)                                                         \
            name();                                                            \
    }                                                                          \
    static void name(void)

static void enter(void *arg)
{
    struct visit *visit = arg;

    visit->body(visit);
    visit->over = true;
    vr_switch_to(&visit->inside, visit->outside);
    check(false);
}

static void prepare(struct visit *visit, void (*body)(struct visit *visit))
{
    *visit = (struct visit){.body = body};
    check_int(
        vr_pages_map(vr_env_default(), GUARD, GUARD + STACK, &visit->pages), 0);

    char *low = (char *)visit->pages + GUARD;
    visit->note = vr_note_stack(low, low + STACK);
    check_int(vr_switch_prepare(low, low + STACK, enter, visit, &visit->inside),
              0);
}

static void done(struct visit *visit)
{
    vr_note_no_stack(visit->note);
    vr_pages_unmap(vr_env_default(), visit->pages, GUARD + STACK);
}

static void go_in(struct visit *visit)
{
    vr_switch_to(&visit->outside, visit->inside);
}

static void go_out(struct visit *visit)
{
    vr_switch_to(&visit->inside, visit->outside);
}

static void count_to_three(struct visit *visit)
{
    while (++visit->count < 3)
        go_out(visit);
}

SWITCH_TEST(goes_on_where_it_left)
{
    struct visit visit;

    prepare(&visit, count_to_three);
    check_int(visit.count, 0);
    for (int i = 1; i <= 3; i++) {
        check(!visit.over);
        go_in(&visit);
        check_int(visit.count, i);
    }
    check(visit.over);
    done(&visit);
}

static void note_alignment(struct visit *visit)
{
    max_align_t aligned;

    visit->count = (int)((uintptr_t)&aligned % _Alignof(max_align_t));
}

/* Whatever the end of the stack is. */
SWITCH_TEST(aligns_the_stack)
{
    for (int off = 0; off < 16; off++) {
        struct visit visit;
        prepare(&visit, note_alignment);
        char *low = (char *)visit.pages + GUARD;
        visit.count = -1;
        check_int(vr_switch_prepare(low, low + STACK - off, enter, &visit,
                                    &visit.inside),
                  0);
        go_in(&visit);
        check_int(visit.count, 0);
        done(&visit);
    }
}

/* More values than there are registers to keep them in, each of its own. */
static uint64_t churn(struct visit *visit, void (*leave)(struct visit *),
                      uint64_t seed)
{
    uint64_t a = seed, b = a + 1, c = b * 3, d = c ^ 5, e = d + 7, f = e * 9;
    double p = (double)seed, q = p + 1, r = q * 2, s = r - 3, t = s + 4;
    double u = t + 5, v = u - 6, w = v + 7, x = w + 8, y = x + 9;

    for (int i = 0; i < 10; i++) {
        leave(visit);
        a += b, b ^= c, c += d, d ^= e, e += f, f ^= a;
        p += q, q -= r, r += s, s -= t, t += u;
        u -= v, v += w, w -= x, x += y, y -= p / 2;
    }
    return a + b + c + d + e + f +
           (uint64_t)(int64_t)(p + q + r + s + t + u + v + w + x + y);
}

static void go_nowhere(struct visit *visit)
{
    visit->round++;
}

static uint64_t churned_inside;

static void churn_inside(struct visit *visit)
{
    churned_inside = churn(visit, go_out, 1);
}

SWITCH_TEST(keeps_the_values_of_both_sides)
{
    struct visit visit, nowhere = {0};
    uint64_t inside = churn(&nowhere, go_nowhere, 1);
    uint64_t outside = churn(&nowhere, go_nowhere, 1000);

    prepare(&visit, churn_inside);
    go_in(&visit);
    check(churn(&visit, go_in, 1000) == outside);
    check(visit.over);
    check(churned_inside == inside);
    done(&visit);
}

static void round_upward(struct visit *visit)
{
    visit->round = fegetround();
    check_int(fesetround(FE_UPWARD), 0);
    go_out(visit);
    check_int(fegetround(), FE_UPWARD);
    go_out(visit);
    check_int(fegetround(), FE_UPWARD);
}

SWITCH_TEST(keeps_the_rounding_of_each_side)
{
    struct visit visit;

    check_int(fesetround(FE_DOWNWARD), 0);
    prepare(&visit, round_upward);
    check_int(fesetround(FE_TOWARDZERO), 0);
    for (int i = 0; i < 3; i++) {
        go_in(&visit);
        check_int(fegetround(), FE_TOWARDZERO);
    }
    check_int(visit.round, FE_DOWNWARD); /* as it was at prepare() */
    check(visit.over);
    done(&visit);
    check_int(fesetround(FE_TONEAREST), 0);
}

static bool is_blocked(int sig)
{
    sigset_t now;

    check_int(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
    return sigismember(&now, sig);
}

static void change_mask(int how, int sig)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    check_int(pthread_sigmask(how, &set, NULL), 0);
}

static void block_another(struct visit *visit)
{
    check(is_blocked(SIGUSR1));
    go_out(visit);
    check(!is_blocked(SIGUSR1));
    change_mask(SIG_BLOCK, SIGUSR2);
    go_out(visit);
    check(is_blocked(SIGUSR2));
}

SWITCH_TEST(leaves_the_signal_mask_to_the_thread)
{
    struct visit visit;

    prepare(&visit, block_another);
    change_mask(SIG_BLOCK, SIGUSR1);
    go_in(&visit);
    check(is_blocked(SIGUSR1));
    change_mask(SIG_UNBLOCK, SIGUSR1);
    go_in(&visit);
    check(is_blocked(SIGUSR2));
    go_in(&visit);
    check(visit.over);
    done(&visit);
}

static void *go_in_twice(void *arg)
{
    go_in(arg);
    go_in(arg);
    return NULL;
}

SWITCH_TEST(may_go_on_in_another_thread)
{
    struct visit visit;
    pthread_t thread;

    prepare(&visit, count_to_three);
    go_in(&visit);
    check_int(pthread_create(&thread, NULL, go_in_twice, &visit), 0);
    check_int(pthread_join(thread, NULL), 0);
    check_int(visit.count, 3);
    check(visit.over);
    done(&visit);
}

static void pass_on(struct visit *visit)
{
    go_in(visit + 1);
    visit->count = (visit + 1)->count + 1;
}

static void stop_here(struct visit *visit)
{
    visit->count = 1;
}

SWITCH_TEST(nests)
{
    enum { DEPTH = 100 };
    static struct visit visits[DEPTH];

    for (int i = 0; i < DEPTH; i++)
        prepare(&visits[i], i + 1 < DEPTH ? pass_on : stop_here);
    go_in(&visits[0]);
    check_int(visits[0].count, DEPTH);
    for (int i = 0; i < DEPTH; i++)
        done(&visits[i]);
}
