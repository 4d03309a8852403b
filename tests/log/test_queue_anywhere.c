/* SPDX-License-Identifier: MIT */
/**
 * @file test_queue_anywhere.c
 * Watchers that are shown entries in the log call, of a logger with a queue.
 */
#include "tests/support/test.h"

#include <vreactor/base/container_of.h>
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
