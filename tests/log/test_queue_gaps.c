/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_gaps.c
 * Tests of log/queue.h where its ring is full: what is lost is counted and
 * told.
 */
#include <vreactor/log/queue.h>

#include <vreactor/log/log.h>
#include <vreactor/log/subscribe.h>

#include "queues.h"

/* promise log-6 */
/* What is lost is counted, and told where it was. */
TEST(queue_gaps, tells_of_a_gap_where_it_is)
{
    char want[64];
    queue_start(NULL, 4096);

    int fit = queue_fill();
    for (int i = 1; i < 42; i++)
        vr_log_error(&logger, "lost");
    check_int(vr_logger_dropped(&logger), 42);
    check(vr_log_queue_show(queue, 1)); /* makes room for one */
    recorder.text[0] = '\0';
    vr_log_info(&logger, "behind");
    check(vr_log_queue_show(queue, fit - 1));
    recorder.text[0] = '\0';
    queue_show();

    (void)snprintf(want, sizeof(want),
                   "30 reactor 42 entries dropped;20 reactor behind;");
    check_str(recorder.text, want);
    check_int(recorder.missed, 42);
    check_int(recorder.count, fit + 2);
    queue_stop();
}

/* promise log-6 */
TEST(queue_gaps, tells_of_a_gap_behind_which_nothing_comes)
{
    queue_start(NULL, 4096);

    int fit = queue_fill();
    queue_show();

    check_int(recorder.count, fit + 1);
    check(strstr(recorder.text, "30 reactor 1 entry dropped;"));
    recorder.text[0] = '\0';
    vr_log_info(&logger, "behind");
    queue_show();
    check_str(recorder.text, "20 reactor behind;"); /* told once */
    queue_stop();
}

/* Who shows has stopped halfway, and knows of nothing new. */
TEST(queue_gaps, wakes_for_a_gap_too)
{
    queue_start(NULL, 4096);

    (void)queue_fill();
    check(vr_log_queue_show(queue, 1));
    check_int(wakes, 1);
    vr_log_info(&logger, "%0900d", 1); /* there is room for less */
    check_int(vr_logger_dropped(&logger), 2);
    check_int(wakes, 2);
    queue_stop();
}

TEST(queue_gaps, loses_no_text_that_there_is_no_memory_to_print)
{
    struct counting_env env;
    counting_env_init(&env);
    queue_start(&env.env, 4096);

    env.empty = true;
    vr_log_info(&logger, "%05000d", 1);
    vr_log_info(&logger, "%05000d", 1);
    queue_show();

    check_int(recorder.count, 2); /* cut, so they fit */
    check_int(vr_logger_dropped(&logger), 0);
    queue_stop();
}

TEST(queue_gaps, gives_back_the_memory_of_a_long_text_that_has_no_place)
{
    struct counting_env env;
    counting_env_init(&env);
    queue_start(&env.env, 4096);

    (void)queue_fill();
    int live = env.live;
    vr_log_info(&logger, "%05000d", 1);

    check_int(vr_logger_dropped(&logger), 2);
    check_int(env.live, live);
    queue_stop();
}

/* Behind a filter, or a logger, for what is of level @least. */
static const char *show_gap_to(int least, bool by_filter)
{
    static struct recorder grave;
    struct vr_logger last;
    struct vr_log_level_filter filter;
    queue_start(NULL, 4096);
    vr_logger_init(&last, NULL, "last");
    recorder_init(&grave);
    vr_log_level_filter_init(&filter, least);
    if (by_filter)
        vr_log_watcher_add_filter(&grave.base, &filter.filter);
    else
        vr_logger_set_level(&last, least);
    check_int(vr_logger_attach(&last, &grave.base), 0);
    check_int(vr_logger_attach(&logger, &last.base), 0);

    (void)queue_fill();
    queue_show();

    vr_logger_fini(&last);
    queue_stop();
    return grave.text;
}

