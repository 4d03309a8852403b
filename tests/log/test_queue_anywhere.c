/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_anywhere.c
 * Watchers that are shown entries in the log call, of a logger with a queue.
 */
#include "tests/support/test.h"

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/default.h>
#include <vreactor/log/log.h>

#include "queues.h"

static struct recorder other;
static struct vr_log_watcher *guest;

static void attach_guest(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    if (!guest->logger)
        check_int(vr_logger_attach(&logger, guest), 0);
}

static void start(vr_log_watch_fn *watch)
{
    queue_start(NULL, 0);
    recorder_init(&other);
    other.base.watch = watch;
}

/* Nobody logs: the entry was put before. */
TEST(queue_anywhere, one_may_be_attached_while_others_are_shown_something)
{
    struct vr_log_watcher first;
    start(record);
    other.base.anywhere = true;
    guest = &other.base;
    vr_logger_detach(&recorder.base);
    vr_log_watcher_init(&first, attach_guest);
    check_int(vr_logger_attach(&logger, &first), 0);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);

    vr_log_info(&logger, "a");
    queue_show();
    vr_log_info(&logger, "b");
    check_str(other.text, "20 reactor b;"); /* in the log call */
    queue_show();

    check_str(recorder.text, "20 reactor a;20 reactor b;");
    queue_stop();
}

static void log_again(struct vr_log_watcher *watcher,
                      const struct vr_log_entry *entry)
{
    record(watcher, entry);
    if (other.count < 100) /* else for ever */
        vr_log_warn(&logger, "again");
}

/* promise log-9 */
TEST(queue_anywhere, one_that_logs_is_not_shown_its_own)
{
    start(log_again);
    other.base.anywhere = true;
    check_int(vr_logger_attach(&logger, &other.base), 0);

    vr_log_info(&logger, "a");
    check_str(other.text, "20 reactor a;");
    vr_log_info(&logger, "b");
    queue_show();

    check_str(other.text, "20 reactor a;20 reactor b;");
    check_str(recorder.text, "30 reactor again;20 reactor a;"
                             "30 reactor again;20 reactor b;");
    queue_stop();
}

/* promise log-21 */
/* Each is behind the other, by way of a relay that nobody sees through. */
TEST(queue_anywhere, loggers_that_pass_entries_round_end_it)
{
    struct vr_logger above;
    struct vr_log_queue *unseen;
    struct vr_log_relay back;
    static const struct vr_log_queue_ops ops = {.wake = count_wake};
    start(record);
    check_int(vr_log_queue_new(NULL, 0, &ops, NULL, &unseen), 0);
    vr_logger_init(&above, NULL, "above");
    vr_logger_set_queue(&above, unseen);
    check_int(vr_logger_attach(&above, &logger.base), 0);
    vr_log_relay_init(&back, &above.base);
    back.base.passes_to = NULL;
    check_int(vr_logger_attach(&logger, &back.base), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&above, "b");
    queue_show();

    check_str(recorder.text, "20 reactor a;20 above b;");
    vr_logger_fini(&above);
    vr_log_queue_free(unseen);
    queue_stop();
}

/* promise log-14 */
/* Which are the thread's that shows: nobody looks at what watches them. */
TEST(queue_anywhere, one_behind_loggers_shown_elsewhere_closes_no_loop)
{
    struct vr_logger middle, last;
    start(record);
    vr_logger_init(&middle, NULL, NULL);
    vr_logger_init(&last, NULL, NULL);
    check_int(vr_logger_attach(&logger, &middle.base), 0);
    check_int(vr_logger_attach(&middle, &last.base), 0);

    check_int(vr_logger_attach(&last, &logger.base), -ELOOP);

    vr_logger_fini(&last);
    vr_logger_fini(&middle);
    queue_stop();
}

TEST(queue_anywhere, one_is_shown_what_the_filters_of_the_logger_keep)
{
    struct vr_log_level_filter filter;
    start(record);
    other.base.anywhere = true;
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_logger_add_filter(&logger, &filter.filter);
    check_int(vr_logger_attach(&logger, &other.base), 0);

    vr_log_info(&logger, "a");
    vr_log_warn(&logger, "b");

    check_str(other.text, "30 reactor b;");
    queue_stop();
}

TEST(queue_anywhere, who_shows_is_not_woken_for_nobody)
{
    start(record);
    other.base.anywhere = true;
    vr_logger_detach(&recorder.base);
    check_int(vr_logger_attach(&logger, &other.base), 0);

    vr_log_info(&logger, "a");

    check_int(other.count, 1);
    check_int(wakes, 0);
    queue_stop();
}

TEST(queue_anywhere, the_end_of_a_logger_lets_go_of_all)
{
    struct vr_log_level_filter filter;
    start(record);
    other.base.anywhere = true;
    check_int(vr_logger_attach(&logger, &other.base), 0);
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_log_watcher_add_filter(&logger.base, &filter.filter);

    queue_stop();

    check(recorder.base.logger == NULL);
    check(other.base.logger == NULL);
    check(vr_list_is_empty(&other.base.link));
    check(vr_list_is_empty(&filter.filter.link));
}
