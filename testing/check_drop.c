/* SPDX-License-Identifier: MIT */
/**
 * @file check_drop.c
 * What a selector forgets, and what it does not.
 */
#include <vreactor/testing/selector_cases.h>

#include <sys/socket.h>

void vr_case_reports_nothing_of_what_was_dropped(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    vr_trial_drop(trial, ends[0]);
    vr_trial_expect_nothing(trial);
    vr_trial_drop(trial, ends[0]); /* once more */
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
}

void vr_case_drops_what_was_never_awaited(struct vr_trial *trial)
{
    int ends[2], others[2];

    vr_trial_pipe(trial, ends);
    vr_trial_drop(trial, ends[0]);
    vr_trial_ready_pipe(trial, others);
    vr_trial_drop(trial, ends[1]);
    vr_trial_drop(trial, others[1]);
    expect_int(trial, vr_trial_events(trial, others[0]), VR_READ);
}

/* Some selectors move another entry into the gap. */
void vr_case_keeps_the_rest_when_some_are_dropped(struct vr_trial *trial)
{
    enum { COUNT = 6 };
    int pipes[COUNT][2];

    for (int i = 0; i < COUNT; i++)
        vr_trial_ready_pipe(trial, pipes[i]);
    expect_int(trial, vr_trial_wait(trial, 2, 0), 2);
    vr_trial_drop(trial, pipes[0][0]);
    vr_trial_drop(trial, pipes[3][0]);
    vr_trial_drop(trial, pipes[5][0]);
    for (int i = 0; i < COUNT; i++)
        expect_int(trial, vr_trial_events(trial, pipes[i][0]),
                   i == 0 || i == 3 || i == 5 ? 0 : VR_READ);
}

void vr_case_starts_afresh_with_a_number_used_again(struct vr_trial *trial)
{
    int old[2], young[2];

    vr_trial_pair(trial, SOCK_STREAM, old);
    vr_trial_await(trial, old[0], VR_READ | VR_WRITE);
    expect_int(trial, vr_trial_events(trial, old[0]), VR_WRITE);
    vr_trial_drop(trial, old[0]);
    vr_trial_close_fd(trial, old[0]);
    vr_trial_close_fd(trial, old[1]);

    vr_trial_pipe(trial, young);
    if (young[0] != old[0])
        vr_trial_skip(trial, "the system gives another number");
    expect_int(trial, vr_trial_count(trial), 0);
    uint64_t key = (uint64_t)7 << 32 | (uint32_t)young[0];
    expect_int(trial, vr_trial_try_key(trial, young[0], VR_READ, key), 0);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_put(trial, young[1]);
    expect_int(trial, vr_trial_events(trial, young[0]), VR_READ);
}

/* Another process may keep the file, so closing it does not take it
 * out of the kernel's hands. */
void vr_case_forgets_a_dropped_file_that_is_open_elsewhere(
    struct vr_trial *trial)
{
    int ends[2], others[2];

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    (void)vr_trial_dup(trial, ends[0], 0);
    vr_trial_drop(trial, ends[0]);
    vr_trial_close_fd(trial, ends[0]);
    vr_trial_put(trial, ends[1]);
    vr_trial_expect_nothing(trial);

    vr_trial_pipe(trial, others); /* the number is as good as any */
    vr_trial_put(trial, others[1]);
    vr_trial_await(trial, others[0], VR_READ);
    expect_int(trial, vr_trial_count(trial), 1);
}