/* promise log-6 */
TEST(queue_gaps, pass_filters_and_levels_as_warnings)
{
    check_str(show_gap_to(VR_LOG_WARN, true), "30 reactor 1 entry dropped;");
    check_str(show_gap_to(VR_LOG_WARN, false), "30 reactor 1 entry dropped;");
    check_str(show_gap_to(VR_LOG_WARN + 1, true), "");
    check_str(show_gap_to(VR_LOG_WARN + 1, false), "");
}

TEST(queue_gaps, are_told_to_who_hears_a_part_as_it_may_be_missing)
{
    struct vr_log_subscription net;
    struct recorder part;
    queue_start(NULL, 4096);
    recorder_init(&part);
    check_int(vr_log_subscribe(&net, &logger, "net.*", VR_LOG_WARN, &part.base),
              0);

    (void)queue_fill();
    queue_show();

    check_str(part.text, "30 reactor 1 entry dropped;");
    queue_stop();
}

/* ---- long texts ---- */

/* promise log-7 */
TEST(queue_gaps, long_texts_take_no_more_memory_than_the_ring)
{
    struct counting_env env;
    counting_env_init(&env);
    queue_start(&env.env, 4096);
    int live = env.live;

    for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < 100; i++)
            vr_log_info(&logger, "%02000d", 1);
        check_int(env.live, live + 2);
        check_int(vr_logger_dropped(&logger), 98 * round);
        queue_show();
        check_int(recorder.count, 3 * round); /* with the gap */
        check_int(recorder.missed, 98 * round);
        check_int(env.live, live);
    }
    queue_stop();
}

/* promise log-7 */
TEST(queue_gaps, a_text_longer_than_the_ring_is_cut)
{
    queue_start(NULL, 4096);

    vr_log_info(&logger, "%05000d\xe2\x82\xac", 1);
    queue_show();

    check_int(vr_logger_dropped(&logger), 0);
    check_int(recorder.count, 1);
    check(recorder.longest > 4000 && recorder.longest < 4096);
    queue_stop();
}

TEST(queue_gaps, an_entry_whose_attributes_alone_are_too_long_is_dropped)
{
    char much[5000];
    queue_start(NULL, 4096);
    memset(much, 'x', sizeof(much) - 1);
    much[sizeof(much) - 1] = '\0';

    vr_log_with(&logger, VR_LOG_INFO, VR_LOG_ATTRS({"much", .text = much}),
                "a");
    queue_show();

    check_str(recorder.text, "30 reactor 1 entry dropped;");
    check_int(vr_logger_dropped(&logger), 1);
    queue_stop();
}

TEST(queue_gaps, counts_a_gap_that_was_itself_dropped)
{
    struct vr_log_watcher *door = &logger.base;
    struct vr_log_entry gap = {.text = "7 entries dropped", .missed = 7};
    queue_start(NULL, 4096);

    (void)queue_fill();
    vr_log_watcher_offer(door, &gap);
    queue_show();

    check_int(vr_logger_dropped(&logger), 8);
    check_int(recorder.missed, 8);
    queue_stop();
}

static void complain_of_gaps(struct vr_log_watcher *watcher,
                             const struct vr_log_entry *entry)
{
    (void)watcher;
    if (entry->missed)
        vr_log_error(&logger, "too much");
}

/* promise log-10 */
TEST(queue_gaps, shows_what_a_watcher_logs_about_a_gap)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 4096);
    vr_log_watcher_init(&watcher, complain_of_gaps);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    int fit = queue_fill();
    queue_show();

    check_int(recorder.count, fit + 2);
    check(strstr(recorder.text, "1 entry dropped;40 reactor too much;"));
    check_int(vr_logger_dropped(&logger), 1);
    queue_stop();
}

TEST(queue_gaps, counts_through_a_proxy)
{
    struct vr_logger proxy;
    queue_start(NULL, 4096);
    vr_logger_init_proxy(&proxy, &logger, "p");

    (void)queue_fill();
    vr_log_info(&proxy, "lost");

    check_int(vr_logger_dropped(&proxy), 2);
    check_int(vr_logger_dropped(&logger), 2);
    queue_stop();
}
