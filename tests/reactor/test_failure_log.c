/* SPDX-License-Identifier: MIT */
/**
 * @file test_failure_log.c
 * Failures in a log.
 */
#include <vreactor/reactor/async/failure_log.h>

#include <errno.h>

#include <vreactor/log/log.h>
#include <vreactor/base/failure.h>

#include "tests/log/recorder.h"
#include "tests/support/test.h"

static struct vr_logger logger;
static struct recorder recorder;

static void set_up(void)
{
    vr_logger_init(&logger, NULL, "p");
    recorder_init(&recorder);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

TEST(failure_log, is_an_entry_for_the_failure_and_one_for_each_cause)
{
    char first[256], second[256], want[1024];
    set_up();
    struct vr_failure *cause =
        vr_failure_new(NULL, -ECONNREFUSED, "connect", NULL, "::1");
    (void)vr_failure_format(cause, second, sizeof(second));
    struct vr_failure *failure =
        vr_failure_new(NULL, -EHOSTUNREACH, "open", NULL, "100%% of %d", 2);
    (void)vr_failure_format(failure, first, sizeof(first));
    failure->cause = cause;

    vr_log_failure(&logger, VR_LOG_ERROR, failure);

    (void)snprintf(want, sizeof(want), "40 p %s;40 p caused by: %s;", first,
                   second);
    check_str(recorder.text, want);
    vr_failure_unref(failure);
    vr_logger_fini(&logger);
}

TEST(failure_log, is_nothing_for_no_failure_or_no_logger)
{
    set_up();
    vr_log_failure(&logger, VR_LOG_ERROR, NULL);
    vr_log_failure(NULL, VR_LOG_ERROR, vr_failure_no_memory());
    vr_logger_set_level(&logger, VR_LOG_CRITICAL);
    vr_log_failure(&logger, VR_LOG_ERROR, vr_failure_no_memory());
    check_int(recorder.count, 0);
    vr_logger_fini(&logger);
}
