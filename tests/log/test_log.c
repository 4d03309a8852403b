/* SPDX-License-Identifier: MIT */
/**
 * @file test_log.c
 * What is logged arrives, where and as it should.
 */
#include "tests/support/test.h"

#include <errno.h>

#include <vreactor/log/default.h>
#include <vreactor/log/log.h>

#include "recorder.h"

static struct vr_logger logger;
static struct recorder first, second;

static void start(void)
{
    vr_logger_init(&logger, NULL, NULL);
    recorder_init(&first);
    recorder_init(&second);
    check_int(vr_logger_attach(&logger, &first.base), 0);
}

static char complaint[64];

static void complain(struct vr_log_watcher *watcher,
                     const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)snprintf(complaint, sizeof(complaint), "%d %s\n", entry->level,
                   entry->text);
}

TEST(log, a_watcher_of_ones_own_prints_no_soup_for_you)
{
    struct vr_log_watcher watcher;
    start();

    vr_log_watcher_init(&watcher, complain);
    check_int(vr_logger_attach(&logger, &watcher), 0);
    vr_log_info(&logger, "No soup for %s!", "you");

    check_str(complaint, "20 No soup for you!\n");
    vr_logger_fini(&logger);
}

TEST(log, each_call_has_its_level)
{
    start();

    vr_log_debug(&logger, "a");
    vr_log_info(&logger, "b");
    vr_log_warn(&logger, "c");
    vr_log_error(&logger, "d");
    vr_log_critical(&logger, "%s", "e");
    vr_log(&logger, -7, "f");

    check_str(first.text, "10 - a;20 - b;30 - c;40 - d;50 - e;-7 - f;");
    vr_logger_fini(&logger);
}

TEST(log, stamps_the_call_by_the_wall_clock)
{
    struct counting_env env;
    counting_env_init(&env);
    start();
    vr_logger_fini(&logger);
    vr_logger_init(&logger, &env.env, NULL);
    check_int(vr_logger_attach(&logger, &first.base), 0);

    env.wall = 42 * VR_SEC;
    vr_log_info(&logger, "now");

    check_int(first.when, 42 * VR_SEC);
    vr_logger_fini(&logger);
}

TEST(log, no_logger_is_a_logger_that_wants_nothing)
{
    vr_log_info(NULL, "into the void");
    check(!vr_logger_is_enabled(NULL, VR_LOG_CRITICAL));
    vr_logger_fini(NULL);
}

/* promise log-11 */
TEST(log, shows_nothing_after_detach)
{
    start();
    check_int(vr_logger_attach(&logger, &second.base), 0);

    vr_log_info(&logger, "a");
    vr_logger_detach(&first.base);
    vr_log_info(&logger, "b");
    vr_logger_detach(&first.base); /* again: nothing */

    check_str(first.text, "20 - a;");
    check_str(second.text, "20 - a;20 - b;");
    vr_logger_fini(&logger);
}

/* promise log-1 */
TEST(log, a_filter_on_one_watcher_leaves_others_alone)
{
    struct vr_log_level_filter filter;
    start();
    check_int(vr_logger_attach(&logger, &second.base), 0);
    vr_log_level_filter_init(&filter, VR_LOG_INFO);
    vr_log_watcher_add_filter(&first.base, &filter.filter);

    vr_log_debug(&logger, "a");
    vr_log_info(&logger, "b");
    check_str(first.text, "20 - b;");
    check_str(second.text, "10 - a;20 - b;");

    vr_log_filter_remove(&filter.filter);
    vr_log_debug(&logger, "c");
    check_str(first.text, "20 - b;10 - c;");
    vr_logger_fini(&logger);
}

/* promise log-1 */
TEST(log, all_filters_of_a_logger_must_keep)
{
    struct vr_log_level_filter info, warn;
    start();
    vr_log_level_filter_init(&info, VR_LOG_INFO);
    vr_log_level_filter_init(&warn, VR_LOG_WARN);
    vr_logger_add_filter(&logger, &info.filter);
    vr_logger_add_filter(&logger, &warn.filter);

    vr_log_info(&logger, "a");
    vr_log_warn(&logger, "b");
    check_str(first.text, "30 - b;");

    vr_logger_fini(&logger);
    check(vr_list_is_empty(&info.filter.link));
}

TEST(log, watch_filters_apply_only_to_what_another_logger_shows)
{
    struct vr_logger above;
    struct vr_log_level_filter filter;
    start();
    vr_logger_init(&above, NULL, NULL);
    check_int(vr_logger_attach(&above, &logger.base), 0);
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_log_watcher_add_filter(&logger.base, &filter.filter);

    vr_log_info(&above, "held back");
    vr_log_warn(&above, "arrives");
    vr_log_info(&logger, "direct");

    check_str(first.text, "30 - arrives;20 - direct;");
    vr_logger_fini(&logger);
    vr_log_warn(&above, "nobody");
    vr_logger_fini(&above);
}

