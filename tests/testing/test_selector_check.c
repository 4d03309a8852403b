/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_check.c
 * Tests of testing/selector_check.h: that it finds what is wrong, and only
 * that.
 */
#include <vreactor/testing/selector_check.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/selector_cases.h>

#include "tests/support/refused.h"
#include "tests/support/test.h"

#include "broken_selector.h"

static const char *const names[] = {
#define NAME(name) #name,
    VR_SELECTOR_CASES(NAME)
#undef NAME
};

enum { CASES = sizeof(names) / sizeof(*names) };

static const struct {
    const char *name;
    const char *test; /* that is to find it */
} faults[] = {
#define FAULT(name, test) {#name, test},
    FAULTS(FAULT)
#undef FAULT
};

/** What was reported. */
struct record {
    int outcomes[3];
    const char *last;
    char why[256];
};

static void record(void *ctx, const struct vr_selector_verdict *verdict)
{
    struct record *record = ctx;

    record->outcomes[verdict->outcome]++;
    record->last = verdict->test;
    strncpy(record->why, verdict->why, sizeof(record->why) - 1);
}

static struct vr_selector_check_options defaults(void)
{
    return (struct vr_selector_check_options){
        .size = sizeof(struct vr_selector_check_options)};
}

/* How often does @p test fail for a selector that is broken by @p how? */
static int try_fault(enum fault how, const char *test)
{
    struct vr_selector_check_options options = defaults();

    options.only = test;
    broken_by(how);
    int failed = vr_selector_check(&broken_selector, &options);
    broken_by(FAULT_NONE);
    return failed;
}

/* ---- what it finds ---- */

TEST(selector_check, finds_each_fault_by_the_test_that_is_meant_to)
{
    for (int i = 1; i < FAULT_COUNT; i++)
        if (try_fault((enum fault)i, faults[i].test) != 1)
            test_fail(__FILE__, __LINE__, "%s is not found by %s",
                      faults[i].name, faults[i].test);
}

/* Any test fails by these: they are found in what it leaves behind. */
static bool is_found_afterwards(int how)
{
    return how == FAULT_KEEPS_MEMORY || how == FAULT_KEEPS_DESCRIPTOR ||
           how == FAULT_OTHER_ENV || how == FAULT_CLOSES_WATCHED;
}

/* Others would make it wait till its patience is over, or for ever. */
static bool is_quick(int how, const char *test)
{
    return how == FAULT_GIVES_UP ||
           (strcmp(test, "is_woken_by_another_thread") != 0 &&
            strcmp(test, "waits_for_ever_when_told") != 0);
}

static bool can_fail(const char *test)
{
    for (int i = 1; i < FAULT_COUNT; i++)
        if (!is_found_afterwards(i) && is_quick(i, test) &&
            try_fault((enum fault)i, test) == 1)
            return true;

    return false;
}

HEAVY_TEST(selector_check, has_no_test_that_cannot_fail)
{
    for (int i = 0; i < CASES; i++)
        if (!can_fail(names[i]))
            test_fail(__FILE__, __LINE__, "%s cannot fail", names[i]);
}

TEST(selector_check, passes_a_selector_without_fault)
{
    struct vr_selector_check_options options = defaults();
    struct record all = {.last = NULL};

    options.report = record;
    options.ctx = &all;
    broken_by(FAULT_NONE);
    check_int(vr_selector_check(&broken_selector, &options), 0);
    check_int(all.outcomes[VR_SELECTOR_FAILS], 0);
    check_int(all.outcomes[VR_SELECTOR_SKIPPED], 2); /* it has no descriptor */
    check_int(all.outcomes[VR_SELECTOR_PASSES], CASES - 2);
    check_int(vr_selector_check(&broken_selector, NULL), 0);
}

TEST(selector_check, tells_of_each_test_in_order_and_counts_what_failed)
{
    struct vr_selector_check_options options = defaults();
    struct record all = {.last = NULL};

    options.report = record;
    options.ctx = &all;
    broken_by(FAULT_READ_FIRST);
    int failed = vr_selector_check(&broken_selector, &options);
    broken_by(FAULT_NONE);
    check(failed > 0);
    check_int(all.outcomes[VR_SELECTOR_FAILS], failed);
    check_int(all.outcomes[0] + all.outcomes[1] + all.outcomes[2], CASES);
    check_str(all.last, names[CASES - 1]);
}

