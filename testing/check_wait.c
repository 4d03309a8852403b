/* SPDX-License-Identifier: MIT */
/**
 * @file check_wait.c
 * How long a selector waits, for how many, and who comes first.
 */
#include <vreactor/testing/selector_cases.h>

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

/* ---- time ---- */

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
        vr_trial_expect_wait(trial, spans[i]);
    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    for (int i = 0; i < 4; i++)
        vr_trial_expect_wait(trial, spans[i]);
}

/* A system under load may be late, but hardly so much each time. */
void vr_case_waits_hardly_longer_than_told(struct vr_trial *trial)
{
    bool long_each_time = true;

    if (!waits_by_itself(trial))
        return;

    for (int i = 0; i < 4 && long_each_time; i++) {
        vr_time before = vr_now(vr_env_default());
        expect_int(trial, vr_trial_wait(trial, 1, 2 * VR_MSEC), 0);
        long_each_time = vr_now(vr_env_default()) - before > VR_SEC;
    }
    if (long_each_time)
        vr_trial_fail(trial, "it waits a second where told 2 ms");
}

/* How often this thread, or process, gave its processor up to wait. */
static long sleeps(void)
{
#ifdef RUSAGE_THREAD
    const int who = RUSAGE_THREAD;
#else
    const int who = RUSAGE_SELF;
#endif
    struct rusage usage;

    return getrusage(who, &usage) < 0 ? 0 : usage.ru_nvcsw;
}

/* A wait that does not begin before its time is over needs no sleep, but that
 * is hardly so each time. */
void vr_case_sleeps_while_it_waits(struct vr_trial *trial)
{
    long before = sleeps();

    if (!waits_by_itself(trial))
        return;

    (void)vr_sys_default()->poll(NULL, 0, 5 * VR_MSEC);
    if (sleeps() == before) {
        vr_trial_skip(trial, "the system does not count who sleeps");
        return;
    }
    before = sleeps();
    for (int i = 0; i < 5 && sleeps() == before; i++)
        expect_int(trial, vr_trial_wait(trial, 1, 5 * VR_MSEC), 0);
    if (sleeps() == before)
        vr_trial_fail(trial, "it waits without sleep");
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

    (void)vr_sys_default()->write(waker->end, "x", 1);
    return NULL;
}

/* Wait while another thread writes, maybe before, maybe after it began. */
static void wait_for_waker(struct vr_trial *trial, const int ends[2],
                           vr_time timeout)
{
    struct waker waker = {.end = ends[1]};
    vr_time before = vr_now(vr_env_default());
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
             vr_now(vr_env_default()) - before < VR_TRIAL_PATIENCE);
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

/** Wakes after a while, in which whoever waits for ever finds nothing. */
struct late_waker {
    struct waker waker;
    bool has_woken; /* atomic */
};

static void *wake_late(void *arg)
{
    struct late_waker *late = arg;

    (void)vr_sys_default()->poll(NULL, 0, 5 * VR_MSEC);
    __atomic_store_n(&late->has_woken, true, __ATOMIC_RELAXED);
    return wake(&late->waker);
}

/* A selector that cannot wait so long returns 0 again and again before it is
 * woken, as it does when a signal comes. */
static void wait_for_ever(struct vr_trial *trial, const int ends[2],
                          vr_time timeout)
{
    struct late_waker late = {.waker.end = ends[1]};
    int early = 0;

    if (vr_trial_over(trial))
        return;
    if (pthread_create(&late.waker.thread, NULL, wake_late, &late)) {
        vr_trial_skip(trial, "no thread to be had");
        return;
    }
    while (!vr_trial_wait(trial, 1, timeout) && !vr_trial_over(trial)) {
        if (!__atomic_load_n(&late.has_woken, __ATOMIC_RELAXED) && ++early > 5)
            vr_trial_fail(trial, "it does not wait when told %lld ns",
                          (long long)timeout);
    }
    pthread_join(late.waker.thread, NULL);
    expect_int(trial, vr_trial_take(trial, ends[0]), 1);
}

/* The timeout of the system call may have fewer bits. */
void vr_case_waits_for_ever_when_told(struct vr_trial *trial)
{
    static const vr_time spans[] = {
        -1,
        -VR_TIME_MAX,
        VR_TIME_MAX,
        ((vr_time)1 << 31) * VR_MSEC,
        ((vr_time)1 << 32) * VR_MSEC,
        ((vr_time)1 << 32) * VR_USEC,
        ((vr_time)1 << 32) * VR_SEC,
    };
    int ends[2];

    if (!waits_by_itself(trial))
        return;

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    wait_for_waker(trial, ends, VR_TRIAL_PATIENCE);
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
        wait_for_ever(trial, ends, spans[i]);
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
    vr_time before = vr_now(vr_env_default());
    expect_int(trial, vr_trial_wait(trial, 0, VR_TRIAL_PATIENCE), 0);
    expect(trial, vr_now(vr_env_default()) - before < VR_TRIAL_PATIENCE);
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

/* Some gather more than there is room for. */
void vr_case_forgets_what_did_not_fit_and_is_awaited_no_more(
    struct vr_trial *trial)
{
    enum { COUNT = 6 };
    int fds[COUNT];

    make_ready(trial, fds, COUNT);
    expect_int(trial, vr_trial_wait(trial, 1, 0), 1);
    for (int i = 0; i < COUNT; i++)
        vr_trial_await(trial, fds[i], 0);
    vr_trial_expect_nothing(trial);
}

void vr_case_passes_over_nobody_while_others_come_and_go(struct vr_trial *trial)
{
    expect_all_found(trial, 2, 64, true);
}

/* Some selectors ask for so many events at a time. */
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
