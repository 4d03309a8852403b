/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_gaps.c
 * Tests of log/queue.h where its ring is full: what is lost is counted and
 * told.
 */
#include <vreactor/log/queue.h>

#include <vreactor/log/log.h>

#include "queues.h"

/* How many entries of one cell's text fit into a ring of 4096 bytes. */
static int fill(void)
{
    int count = 0;

    while (!vr_logger_dropped(&logger)) {
        vr_log_info(&logger, "%d", count);
        count++;
    }
    return count - 1;
}

/* Trap 37 of the pains: what is lost is counted, and told where it was. */
TEST(queue_gaps, tells_of_a_gap_where_it_is)
{
    char want[64];
    queue_start(NULL, 4096);

    int fit = fill();
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

TEST(queue_gaps, tells_of_a_gap_behind_which_nothing_comes)
{
    queue_start(NULL, 4096);

    int fit = fill();
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

    (void)fill();
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

    (void)fill();
    int live = env.live;
    vr_log_info(&logger, "%05000d", 1);

    check_int(vr_logger_dropped(&logger), 2);
    check_int(env.live, live);
    queue_stop();
}

TEST(queue_gaps, shows_gaps_past_filters_and_levels)
{
    struct vr_logger last;
    struct recorder grave;
    struct vr_log_level_filter here, there, above;
    queue_start(NULL, 4096);
    vr_logger_init(&last, NULL, "last");
    vr_logger_set_level(&last, VR_LOG_CRITICAL);
    recorder_init(&grave);
    vr_log_level_filter_init(&here, VR_LOG_CRITICAL);
    vr_log_level_filter_init(&there, VR_LOG_CRITICAL);
    vr_log_level_filter_init(&above, VR_LOG_CRITICAL);
    vr_logger_add_filter(&logger, &here.filter);
    vr_log_watcher_add_filter(&grave.base, &there.filter);
    vr_logger_add_filter(&last, &above.filter);
    check_int(vr_logger_attach(&last, &grave.base), 0);
    check_int(vr_logger_attach(&logger, &last.base), 0);

    (void)fill();
    queue_show();

    check_str(grave.text, "30 reactor 1 entry dropped;");
    vr_logger_fini(&last);
    queue_stop();
}

TEST(queue_gaps, counts_a_gap_that_was_itself_dropped)
{
    struct vr_log_watcher *door = &logger.base;
    struct vr_log_entry gap = {.text = "7 entries dropped", .missed = 7};
    queue_start(NULL, 4096);

    (void)fill();
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

TEST(queue_gaps, shows_what_a_watcher_logs_about_a_gap)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 4096);
    vr_log_watcher_init(&watcher, complain_of_gaps);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    int fit = fill();
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

    (void)fill();
    vr_log_info(&proxy, "lost");

    check_int(vr_logger_dropped(&proxy), 2);
    check_int(vr_logger_dropped(&logger), 2);
    queue_stop();
}
