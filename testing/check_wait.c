/* SPDX-License-Identifier: MIT */
/**
 * @file check_wait.c
 * How long a selector waits, for how many, and who comes first.
 */
#include <vreactor/testing/selector_cases.h>

#include <errno.h>
#include <pthread.h>

/* ---- time ---- */

static vr_time time_of_wait(struct vr_trial *trial, vr_time span)
{
    vr_time before = vr_now(NULL);

    expect_int(trial, vr_trial_wait(trial, 1, span), 0);
    return vr_now(NULL) - before;
}

/* A signal of the program's may cut a wait short, but hardly each time. */
static void expect_no_shorter(struct vr_trial *trial, vr_time span)
{
    bool short_each_time = true;

    for (int i = 0; i < 5 && short_each_time; i++)
        short_each_time = time_of_wait(trial, span) < span;
    if (short_each_time)
        vr_trial_fail(trial, "it waits shorter than %lld ns", (long long)span);
}

static bool waits_by_itself(struct vr_trial *trial)
{
    if (trial->options->pump)
        vr_trial_skip(trial, "its host waits");
    return !trial->options->pump;
}

void vr_case_waits_no_shorter_than_told(struct vr_trial *trial)
{
    static const vr_time spans[] = {1, 300 * VR_USEC, 2 * VR_MSEC + 1,
                                    2 * VR_MSEC + VR_MSEC / 2};
    int ends[2];

    if (!waits_by_itself(trial))
        return;

    for (int i = 0; i < 4; i++)
        expect_no_shorter(trial, spans[i]);
    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    for (int i = 0; i < 4; i++)
        expect_no_shorter(trial, spans[i]);
}

void vr_case_takes_any_timeout(struct vr_trial *trial)
{
    static const vr_time spans[] = {0,           1,  VR_SEC,      3600 * VR_SEC,
                                    VR_TIME_MAX, -1, -VR_TIME_MAX};
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
        expect_int(trial, vr_trial_wait(trial, 1, spans[i]), 1);
}

struct waker {
    pthread_t thread;
    int end;
};

static void *wake(void *arg)
{
    const struct waker *waker = arg;

    (void)vr_sys_default.write(waker->end, "x", 1);
    return NULL;
}

/* Wait while another thread writes, maybe before, maybe after it began. */
static void wait_for_waker(struct vr_trial *trial, const int ends[2],
                           vr_time timeout)
{
    struct waker waker = {.end = ends[1]};
    vr_time before = vr_now(NULL);
    int count;

    if (vr_trial_over(trial))
        return;
    if (pthread_create(&waker.thread, NULL, wake, &waker)) {
        vr_trial_skip(trial, "no thread to be had");
        return;
    }
    do { /* again after a signal */
        count = vr_trial_wait(trial, 1, timeout);
    } while (!count && !vr_trial_over(trial) &&
             vr_now(NULL) - before < VR_TRIAL_PATIENCE);
    pthread_join(waker.thread, NULL);

    expect_int(trial, count, 1);
    expect_int(trial, vr_trial_take(trial, ends[0]), 1);
}

void vr_case_is_woken_by_another_thread(struct vr_trial *trial)
{
    enum { ROUNDS = 20 };
    int ends[2];

    if (!waits_by_itself(trial))
        return;

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    for (int i = 0; i < ROUNDS; i++)
        wait_for_waker(trial, ends, VR_TRIAL_PATIENCE);
    for (int i = 0; i < ROUNDS; i++)
        wait_for_waker(trial, ends, -1);
}

/* ---- room ---- */

void vr_case_finds_nothing_and_does_not_wait_without_room(
    struct vr_trial *trial)
{
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    expect_int(trial, vr_trial_wait(trial, 0, 0), 0);
    expect_int(trial, vr_trial_wait(trial, 0, VR_TRIAL_PATIENCE), 0);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);

    vr_trial_drain(trial, ends[0]);
    vr_time before = vr_now(NULL);
    expect_int(trial, vr_trial_wait(trial, 0, VR_TRIAL_PATIENCE), 0);
    expect(trial, vr_now(NULL) - before < VR_TRIAL_PATIENCE);
}

