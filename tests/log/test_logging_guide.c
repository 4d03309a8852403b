/* SPDX-License-Identifier: MIT */
/**
 * @file test_logging_guide.c
 * The code that doc/logging.md shows, beside examples/logging.c.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <vreactor/vreactor.h>

static struct vr_logger logger;
static char said[256];

/* ---- a watcher of one's own ---- */

static void complain(struct vr_log_watcher *watcher,
                     const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)snprintf(said, sizeof(said), "%d %s\n", entry->level, entry->text);
}

TEST(logging_guide, a_watcher_of_ones_own)
{
    struct vr_log_watcher watcher;

    vr_logger_init(&logger, NULL, "server");
    vr_log_watcher_init(&watcher, complain);
    check_int(vr_logger_attach(&logger, &watcher), 0);
    vr_log_info(&logger, "No soup for %s!", "you");

    check_str(said, "20 No soup for you!\n");
    vr_logger_fini(&logger);
}

/* ---- a filter of one's own ---- */

static bool keep_net(struct vr_log_filter *filter,
                     const struct vr_log_entry *entry)
{
    (void)filter;
    return entry->prefix && strncmp(entry->prefix, "net.", 4) == 0;
}

TEST(logging_guide, a_filter_of_ones_own)
{
    struct vr_log_watcher watcher;
    struct vr_log_filter filter;

    vr_logger_init(&logger, NULL, "server");
    vr_log_watcher_init(&watcher, complain);
    vr_log_filter_init(&filter, keep_net);
    vr_log_watcher_add_filter(&watcher, &filter);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_as(&logger, "net.tcp", VR_LOG_INFO, "a");
    vr_log_info(&logger, "b");
    check_str(said, "20 a\n");
    vr_logger_fini(&logger);
}

/* ---- logrotate ---- */

static struct vr_log_file file;

static void on_hangup(int number)
{
    (void)number;
    vr_log_file_reopen(&file);
}

TEST(logging_guide, a_file_that_is_rotated)
{
    char dir[] = "/tmp/vr-guide-XXXXXX", path[64], old[64];

    check(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof(path), "%s/log", dir);
    (void)snprintf(old, sizeof(old), "%s/log.1", dir);
    vr_logger_init(&logger, NULL, "server");
    check_int(vr_log_file_open(&file, NULL, path), 0);
    check_int(vr_logger_attach(&logger, &file.base), 0);
    (void)signal(SIGHUP, on_hangup);

    check_int(rename(path, old), 0);
    check_int(raise(SIGHUP), 0);
    vr_log_info(&logger, "a");

    check_int(unlink(path), 0);
    check_int(unlink(old), 0);
    check_int(rmdir(dir), 0);
    vr_log_file_close(&file);
    vr_logger_fini(&logger);
}

/* ---- a loop of one's own ---- */

static bool has_entries;

static bool wake_loop(void *arg)
{
    (void)arg;
    __atomic_store_n(&has_entries, true, __ATOMIC_RELEASE);
    return true;
}

static const struct vr_log_queue_ops loop_ops = {.wake = wake_loop};

TEST(logging_guide, a_loop_of_ones_own)
{
    struct vr_log_watcher watcher;
    struct vr_log_queue *queue;

    check_int(vr_log_queue_new(NULL, 0, &loop_ops, NULL, &queue), 0);
    vr_logger_init(&logger, NULL, "server");
    vr_logger_set_queue(&logger, queue);
    vr_log_watcher_init(&watcher, complain);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "later");
    check_str(said, "");
    if (__atomic_exchange_n(&has_entries, false, __ATOMIC_ACQUIRE))
        while (vr_log_queue_show(queue, 100))
            ;
    check_str(said, "20 later\n");
    vr_logger_fini(&logger);
    vr_log_queue_free(queue);
}
