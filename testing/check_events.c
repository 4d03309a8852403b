/* SPDX-License-Identifier: MIT */
/**
 * @file check_events.c
 * What a selector reports: levels, keys, both directions.
 */
#include <vreactor/testing/selector_cases.h>

#include <sys/socket.h>

void vr_case_finds_nothing_when_nothing_is_awaited(struct vr_trial *trial)
{
    int ends[2];

    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_ready_pipe(trial, ends);
    vr_trial_await(trial, ends[0], 0);
    vr_trial_expect_nothing(trial);
}

/* An edge would be reported once and lost. */
void vr_case_reports_again_what_is_left_unread(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_put(trial, ends[1]);
    for (int i = 0; i < 3; i++)
        expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    vr_trial_drain(trial, ends[0]);
    expect_int(trial, vr_trial_count(trial), 0);
}

/* The trial knows the key that is due. */
void vr_case_reports_the_key_as_it_was_given(struct vr_trial *trial)
{
    static const uint32_t generations[] = {0, 1, INT32_MAX, 0x80000000u,
                                           UINT32_MAX};
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_put(trial, ends[1]);
    for (int i = 0; i < 5; i++) {
        uint64_t key = (uint64_t)generations[i] << 32 | (uint32_t)ends[0];
        expect_int(trial, vr_trial_try_key(trial, ends[0], VR_READ, key), 0);
        expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
        vr_trial_drop(trial, ends[0]);
    }
}

void vr_case_reports_the_key_given_last(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_put(trial, ends[1]);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    vr_trial_await(trial, ends[0], 0);
    uint64_t key = (uint64_t)7 << 32 | (uint32_t)ends[0];
    expect_int(trial, vr_trial_try_key(trial, ends[0], VR_READ | VR_WRITE, key),
               0);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ | VR_WRITE);
}

void vr_case_reports_both_events_of_one_descriptor(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_await(trial, ends[0], VR_READ | VR_WRITE);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_WRITE);
    vr_trial_put(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ | VR_WRITE);
}

void vr_case_reports_both_events_even_one_at_a_time(struct vr_trial *trial)
{
    unsigned events = 0;
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_put(trial, ends[1]);
    vr_trial_await(trial, ends[0], VR_READ | VR_WRITE);
    for (int i = 0; i < 4; i++) {
        expect_int(trial, vr_trial_wait(trial, 1, 0), 1);
        events |= trial->ready[0].events;
    }
    expect_int(trial, events, VR_READ | VR_WRITE);
}

void vr_case_switches_each_event_by_itself(struct vr_trial *trial)
{
    static const unsigned steps[] = {
        VR_WRITE, VR_READ | VR_WRITE,           VR_READ,  VR_WRITE, 0, VR_READ,
        0,        VR_READ | (unsigned)VR_WRITE, VR_WRITE, VR_READ,  0};
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_put(trial, ends[1]);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        vr_trial_await(trial, ends[0], steps[i]);
        expect_int(trial, vr_trial_events(trial, ends[0]), steps[i]);
    }
}

void vr_case_does_not_report_a_full_pipe_as_writable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[1], VR_WRITE);
    expect_int(trial, vr_trial_events(trial, ends[1]), VR_WRITE);
    vr_trial_fill(trial, ends[1]);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_drain(trial, ends[0]);
    expect_int(trial, vr_trial_events(trial, ends[1]), VR_WRITE);
}

void vr_case_reports_both_numbers_of_one_file(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    int twin = vr_trial_dup(trial, ends[0], 0);
    vr_trial_await(trial, twin, VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_events(trial, twin), VR_READ);
    vr_trial_drop(trial, ends[0]);
    expect_int(trial, vr_trial_count(trial), 1);
}

/* ---- any step, and poll(2) as the judge ---- */

enum { PAIRS = 6, STEPS = 600 };

struct walk {
    struct vr_trial *trial;
    int pairs[PAIRS][2]; /* the first end is awaited */
    unsigned wanted[PAIRS];
    bool hung_up[PAIRS];
    uint64_t random;
};

/* The same numbers in every run: one below @p bound. */
static unsigned dice(struct walk *walk, unsigned bound)
{
    walk->random ^= walk->random << 13; /* xorshift64 */
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return (unsigned)(walk->random >> 32) % bound;
}

/* The new pair has, as likely as not, the numbers of the old one. */
static void renew(struct walk *walk, unsigned i)
{
    int *ends = walk->pairs[i];

    vr_trial_drop(walk->trial, ends[0]);
    vr_trial_close_fd(walk->trial, ends[0]);
    vr_trial_close_fd(walk->trial, ends[1]);
    vr_trial_pair(walk->trial, SOCK_STREAM, ends);
    walk->wanted[i] = 0;
    walk->hung_up[i] = false;
}

static void hang_up(struct walk *walk, unsigned i)
{
    vr_trial_close_fd(walk->trial, walk->pairs[i][1]);
    walk->pairs[i][1] = -1;
    walk->hung_up[i] = true;
}

static void step(struct walk *walk)
{
    unsigned i = dice(walk, PAIRS), what = dice(walk, 12);
    int *ends = walk->pairs[i];

    if (what < 5)
        vr_trial_await(walk->trial, ends[0], walk->wanted[i] = dice(walk, 4));
    else if (what == 5 || (walk->hung_up[i] && what < 8))
        renew(walk, i);
    else if (walk->hung_up[i] || what == 6)
        vr_trial_drain(walk->trial, ends[0]);
    else if (what == 7)
        hang_up(walk, i);
    else if (what == 8)
        vr_trial_fill(walk->trial, ends[0]);
    else if (what == 9)
        vr_trial_drain(walk->trial, ends[1]);
    else
        vr_trial_put(walk->trial, ends[1]);
}

/* A report may be stale once, not again. */
static void compare(struct walk *walk)
{
    struct vr_trial *trial = walk->trial;

    (void)vr_trial_count(trial);
    for (unsigned i = 0; i < PAIRS; i++) {
        int fd = walk->pairs[i][0];
        expect_int(trial, vr_trial_events(trial, fd),
                   vr_trial_poll(fd, walk->wanted[i], 0));
    }
}

void vr_case_agrees_with_poll_at_every_step(struct vr_trial *trial)
{
    struct walk walk = {.trial = trial, .random = 1};

    for (int i = 0; i < PAIRS; i++)
        vr_trial_pair(trial, SOCK_STREAM, walk.pairs[i]);
    for (int i = 0; i < STEPS && !vr_trial_over(trial); i++) {
        step(&walk);
        compare(&walk);
    }
}