void vr_case_fills_no_more_than_there_is_room_for(struct vr_trial *trial)
{
    enum { COUNT = 6 };
    int ends[2];

    for (int i = 0; i < COUNT; i++)
        vr_trial_ready_pipe(trial, ends);
    for (int cap = 1; cap <= COUNT; cap++)
        expect_int(trial, vr_trial_wait(trial, cap, 0), cap);
    expect_int(trial, vr_trial_count(trial), COUNT);
}

/* ---- its descriptor ---- */

void vr_case_shows_in_its_descriptor_what_is_ready(struct vr_trial *trial)
{
    int ends[2], fd = trial->ops->fd(trial->sel);

    if (fd == -ENOTSUP) {
        vr_trial_skip(trial, "it has no descriptor");
        return;
    }
    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    (void)vr_trial_wait(trial, 0, 0);
    expect_int(trial, trial->ops->fd(trial->sel), fd);
    expect_int(trial, vr_trial_poll(fd, VR_READ, 0), 0);

    vr_trial_put(trial, ends[1]);
    expect_int(trial, vr_trial_poll(fd, VR_READ, 0), VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    (void)vr_trial_wait(trial, 0, 0);
    expect_int(trial, vr_trial_poll(fd, VR_READ, 0), VR_READ);

    vr_trial_drain(trial, ends[0]);
    expect_int(trial, vr_trial_count(trial), 0);
    (void)vr_trial_wait(trial, 0, 0);
    expect_int(trial, vr_trial_poll(fd, VR_READ, 0), 0);
}

/* ---- turns ---- */

static void make_ready(struct vr_trial *trial, int *ret_fds, int count)
{
    int ends[2];

    for (int i = 0; i < count; i++) {
        vr_trial_ready_pipe(trial, ends);
        ret_fds[i] = ends[0];
    }
}

static int index_of(const int *fds, int count, uint64_t key)
{
    for (int i = 0; i < count; i++)
        if (fds[i] == (int)(uint32_t)key)
            return i;

    return 0; /* the trial has said so */
}

/* With room for @p cap at a time, all are found before so many rounds. */
static void expect_all_found(struct vr_trial *trial, int cap, int rounds,
                             bool come_and_go)
{
    enum { COUNT = 10 };
    int fds[COUNT], seen[COUNT] = {0};

    make_ready(trial, fds, COUNT);
    for (int i = 0; i < rounds; i++) {
        int count = vr_trial_wait(trial, cap, 0);
        expect_int(trial, count, cap);
        for (int j = 0; j < count; j++) {
            int which = index_of(fds, COUNT, trial->ready[j].key);
            seen[which]++;
            if (!come_and_go)
                continue;
            vr_trial_await(trial, fds[which], 0);
            vr_trial_await(trial, fds[which], VR_READ);
        }
    }
    for (int i = 0; i < COUNT; i++)
        if (!seen[i])
            vr_trial_fail(trial, "it passes over one of %d for %d waits", COUNT,
                          rounds);
}

void vr_case_reports_all_in_turn_when_few_fit(struct vr_trial *trial)
{
    expect_all_found(trial, 3, 8, false);
}

void vr_case_reports_all_in_turn_one_at_a_time(struct vr_trial *trial)
{
    expect_all_found(trial, 1, 20, false);
}

void vr_case_passes_over_nobody_while_others_come_and_go(struct vr_trial *trial)
{
    expect_all_found(trial, 2, 64, true);
}

/* Trap 33.  Some selectors ask for so many events at a time. */
void vr_case_finds_all_of_many(struct vr_trial *trial)
{
    enum { COUNT = 300, ROUNDS = 2 * COUNT };
    bool seen[COUNT] = {false};
    int ends[2], fds[COUNT], found = 0;

    vr_trial_ready_pipe(trial, ends);
    fds[0] = ends[0];
    for (int i = 1; i < COUNT; i++) {
        fds[i] = vr_trial_dup(trial, ends[0], 0);
        vr_trial_await(trial, fds[i], VR_READ);
    }
    for (int i = 0; i < ROUNDS && found < COUNT && !vr_trial_over(trial); i++) {
        int count = vr_trial_wait(trial, COUNT, 0);
        for (int j = 0; j < count; j++) {
            bool *one = &seen[index_of(fds, COUNT, trial->ready[j].key)];
            found += !*one;
            *one = true;
        }
    }
    expect_int(trial, found, COUNT);
}
