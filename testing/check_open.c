/* SPDX-License-Identifier: MIT */
/**
 * @file check_open.c
 * How a selector is opened and closed, what it takes from its environment, and
 * which thread it belongs to.
 */
#include <vreactor/testing/selector_cases.h>

#include <errno.h>
#include <sys/socket.h>

void vr_case_says_what_it_is(struct vr_trial *trial)
{
    expect(trial, trial->sel->ops == trial->ops);
    expect(trial, trial->sel->env == &trial->env);
}

/* Wherever an environment is asked for, NULL is the default one. */
void vr_case_takes_none_for_the_default_environment(struct vr_trial *trial)
{
    struct vr_selector *other = NULL;

    expect_int(trial, trial->ops->open(NULL, trial->options->arg, &other), 0);
    if (!other)
        return;

    expect(trial, other->env == vr_env_default());
    trial->ops->close(other);
}

void vr_case_lets_no_child_inherit_its_descriptors(struct vr_trial *trial)
{
    (void)vr_trial_count(trial);
    int fd = vr_trial_inherited(trial);
    if (fd >= 0)
        vr_trial_fail(trial, "descriptor %d is not closed on exec", fd);
}

/* The trial itself finds what is closed, or left open, or not given back. */
void vr_case_leaves_what_it_watched_open_when_closed(struct vr_trial *trial)
{
    enum { COUNT = 20 };
    int ends[2];

    for (int i = 0; i < COUNT; i++) {
        vr_trial_ready_pipe(trial, ends);
        vr_trial_await(trial, ends[1], VR_WRITE);
        if (i % 3 == 0)
            vr_trial_drop(trial, ends[i % 2]);
    }
    expect(trial, vr_trial_count(trial) >= COUNT);
}

/* ---- memory ---- */

/* Open, and await ever more, in as much memory as there is.
 * @return 0, or the first error after seeing that all is as it was */
static int use_memory(struct vr_trial *trial, int low, int high)
{
    int err = vr_trial_open(trial);
    if (err)
        return err;

    err = vr_trial_try(trial, low, VR_READ);
    expect_int(trial, vr_trial_events(trial, low), err ? 0 : VR_READ);
    if (err)
        return err;
    err = vr_trial_try(trial, high, VR_READ);
    expect_int(trial, vr_trial_events(trial, high), err ? 0 : VR_READ);
    expect_int(trial, vr_trial_events(trial, low), VR_READ);
    if (err)
        return err;
    err = vr_trial_try(trial, low, VR_READ | VR_WRITE);
    expect_int(trial, vr_trial_events(trial, low),
               VR_READ | (err ? 0u : (unsigned)VR_WRITE));
    return err;
}

void vr_case_changes_nothing_when_memory_runs_out(struct vr_trial *trial)
{
    enum { ENOUGH = 1000 }; /* requests of any selector */
    int ends[2], nth = 0, err = 0;

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_put(trial, ends[1]);
    int high = vr_trial_dup(trial, ends[0], 200);
    do {
        vr_trial_close(trial);
        expect_int(trial, trial->held, 0);
        trial->requests = 0;
        trial->failing = ++nth;
        err = use_memory(trial, ends[0], high);
        expect(trial, err == 0 || (err == -ENOMEM && nth < ENOUGH));
    } while (err && !vr_trial_over(trial));

    if (trial->requests == 0)
        vr_trial_skip(trial, "it asks its environment for no memory");
}

/* ---- others beside it ---- */

void vr_case_stands_beside_another(struct vr_trial *trial)
{
    struct vr_selector *other = NULL;
    int mine[2], its[2];

    expect_int(trial,
               trial->ops->open(&trial->env, trial->options->arg, &other), 0);
    if (!other)
        return;

    vr_trial_ready_pipe(trial, mine);
    vr_trial_pipe(trial, its);
    vr_trial_put(trial, its[1]);
    if (!vr_trial_over(trial))
        expect_int(
            trial,
            trial->ops->watch(other, its[0], vr_trial_key(its[0]), 0, VR_READ),
            0);
    expect_int(trial, vr_trial_count(trial), 1);
    trial->ops->close(other);
    expect_int(trial, vr_trial_events(trial, mine[0]), VR_READ);
}

struct errand {
    struct vr_trial *trial;
    int ends[2];
};

static void *open_and_await(void *arg)
{
    struct errand *errand = arg;

    vr_trial_close(errand->trial);
    expect_int(errand->trial, vr_trial_open(errand->trial), 0);
    vr_trial_await(errand->trial, errand->ends[0], VR_READ);
    expect_int(errand->trial, vr_trial_count(errand->trial), 0);
    return NULL;
}

static void *find_and_await_more(void *arg)
{
    struct errand *errand = arg;

    expect_int(errand->trial, vr_trial_events(errand->trial, errand->ends[0]),
               VR_READ);
    vr_trial_await(errand->trial, errand->ends[1], VR_WRITE);
    return NULL;
}

static void *close_it(void *arg)
{
    struct errand *errand = arg;

    vr_trial_close(errand->trial);
    return NULL;
}

/* Any thread may use a reactor that is new or idle. */
void vr_case_goes_from_one_thread_to_another(struct vr_trial *trial)
{
    struct errand errand = {.trial = trial};

    vr_trial_ready_pipe(trial, errand.ends);
    vr_trial_in_thread(trial, find_and_await_more, &errand);
    expect_int(trial, vr_trial_events(trial, errand.ends[1]), VR_WRITE);
    expect_int(trial, vr_trial_events(trial, errand.ends[0]), VR_READ);
    vr_trial_drop(trial, errand.ends[0]);
    vr_trial_in_thread(trial, close_it, &errand);
}

/* Some kernels tie what a thread began to that thread. */
void vr_case_outlives_the_thread_that_made_it(struct vr_trial *trial)
{
    struct errand errand = {.trial = trial};

    vr_trial_pipe(trial, errand.ends);
    vr_trial_in_thread(trial, open_and_await, &errand);
    vr_trial_put(trial, errand.ends[1]);
    expect_int(trial, vr_trial_events(trial, errand.ends[0]), VR_READ);
    vr_trial_drop(trial, errand.ends[0]);
    expect_int(trial, vr_trial_count(trial), 0);
}
