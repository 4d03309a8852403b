/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_batch.c
 * How much a wait of every selector finds at a time, and what poll does where
 * the system lets it ask for less.
 */
#include "selector_fixture.h"

#include <sys/resource.h>

#include "tests/support/child.h"

enum { MANY = 600, ROOM = 1000 };

static int copies[MANY];

static void watch_copies(struct vr_selector *sel, int fd)
{
    for (int i = 0; i < MANY; i++) {
        copies[i] = dup(fd);
        check(copies[i] >= 0);
        check_int(watch(sel, copies[i], 0, VR_READ), 0);
    }
}

static void close_copies(struct vr_selector *sel)
{
    for (int i = 0; i < MANY; i++) {
        sel->ops->drop(sel, copies[i]);
        check_int(close(copies[i]), 0);
    }
}

TEST(selector_batch, is_as_large_as_there_is_room)
{
    static struct vr_ready ready[ROOM];
    int ends[2];

    if (tested_is("libevent"))
        test_skip("how many it finds is up to libevent");
    make_pipe(ends);
    put(ends[1], "x");
    struct vr_selector *sel = open_tested();
    watch_copies(sel, ends[0]);
    check_int(wait_at_most(sel, ready, ROOM, VR_SEC), MANY);
    check_int(wait_at_most(sel, ready, 300, VR_SEC), 300);
    close_copies(sel);
    sel->ops->close(sel);
    close_both(ends);
}

/* @return whether the pipe at @p fds is found ready, and nothing else is */
static int find_in_parts(struct vr_selector *sel, int fd)
{
    static struct vr_ready ready[ROOM];
    struct rlimit few = {.rlim_cur = 64, .rlim_max = 64};

    child_check(setrlimit(RLIMIT_NOFILE, &few) == 0);
    child_check(sel->ops->wait(sel, ready, ROOM, 1) == 0);
    child_check(sel->ops->wait(sel, ready, ROOM, -1) == 0); /* not for ever */
    child_check(write(fd, "x", 1) == 1);
    child_check(sel->ops->wait(sel, ready, ROOM, -1) == MANY);
    return 0;
}

/* Only poll is refused what it could ask for before. */
TEST(selector_batch, of_poll_is_put_together_where_the_limit_was_lowered)
{
    int ends[2];

    if (!tested_is("poll"))
        test_skip("only poll(2) heeds the limit");
    make_pipe(ends);
    struct vr_selector *sel = open_tested();
    watch_copies(sel, ends[0]);
    pid_t child = fork();
    if (child == 0)
        _exit(find_in_parts(sel, ends[1]));
    check_child(child);
    close_copies(sel);
    sel->ops->close(sel);
    close_both(ends);
}
