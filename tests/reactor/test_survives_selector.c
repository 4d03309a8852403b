/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_selector.c
 * Tests of reactor/selectors/selector.h when memory or the system fails.
 */
#include <vreactor/reactor/selectors/selector.h>

#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/survive.h"

static int ends[2];

static void set_up(void)
{
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static void forget(int err)
{
    (void)err;
    check(!close(ends[0]) && !close(ends[1]));
}

static int ask(void)
{
    check(vr_selector_find(vr_selector_nth(0)->name) == vr_selector_nth(0));
    return 0;
}

TEST(survives_selector, questions_need_nothing)
{
    check_int(survive(set_up, ask, forget), 0);
}

static int check_fd(void)
{
    return vr_selector_check_fd(&survive_env.env, ends[0]);
}

TEST(survives_selector, asking_whether_a_descriptor_may_be_watched)
{
    check_int(survive(set_up, check_fd, forget), 1);
}
