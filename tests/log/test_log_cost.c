/* SPDX-License-Identifier: MIT */
/**
 * @file test_log_cost.c
 * What a log call takes: the clock, memory where there is some, and no errno.
 */
#include "tests/support/test.h"

#include <errno.h>

#include <vreactor/log/log.h>

#include "recorder.h"

static struct vr_logger logger;
static struct recorder first;

/* promise log-1 */
TEST(log_cost, what_nobody_wants_needs_no_clock_and_no_memory)
{
    struct counting_env env;
    char text[4096];
    counting_env_init(&env);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    vr_logger_init(&logger, &env.env, NULL);
    vr_log_error(&logger, "%s", text); /* no watcher */
    recorder_init(&first);
    check_int(vr_logger_attach(&logger, &first.base), 0);

    vr_logger_set_level(&logger, VR_LOG_WARN);
    vr_log_info(&logger, "%s", text);
    check(!vr_logger_is_enabled(&logger, VR_LOG_INFO));
    vr_logger_stop(&logger);
    vr_log_error(&logger, "%s", text);
    check_int(env.clock_reads, 0);
    check_int(env.calls, 0);

    vr_logger_start(&logger);
    vr_log_warn(&logger, "%s", text);
    check_int(env.clock_reads, 1);
    check_int(env.calls, 1);
    check_int(env.live, 0);
    vr_logger_fini(&logger);
}

static char kept[100001];

static void keep_text(struct vr_log_watcher *watcher,
                      const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)snprintf(kept, sizeof(kept), "%s", entry->text);
}

TEST(log_cost, a_text_of_any_length_arrives_whole)
{
    struct counting_env env;
    struct vr_log_watcher watcher;
    static char text[100000];
    counting_env_init(&env);
    vr_logger_init(&logger, &env.env, NULL);
    vr_log_watcher_init(&watcher, keep_text);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    for (int len = 500; len < 520; len++) { /* around what needs no memory */
        vr_log_info(&logger, "%0*d", len, 1);
        check_int(strlen(kept), len);
        check_int(kept[len - 1], '1');
    }
    memset(text, 'y', sizeof(text) - 1);
    vr_log_info(&logger, "%s", text);
    check_str(kept, text);
    check_int(env.live, 0);
    vr_logger_fini(&logger);
}

TEST(log_cost, without_memory_a_long_text_is_cut_and_arrives)
{
    struct counting_env env;
    counting_env_init(&env);
    vr_logger_init(&logger, &env.env, NULL);
    recorder_init(&first);
    check_int(vr_logger_attach(&logger, &first.base), 0);

    env.empty = true;
    vr_log_info(&logger, "%0900d", 1);

    check_int(first.count, 1);
    check(strlen(first.text) > 400 && strlen(first.text) < 900);
    check_int(vr_logger_dropped(&logger), 0);
    first.text[0] = '\0';
    vr_log_info(&logger, "%0510d\xe2\x82\xac", 1);
    check_int(strlen(first.text), 5 + 510 + 1); /* no part of a character */
    vr_logger_fini(&logger);
}

static void spoil_errno(struct vr_log_watcher *watcher,
                        const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    errno = EXDEV;
}

/* promise log-4 */
TEST(log_cost, leaves_errno_as_it_is)
{
    struct vr_log_watcher watcher;
    vr_logger_init(&logger, NULL, NULL);
    vr_log_watcher_init(&watcher, spoil_errno);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    errno = ENOENT;
    vr_log_info(&logger, "%01000d", 0);

    check_int(errno, ENOENT);
    vr_logger_fini(&logger);
}
