/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_hang_up.c
 * What every selector says when the other end leaves, or shouts.
 */
#include "selector_fixture.h"

#include <poll.h>

TEST(selector_hang_up, reports_a_hang_up_as_readable)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    close(ends[1]);
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), 0);

    sel->ops->close(sel);
    close(ends[0]);
}

TEST(selector_hang_up, reports_a_hang_up_as_all_that_is_awaited)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ | VR_WRITE), 0);
    close(ends[1]);
    check_int(ready_events(sel, ends[0]), VR_READ | VR_WRITE);

    sel->ops->close(sel);
    close(ends[0]);
}

TEST(selector_hang_up, reports_the_end_of_a_pipe_as_readable)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    close(ends[1]);
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), 0);

    sel->ops->close(sel);
    close(ends[0]);
}

TEST(selector_hang_up, reports_a_pipe_that_lost_its_reader_as_writable)
{
    struct vr_selector *sel = open_tested();
    char block[4096] = {0};
    int ends[2];

    make_pipe(ends);
    check_int(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    check_int(watch(sel, ends[1], 0, VR_WRITE), 0);
    check_int(ready_count(sel), 0);
    close(ends[0]);
    check(ready_events(sel, ends[1]) & VR_WRITE);

    sel->ops->close(sel);
    close(ends[1]);
}

TEST(selector_hang_up, keeps_data_before_a_hang_up_readable)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    put(ends[1], "last words");
    close(ends[1]);
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), strlen("last words"));
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), 0);

    sel->ops->close(sel);
    close(ends[0]);
}

TEST(selector_hang_up, reports_half_a_hang_up_as_readable_and_lets_write)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    put(ends[1], "x");
    check_int(shutdown(ends[1], SHUT_WR), 0);
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), 1);
    check(ready_events(sel, ends[0]) & VR_READ);
    check_int(take(ends[0]), 0);
    put(ends[0], "answer");

    sel->ops->close(sel);
    close_both(ends);
}

TEST(selector_hang_up, keeps_silent_about_a_hang_up_nobody_awaits)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(watch(sel, ends[0], VR_READ, 0), 0);
    close(ends[1]);
    check_int(ready_count(sel), 0);

    sel->ops->close(sel);
    close(ends[0]);
}

TEST(selector_hang_up, does_not_take_urgent_data_for_readable)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];
    int ends[2];

    make_tcp_pair(ends);
    struct pollfd urgent = {.fd = ends[0], .events = POLLPRI};
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(send(ends[1], "!", 1, MSG_OOB), 1);
    check_int(poll(&urgent, 1, -1), 1);
    check_int(ready_count(sel), 0);

    put(ends[1], "x");
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check(ready[0].events & VR_READ);
    check_int(take(ends[0]), 1);
    check_int(ready_count(sel), 0);

    sel->ops->close(sel);
    close_both(ends);
}
