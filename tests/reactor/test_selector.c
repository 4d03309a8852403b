/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector.c
 * What every selector does: levels, both directions, reuse of numbers,
 * fairness.
 */
#include "selector_fixture.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

TEST(selector, is_found_by_its_name)
{
    for (int i = 0; vr_selectors[i]; i++)
        check(vr_selector_find(vr_selectors[i]->name) == vr_selectors[i]);
    check(vr_selector_find("poll") != NULL);
    check(vr_selector_find("select") != NULL);
    check(vr_selector_find("telepathy") == NULL);
    check(vr_selector_find("") == NULL);
}

TEST(selector, stands_on_the_default_environment_for_none)
{
    struct vr_selector *sel = open_in(NULL);
    check(sel->env == &vr_env_default);
    sel->ops->close(sel);
}

TEST(selector, finds_nothing_when_nothing_is_awaited)
{
    struct vr_selector *sel = open_tested();
    check_int(ready_count(sel), 0);
    sel->ops->close(sel);
}

TEST(selector, finds_nothing_when_the_time_is_out)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    int ends[2];

    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(wait_at_most(sel, ready, 1, 0), 0);
    check_int(wait_at_most(sel, ready, 1, 1), 0);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, waits_no_shorter_than_told)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    const vr_time span = 2 * VR_MSEC + VR_MSEC / 2;

    vr_time before = vr_now(NULL);
    check_int(wait_at_most(sel, ready, 1, span), 0);
    check(vr_now(NULL) - before >= span);

    sel->ops->close(sel);
}

TEST(selector, takes_the_longest_of_timeouts)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    int ends[2];

    make_pipe(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(wait_at_most(sel, ready, 1, VR_TIME_MAX), 1);
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check_int(wait_at_most(sel, ready, 1, -VR_TIME_MAX), 1);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, reports_again_what_is_left_unread)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    put(ends[1], "x");
    for (int i = 0; i < 3; i++)
        check_int(ready_events(sel, ends[0]), VR_READ);
    check_int(take(ends[0]), 1);
    check_int(ready_count(sel), 0);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, reports_the_key_as_it_was_given)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    int ends[2];

    make_pipe(ends);
    put(ends[1], "x");
    uint64_t low = (uint32_t)ends[0], last = UINT64_MAX << 32 | low;
    check_int(sel->ops->watch(sel, ends[0], low, 0, VR_READ), 0);
    check_int(wait_at_most(sel, ready, 1, 0), 1);
    check(ready[0].key == low);
    sel->ops->drop(sel, ends[0]);
    check_int(sel->ops->watch(sel, ends[0], last, 0, VR_READ), 0);
    check_int(wait_at_most(sel, ready, 1, 0), 1);
    check(ready[0].key == last);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, reports_both_events_of_one_descriptor)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ | VR_WRITE), 0);
    check_int(ready_events(sel, ends[0]), VR_WRITE);
    put(ends[1], "x");
    check_int(ready_events(sel, ends[0]), VR_READ | VR_WRITE);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, reports_both_events_even_one_at_a_time)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    unsigned events = 0;
    int ends[2];

    make_pair(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ | VR_WRITE), 0);
    for (int i = 0; i < 4; i++) {
        check_int(wait_at_most(sel, ready, 1, 0), 1);
        events |= ready[0].events;
    }
    check_int(events, VR_READ | VR_WRITE);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, switches_each_event_by_itself)
{
    static const unsigned steps[] = {
        VR_WRITE, VR_READ | VR_WRITE,           VR_READ,  VR_WRITE, 0, VR_READ,
        0,        VR_READ | (unsigned)VR_WRITE, VR_WRITE, VR_READ,  0};
    struct vr_selector *sel = open_tested();
    unsigned was = 0;
    int ends[2];

    make_pair(ends);
    put(ends[1], "x");
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        check_int(watch(sel, ends[0], was, steps[i]), 0);
        check_int(ready_events(sel, ends[0]), steps[i]);
        was = steps[i];
    }

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, does_not_report_a_full_pipe_as_writable)
{
    struct vr_selector *sel = open_tested();
    char block[4096] = {0};
    int ends[2];

    make_pipe(ends);
    check_int(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    check_int(watch(sel, ends[1], 0, VR_WRITE), 0);
    check_int(ready_events(sel, ends[1]), VR_WRITE);
    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    check_int(ready_events(sel, ends[1]), 0);

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, reports_nothing_of_what_was_dropped)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(ready_events(sel, ends[0]), VR_READ);
    sel->ops->drop(sel, ends[0]);
    check_int(ready_count(sel), 0);
    sel->ops->drop(sel, ends[0]);
    sel->ops->drop(sel, ends[1]); /* never awaited */

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector, starts_afresh_with_a_number_used_again)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    int old[2], young[2];

    make_pair(old);
    check_int(watch(sel, old[0], 0, VR_READ | VR_WRITE), 0);
    sel->ops->drop(sel, old[0]);
    close_both(old);

    make_pipe(young);
    check_int(young[0], old[0]);
    check_int(ready_count(sel), 0);
    uint64_t key = (uint64_t)7 << 32 | (uint32_t)young[0];
    check_int(sel->ops->watch(sel, young[0], key, 0, VR_READ), 0);
    check_int(ready_count(sel), 0);
    put(young[1], "x");
    check_int(wait_at_most(sel, ready, 1, 0), 1);
    check(ready[0].key == key);
    check_int(ready[0].events, VR_READ);

    sel->ops->close(sel);
    close_both(young);
}

