/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue.c
 * Entries that are shown later, by whoever shows the queue.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/log/default.h>
#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>

#include "queues.h"

TEST(queue, shows_later_a_copy_with_the_time_of_the_call)
{
    struct counting_env env;
    char text[] = "text", prefix[] = "prefix";
    counting_env_init(&env);
    queue_start(&env.env, 0);

    env.wall = 1 * VR_SEC;
    vr_log_as(&logger, prefix, VR_LOG_INFO, "%s", text);
    env.wall = 2 * VR_SEC;
    text[0] = prefix[0] = '?';
    check_str(recorder.text, "");
    queue_show();

    check_str(recorder.text, "20 prefix text;");
    check_int(recorder.when, 1 * VR_SEC);
    queue_stop();
    check_int(env.live, 0);
}

TEST(queue, shows_a_copy_of_the_attributes)
{
    char key[] = "peer", value[] = "::1";
    const struct vr_log_attr *attrs;
    queue_start(NULL, 0);
    memset(queue->ring.store, 0xee, 4096); /* as used before */

    vr_log_with(&logger, VR_LOG_INFO,
                VR_LOG_ATTRS({key, .text = value}, {"bytes", .number = -5}),
                "sent");
    key[0] = value[0] = '?';
    queue_show();

    attrs = recorder.attrs;
    check_int(recorder.attr_count, 2);
    check_str(attrs[0].key, "peer");
    check_str(attrs[0].text, "::1");
    check_str(attrs[1].key, "bytes");
    check(attrs[1].text == NULL);
    check_int(attrs[1].number, -5);
    queue_stop();
}

TEST(queue, outlives_the_proxy_that_logged)
{
    struct vr_logger *proxy = malloc(sizeof(*proxy));
    check(proxy != NULL);
    queue_start(NULL, 0);
    vr_logger_init_proxy(proxy, &logger, "gone");

    vr_log_info(proxy, "%0600d", 1);
    free(proxy);
    queue_show();

    check_int(recorder.count, 1);
    check_mem(recorder.text, "20 gone 000", 11);
    queue_stop();
}

/* promise log-1 */
TEST(queue, looks_at_the_level_in_the_call_and_at_filters_later)
{
    struct vr_log_level_filter filter;
    queue_start(NULL, 0);
    vr_logger_set_level(&logger, VR_LOG_INFO);

    vr_log_debug(&logger, "a");
    check_int(wakes, 0);
    vr_log_info(&logger, "b");
    vr_log_warn(&logger, "c");
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_logger_add_filter(&logger, &filter.filter);
    queue_show();

    check_str(recorder.text, "30 reactor c;");
    queue_stop();
}

/* promise log-5 */
TEST(queue, asks_for_no_memory_for_entries_that_fit)
{
    struct counting_env env;
    char text[512]; /* 511 bytes */
    counting_env_init(&env);
    queue_start(&env.env, 0);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';

    int before = env.calls;
    for (int i = 0; i < 100; i++)
        vr_log_info(&logger, "%s", text);

    check_int(env.calls, before);
    vr_log_info(&logger, "%s+", text); /* while it is formatted */
    check_int(env.calls, before + 1);
    queue_stop();
}

TEST(queue, wakes_once_until_it_is_shown)
{
    queue_start(NULL, 0);

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    check_int(wakes, 1);
    queue_show();
    vr_log_info(&logger, "c");
    check_int(wakes, 2);

    queue_stop();
}

TEST(queue, wakes_again_when_that_has_failed)
{
    queue_start(NULL, 0);
    deaf = true;

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    check_int(wakes, 2);

    queue_stop();
}

TEST(queue, wakes_one_who_naps_only_where_the_ring_fills_up)
{
    queue_start(NULL, 4096);

    vr_log_queue_nap(queue);
    vr_log_info(&logger, "a");
    check_int(wakes, 0);
    for (int i = 0; i < 25; i++)
        vr_log_info(&logger, "%d", i);
    check_int(wakes, 1);
    check_int(vr_logger_dropped(&logger), 0);
    queue_show();
    vr_log_info(&logger, "b");
    check_int(wakes, 2); /* that was no nap */

    queue_stop();
}

TEST(queue, flush_wakes_one_who_naps)
{
    queue_start(NULL, 0);

    vr_log_queue_nap(queue);
    vr_log_info(&logger, "a");
    check_int(vr_log_flush(&logger, 0), -ETIMEDOUT);
    check_int(wakes, 1);

    queue_stop();
}

TEST(queue, shows_so_many_at_most)
{
    queue_start(NULL, 0);
    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    vr_log_info(&logger, "c");

    check(vr_log_queue_show(queue, 2));
    check_str(recorder.text, "20 reactor a;20 reactor b;");
    check(!vr_log_queue_show(queue, 2));

    check_int(recorder.count, 3);
    queue_stop();
}

/* promise log-7 */
TEST(queue, takes_a_text_as_long_as_all_of_the_ring)
{
    static char text[100000];
    struct counting_env env;
    counting_env_init(&env);
    queue_start(&env.env, 128 * 1024);
    memset(text, 'y', sizeof(text) - 1);

    vr_log_info(&logger, "%s", text);
    check_int(recorder.longest, 0);
    queue_show();

    check_int(recorder.longest, sizeof(text) - 1);
    queue_stop();
    check_int(env.live, 0);
}

