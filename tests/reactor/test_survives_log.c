/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_log.c
 * Tests of the log of a reactor, and of reactor/async/failure_log.h, when
 * memory or the system fails.
 */
#include <vreactor/reactor/async/failure_log.h>

#include <vreactor/base/env.h>
#include <vreactor/log/log.h>
#include <vreactor/base/failure.h>

#include "tests/support/survive.h"

static size_t dropped_before;

static void look_at_log(void)
{
    dropped_before = vr_logger_dropped(vr_reactor_log(survive_reactor));
}

static int log_and_report(void)
{
    const struct vr_env *env = vr_reactor_env(survive_reactor);

    vr_log_info(vr_reactor_log(survive_reactor), "a word");
    env->report(env->report_ctx, VR_LOG_WARN, "another");
    return 0;
}

static void nothing_was_lost(int err)
{
    (void)err;
    check_int(vr_logger_dropped(vr_reactor_log(survive_reactor)),
              dropped_before);
}

/* It asks neither for memory nor, while the reactor is awake, the system. */
TEST(survives_log, an_entry)
{
    (void)survive(look_at_log, log_and_report, nothing_was_lost);
}

static int log_failure(void)
{
    vr_log_failure(vr_reactor_log(survive_reactor), VR_LOG_WARN,
                   vr_failure_no_memory());
    return 0;
}

TEST(survives_log, a_failure)
{
    (void)survive(look_at_log, log_failure, nothing_was_lost);
}

static int log_at_length(void)
{
    vr_log_info(vr_reactor_log(survive_reactor), "%0100000d", 1);
    return 0;
}

/* Cut where there is no memory to print it, else lost for want of a place. */
static void lost_entries_are_counted(int err)
{
    struct vr_logger *log = vr_reactor_log(survive_reactor);

    (void)err;
    check(vr_logger_dropped(log) == dropped_before || survive_error());
}

TEST(survives_log, a_long_entry)
{
    check(survive(look_at_log, log_at_length, lost_entries_are_counted) > 1);
}
