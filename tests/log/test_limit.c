/* SPDX-License-Identifier: MIT */
/**
 * @file test_limit.c
 * Log calls that are made too often.
 */
#include "tests/support/test.h"

#include <pthread.h>

#include <vreactor/log/limit.h>
#include <vreactor/log/log.h>
#include <vreactor/testing/env.h>

#include "recorder.h"

static struct vr_test_env env;
static struct vr_logger logger;
static struct recorder recorder;

static void start(void)
{
    vr_test_env_init(&env, 5 * VR_SEC);
    vr_logger_init(&logger, &env.env, NULL);
    recorder_init(&recorder);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

/* promise log-19 */
TEST(limit, holds_back_what_comes_too_often_and_says_so)
{
    struct vr_log_limit limit = {.most = 2, .per = VR_SEC};
    start();

    for (int i = 0; i < 3; i++)
        vr_log_limited(&limit, &logger, VR_LOG_WARN, "%d", i);
    check_str(recorder.text,
              "30 - 0;30 - 1;30 - more like the last are held back;");
    for (int i = 3; i < 100; i++)
        vr_log_limited(&limit, &logger, VR_LOG_WARN, "%d", i);
    check_int(recorder.count, 3);
    check_int(vr_log_limit_held(&limit), 98);

    recorder.text[0] = '\0';
    vr_test_advance(&env, VR_SEC - 1);
    vr_log_limited(&limit, &logger, VR_LOG_WARN, "too early");
    check_str(recorder.text, "");
    vr_test_advance(&env, 1);
    vr_log_limited(&limit, &logger, VR_LOG_WARN, "again");
    vr_log_limited(&limit, &logger, VR_LOG_WARN, "and again");

    check_str(recorder.text, "30 - 99 like the next held back;30 - again;"
                             "30 - and again;");
    check_int(vr_log_limit_held(&limit), 0);
    vr_logger_fini(&logger);
}

TEST(limit, holds_nothing_back_of_what_comes_seldom)
{
    struct vr_log_limit limit = {.most = 1, .per = VR_SEC};
    start();

    for (int i = 0; i < 3; i++) {
        vr_log_limited(&limit, &logger, VR_LOG_INFO, "x");
        vr_test_advance(&env, VR_SEC);
    }

    check_str(recorder.text, "20 - x;20 - x;20 - x;");
    vr_logger_fini(&logger);
}

TEST(limit, does_not_count_what_nobody_wants)
{
    struct vr_log_limit limit = {.most = 1, .per = VR_SEC};
    start();
    vr_logger_set_level(&logger, VR_LOG_WARN);

    int64_t reads = vr_test_clock_reads(&env);
    vr_log_limited(&limit, &logger, VR_LOG_INFO, "a");
    check_int(vr_test_clock_reads(&env), reads);
    vr_log_limited(&limit, NULL, VR_LOG_INFO, "b");
    vr_log_limited(&limit, &logger, VR_LOG_WARN, "c");

    check_str(recorder.text, "30 - c;");
    vr_logger_fini(&logger);
}

enum { THREADS = 4, TIMES = 2000 };

static void ignore(struct vr_log_watcher *watcher,
                   const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
}

static void *provoke(void *arg)
{
    struct vr_log_watcher watcher;
    struct vr_logger mine;

    vr_logger_init(&mine, &env.env, NULL);
    vr_log_watcher_init(&watcher, ignore);
    check_int(vr_logger_attach(&mine, &watcher), 0);
    for (int i = 0; i < TIMES; i++)
        vr_log_limited(arg, &mine, VR_LOG_INFO, "x");
    vr_logger_fini(&mine);
    return NULL;
}

TEST(limit, counts_all_that_threads_log_at_the_same_time)
{
    struct vr_log_limit limit = {.most = 10, .per = VR_SEC};
    pthread_t threads[THREADS];
    start();

    for (int i = 0; i < THREADS; i++)
        check_int(pthread_create(&threads[i], NULL, provoke, &limit), 0);
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);

    /* Who finds the time over while another begins may count in either. */
    check(vr_log_limit_held(&limit) <= THREADS * TIMES - 10);
    check(vr_log_limit_held(&limit) >= THREADS * (TIMES - 10) - 10);
    vr_logger_fini(&logger);
}