TEST(selector_check, says_what_is_not_so)
{
    struct vr_selector_check_options options = defaults();
    struct record one = {.last = NULL};

    options.report = record;
    options.ctx = &one;
    options.only = "refuses_a_regular_file";
    broken_by(FAULT_TAKES_FILES);
    check_int(vr_selector_check(&broken_selector, &options), 1);
    broken_by(FAULT_NONE);
    check_str(one.last, "refuses_a_regular_file");
    check_int(one.outcomes[VR_SELECTOR_FAILS], 1);
    check(strstr(one.why, " is 0 (OK), not EPERM") != NULL);
}

/* ---- what cannot be tried ---- */

TEST(selector_check, refuses_a_table_that_lacks_something)
{
    struct vr_selector_ops tables[SELECTOR_ENTRIES];

    without_each(tables, &broken_selector);
    for (int i = 0; i < SELECTOR_ENTRIES; i++)
        check_int(vr_selector_check(&tables[i], NULL), -EINVAL);
    check_int(vr_selector_check(NULL, NULL), -EINVAL);
}

TEST(selector_check, refuses_options_it_does_not_know)
{
    struct vr_selector_check_options options = defaults();
    struct {
        struct vr_selector_check_options known;
        int later;
    } newer = {.known.size = sizeof(newer), .later = 1};

    check_int(vr_selector_check(&broken_selector, &newer.known), -E2BIG);
    options.only = "is_fun";
    check_int(vr_selector_check(&broken_selector, &options), -ENOENT);
}

TEST(selector_check, passes_on_what_open_says)
{
    struct vr_selector_check_options options = defaults();
    struct vr_test_env test;

    vr_test_env_init(&test, 0);
    vr_test_fail_allocation(&test, 1, 1);
    options.env = &test.env;
    check_int(vr_selector_check(&broken_selector, &options), -ENOMEM);
}

/* ---- what it uses ---- */

TEST(selector_check, stands_on_the_environment_it_is_given)
{
    struct vr_selector_check_options options = defaults();
    struct vr_test_env test;

    vr_test_env_init(&test, 0);
    options.env = &test.env;
    check_int(vr_selector_check(&broken_selector, &options), 0);
    check(vr_test_allocations(&test) > CASES);
    check_int(vr_test_blocks(&test), 0);
}

static void *given_arg;

static int open_with_arg(const struct vr_env *env, void *arg,
                         struct vr_selector **ret_sel)
{
    given_arg = arg;
    return broken_selector.open(env, NULL, ret_sel);
}

TEST(selector_check, gives_open_the_argument)
{
    struct vr_selector_check_options options = defaults();
    struct vr_selector_ops table = broken_selector;

    table.open = open_with_arg;
    options.arg = &table;
    options.only = "awaits_a_pipe";
    check_int(vr_selector_check(&table, &options), 0);
    check(given_arg == &table);
}

/** A selector that rides on a loop finds what that found in its last run. */
static struct {
    int pumped;
    int waited;
} ride;

static void pump(void *ctx)
{
    check(ctx == &ride);
    ride.pumped++;
}

static struct vr_selector_ops riding;

static int ride_open(const struct vr_env *env, void *arg,
                     struct vr_selector **ret_sel)
{
    int err = broken_selector.open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &riding;
    return err;
}

static int ride_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                     vr_time timeout)
{
    (void)timeout;
    check_int(++ride.waited, ride.pumped);
    return broken_selector.wait(sel, ready, cap, 0);
}

TEST(selector_check, pumps_a_host_s_loop_before_each_wait)
{
    struct vr_selector_check_options options = defaults();

    riding = broken_selector;
    riding.open = ride_open;
    riding.wait = ride_wait;
    options.pump = pump;
    options.ctx = &ride;
    check_int(vr_selector_check(&riding, &options), 0);
    check(ride.waited > CASES);
}

TEST(selector_check, changes_nothing_of_the_process)
{
    struct sigaction before, after;
    struct rlimit limit, later;
    sigset_t blocked, then;

    check_int(sigaction(SIGPIPE, NULL, &before), 0);
    check_int(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    check_int(vr_selector_check(vr_selector_nth(0), NULL), 0);

    check_int(sigaction(SIGPIPE, NULL, &after), 0);
    check(after.sa_handler == before.sa_handler);
    check_int(pthread_sigmask(SIG_BLOCK, NULL, &then), 0);
    for (int i = 1; i < NSIG; i++)
        check_int(sigismember(&then, i), sigismember(&blocked, i));
    check_int(getrlimit(RLIMIT_NOFILE, &later), 0);
    check_int(later.rlim_cur, limit.rlim_cur);
}