TEST(selector, reports_nothing_of_a_dropped_file_another_process_keeps)
{
    struct vr_selector *sel = open_tested();
    int ends[2], gate[2];

    make_pipe(ends);
    make_pipe(gate);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    pid_t child = fork();
    if (child == 0) { /* hold on to ends[0] until the gate closes */
        close(gate[1]);
        (void)take(gate[0]);
        _exit(0);
    }
    check(child > 0);

    int twin = dup(ends[0]);
    sel->ops->drop(sel, ends[0]);
    close(ends[0]);
    put(ends[1], "x");
    check_int(ready_count(sel), 0);

    close_both(gate);
    check_int(waitpid(child, NULL, 0), child);
    sel->ops->close(sel);
    close(twin);
    close(ends[1]);
}

/* trap 37 */
TEST(selector, keeps_the_rest_in_order_when_some_are_dropped)
{
    enum { COUNT = 6 };
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[2];
    int pipes[COUNT][2];

    for (int i = 0; i < COUNT; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        check_int(watch(sel, pipes[i][0], 0, VR_READ), 0);
    }
    check_int(wait_at_most(sel, ready, 2, 0), 2);
    sel->ops->drop(sel, pipes[0][0]);
    sel->ops->drop(sel, pipes[3][0]);
    sel->ops->drop(sel, pipes[5][0]);
    check_int(ready_count(sel), COUNT - 3);
    for (int i = 0; i < COUNT; i++)
        check_int(ready_events(sel, pipes[i][0]),
                  i == 0 || i == 3 || i == 5 ? 0 : VR_READ);

    sel->ops->close(sel);
    for (int i = 0; i < COUNT; i++)
        close_both(pipes[i]);
}

TEST(selector, reports_all_in_turn_when_few_fit)
{
    enum { COUNT = 10, CAP = 3 };
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[CAP];
    int pipes[COUNT][2], seen[COUNT] = {0};

    for (int i = 0; i < COUNT; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        check_int(watch(sel, pipes[i][0], 0, VR_READ), 0);
    }
    for (int i = 0; i < COUNT; i++) { /* CAP rounds through all */
        check_int(wait_at_most(sel, ready, CAP, 0), CAP);
        for (int j = 0; j < CAP; j++)
            for (int k = 0; k < COUNT; k++)
                seen[k] += ready[j].key == key_of(pipes[k][0]);
    }
    for (int i = 0; i < COUNT; i++)
        check_int(seen[i], CAP);

    sel->ops->close(sel);
    for (int i = 0; i < COUNT; i++)
        close_both(pipes[i]);
}

TEST(selector, passes_over_nobody_while_others_come_and_go)
{
    enum { COUNT = 8, CAP = 2, ROUNDS = 64 };
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[CAP];
    int pipes[COUNT][2], seen[COUNT] = {0};

    for (int i = 0; i < COUNT; i++) {
        make_pipe(pipes[i]);
        put(pipes[i][1], "x");
        check_int(watch(sel, pipes[i][0], 0, VR_READ), 0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        check_int(wait_at_most(sel, ready, CAP, 0), CAP);
        for (int j = 0; j < CAP; j++) {
            int fd = (int)(uint32_t)ready[j].key;
            check_int(watch(sel, fd, VR_READ, 0), 0);
            check_int(watch(sel, fd, 0, VR_READ), 0);
            for (int k = 0; k < COUNT; k++)
                seen[k] += fd == pipes[k][0];
        }
    }
    for (int i = 0; i < COUNT; i++)
        check(seen[i] > 0);

    sel->ops->close(sel);
    for (int i = 0; i < COUNT; i++)
        close_both(pipes[i]);
}

TEST(selector, shows_in_its_descriptor_that_something_is_ready)
{
    struct vr_selector *sel = open_tested();
    int ends[2], fd = sel->ops->fd(sel);

    if (tested_is("poll") || tested_is("select")) {
        check_int(fd, -ENOTSUP);
        sel->ops->close(sel);
        return;
    }
    struct pollfd own = {.fd = fd, .events = POLLIN};
    make_pipe(ends);
    check_int(fcntl(fd, F_GETFD), FD_CLOEXEC);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(poll(&own, 1, 0), 0);
    put(ends[1], "x");
    check_int(poll(&own, 1, 0), 1);

    sel->ops->close(sel);
    close_both(ends);
}