/* ---- chains ---- */

TEST(queue, takes_what_another_logger_shows)
{
    struct vr_logger above;
    queue_start(NULL, 0);
    vr_logger_init(&above, NULL, "above");
    check_int(vr_logger_attach(&above, &logger.base), 0);

    vr_log_info(&above, "a");
    vr_logger_fini(&above);
    check_int(recorder.count, 0);
    queue_show();

    check_str(recorder.text, "20 above a;");
    queue_stop();
}

/* promise log-3 */
/* The first is shown by a thread that is busy, or gone. */
TEST(queue, takes_entries_past_the_queue_of_the_logger_it_is_attached_to)
{
    struct vr_logger busy;
    struct vr_log_queue *unseen;
    static const struct vr_log_queue_ops ops = {.wake = count_wake};
    queue_start(NULL, 0);
    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &unseen), 0);
    vr_logger_init(&busy, NULL, "busy");
    vr_logger_set_queue(&busy, unseen);
    check_int(vr_logger_attach(&busy, &logger.base), 0);

    vr_log_info(&busy, "a");
    queue_show();

    check_str(recorder.text, "20 busy a;");
    vr_logger_fini(&busy);
    vr_log_queue_free(unseen);
    queue_stop();
}

/* ---- watchers that log ---- */

static struct recorder other;

static void log_again(struct vr_log_watcher *watcher,
                      const struct vr_log_entry *entry)
{
    record(watcher, entry);
    vr_log_warn(&logger, "again");
}

/* promise log-9 */
TEST(queue, shows_what_a_watcher_logs_to_the_others)
{
    queue_start(NULL, 0);
    recorder_init(&other);
    other.base.watch = log_again;
    check_int(vr_logger_attach(&logger, &other.base), 0);

    vr_log_info(&logger, "a");
    queue_show();

    check_str(other.text, "20 reactor a;");
    check_str(recorder.text, "20 reactor a;30 reactor again;");
    queue_stop();
}

/* promise log-10 */
TEST(queue, ends_a_game_of_two_watchers_that_answer_each_other)
{
    queue_start(NULL, 0);
    recorder_init(&other);
    recorder.base.watch = other.base.watch = log_again;
    check_int(vr_logger_attach(&logger, &other.base), 0);

    vr_log_info(&logger, "a");
    queue_show();

    check_int(recorder.count, 1 + 8 + 1 + 8); /* about "a", and the gap */
    check_int(other.count, 1 + 8 + 1 + 8);
    check_int(recorder.missed, 2);
    check_int(vr_logger_dropped(&logger), 2 + 2);
    queue_stop();
}

/* ---- flush ---- */

TEST(queue, flush_shows_at_once_on_the_thread_that_shows)
{
    queue_start(NULL, 0);
    at_home = true;

    vr_log_info(&logger, "a");
    check_int(vr_log_flush(&logger, -1), 0);

    check_str(recorder.text, "20 reactor a;");
    queue_stop();
}

/* promise log-13 */
TEST(queue, flush_gives_up_when_the_time_is_out)
{
    queue_start(NULL, 0);

    check_int(vr_log_flush(&logger, 0), 0); /* there is nothing */
    vr_log_info(&logger, "a");
    check_int(vr_log_flush(&logger, VR_MSEC), -ETIMEDOUT);

    queue_stop();
}

static int inside;

static void flush(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    inside = vr_log_flush(&logger, -1);
    check(!vr_log_queue_show(queue, INT_MAX));
}

/* promise log-13 */
TEST(queue, flush_inside_a_watcher_is_refused)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 0);
    vr_log_watcher_init(&watcher, flush);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "a");
    queue_show();

    check_int(inside, -EDEADLK);
    queue_stop();
}

/* promise log-12 */
TEST(queue, flush_leaves_the_queue_behind_a_relay_to_its_own_flush)
{
    struct vr_logger front;
    struct vr_log_relay relay;
    queue_start(NULL, 0);
    at_home = true;
    vr_logger_init(&front, NULL, "front");
    vr_log_relay_init(&relay, &logger.base);
    check_int(vr_logger_attach(&front, &relay.base), 0);

    vr_log_info(&front, "a");
    check_int(vr_log_flush(&front, 0), 0);
    check_int(recorder.count, 0);
    check_int(vr_log_flush(&logger, 0), 0);

    check_str(recorder.text, "20 front a;");
    vr_logger_fini(&front);
    queue_stop();
}

TEST(queue, needs_memory_to_begin_with)
{
    struct counting_env env;
    struct vr_log_queue *none;
    static const struct vr_log_queue_ops ops = {.wake = count_wake};
    counting_env_init(&env);

    for (int most = 0; most < 3; most++) {
        env.left = most;
        env.counted = true;
        check_int(vr_log_queue_new(&env.env, 0, &ops, NULL, &none), -ENOMEM);
        check_int(env.live, 0);
    }
}