TEST(log, stop_drops_until_start)
{
    start();

    vr_logger_stop(&logger);
    vr_log_critical(&logger, "a");
    vr_logger_start(&logger);
    vr_log_debug(&logger, "b");

    check_str(first.text, "10 - b;");
    vr_logger_fini(&logger);
}

TEST(log, a_stopped_or_grave_logger_shows_nothing_that_arrives)
{
    struct vr_logger above;
    start();
    vr_logger_init(&above, NULL, NULL);
    check_int(vr_logger_attach(&above, &logger.base), 0);

    vr_logger_stop(&logger);
    vr_log_info(&above, "a");
    vr_logger_start(&logger);
    vr_logger_set_level(&logger, VR_LOG_WARN);
    vr_log_info(&above, "b");
    vr_log_warn(&above, "c");

    check_str(first.text, "30 - c;");
    vr_logger_fini(&above);
    vr_logger_fini(&logger);
}

TEST(log, a_proxy_gives_its_prefix_unless_the_call_has_one)
{
    struct vr_logger proxy, nameless;
    vr_logger_init(&logger, NULL, "server");
    recorder_init(&first);
    check_int(vr_logger_attach(&logger, &first.base), 0);
    vr_logger_init_proxy(&proxy, &logger, "client 7");
    vr_logger_init_proxy(&nameless, &proxy, NULL);

    vr_log_info(&logger, "a");
    vr_log_info(&proxy, "b");
    vr_log_info(&nameless, "c");
    vr_log_as(&proxy, "tls", VR_LOG_INFO, "%c", 'd');
    vr_log_as(&proxy, NULL, VR_LOG_INFO, "e");

    check_str(first.text, "20 server a;20 client 7 b;20 client 7 c;"
                          "20 tls d;20 client 7 e;");
    vr_logger_fini(&logger);
}

TEST(log, the_first_loggers_prefix_is_kept_along_a_chain)
{
    struct vr_logger named, nameless;
    vr_logger_init(&logger, NULL, "last");
    recorder_init(&first);
    check_int(vr_logger_attach(&logger, &first.base), 0);
    vr_logger_init(&nameless, NULL, NULL);
    vr_logger_init(&named, NULL, "first");
    check_int(vr_logger_attach(&nameless, &logger.base), 0);
    check_int(vr_logger_attach(&named, &nameless.base), 0);

    vr_log_info(&named, "a");
    vr_log_info(&nameless, "b");

    check_str(first.text, "20 first a;20 - b;");
    vr_logger_fini(&named);
    vr_logger_fini(&nameless);
    vr_logger_fini(&logger);
}

TEST(log, a_proxy_has_a_level_and_a_switch_besides_its_parents)
{
    struct vr_logger proxy;
    start();
    vr_logger_init_proxy(&proxy, &logger, "p");

    vr_logger_set_level(&proxy, VR_LOG_WARN);
    vr_log_info(&proxy, "a");
    vr_log_warn(&proxy, "b");
    vr_logger_set_level(&logger, VR_LOG_ERROR);
    vr_log_warn(&proxy, "c");
    vr_logger_stop(&proxy);
    vr_log_error(&proxy, "d");
    vr_log_error(&logger, "e");

    check_str(first.text, "30 p b;40 - e;");
    vr_logger_fini(&logger);
}

TEST(log, a_proxy_neither_watches_nor_is_watched)
{
    struct vr_logger proxy, other;
    struct vr_log_relay relay;
    start();
    vr_logger_init_proxy(&proxy, &logger, "p");
    vr_logger_init(&other, NULL, NULL);

    check_int(vr_logger_attach(&proxy, &second.base), -ENOTSUP);
    check_int(vr_logger_attach(&other, &proxy.base), -ENOTSUP);
    vr_log_relay_init(&relay, &proxy.base);
    check_int(vr_logger_attach(&other, &relay.base), -ENOTSUP);
    vr_logger_fini(&logger);
}

TEST(log, a_watcher_has_one_logger)
{
    struct vr_logger other;
    start();
    vr_logger_init(&other, NULL, NULL);

    check_int(vr_logger_attach(&logger, &first.base), -EBUSY);
    check_int(vr_logger_attach(&other, &first.base), -EBUSY);
    vr_logger_fini(&logger);
    check_int(vr_logger_attach(&other, &first.base), 0);
    vr_logger_fini(&other);
}

/* promise log-14 */
TEST(log, a_loop_of_loggers_is_refused)
{
    struct vr_logger middle, last;
    start();
    vr_logger_init(&middle, NULL, NULL);
    vr_logger_init(&last, NULL, NULL);
    check_int(vr_logger_attach(&logger, &middle.base), 0);
    check_int(vr_logger_attach(&middle, &last.base), 0);

    check_int(vr_logger_attach(&logger, &logger.base), -ELOOP);
    check_int(vr_logger_attach(&middle, &logger.base), -ELOOP);
    check_int(vr_logger_attach(&last, &logger.base), -ELOOP);
    vr_logger_detach(&middle.base);
    check_int(vr_logger_attach(&last, &logger.base), 0);

    vr_logger_fini(&last);
    vr_logger_fini(&middle);
    vr_logger_fini(&logger);
}
