/* SPDX-License-Identifier: MIT */
/**
 * @file test_log_fork.c
 * A child of fork(2) has copies of loggers and queues, of which the parent's
 * other threads held and awaited what they liked.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <vreactor/log/log.h>
#include <vreactor/log/queue_impl.h>
#include <vreactor/reactor/reactor.h>

#include "queues.h"
#include "tests/support/child.h"

/* ---- a thread that waits until all is shown ---- */

static pthread_t flusher;
static int flushed;

static void *flush(void *arg)
{
    (void)arg;
    flushed = vr_log_flush(&logger, -1);
    return NULL;
}

static void begin_flush(void)
{
    check_int(pthread_create(&flusher, NULL, flush, NULL), 0);
    queue_await_waiter();
}

static void end_flush(void)
{
    queue_show();
    check_int(pthread_join(flusher, NULL), 0);
    check_int(flushed, 0);
}

static int flush_and_end(void)
{
    child_check(vr_log_flush(&logger, -1) == -ECHILD);
    vr_logger_fini(&logger);
    vr_log_queue_free(queue);
    return 0;
}

TEST(log_fork, lets_a_child_end_a_logger_that_a_thread_waits_for)
{
    queue_start(NULL, 0);
    vr_log_info(&logger, "a");
    begin_flush();

    check_in_child(flush_and_end);

    end_flush();
    check_str(recorder.text, "20 reactor a;");
    queue_stop();
}

/* ---- a thread that is in a watcher, or about to be ---- */

static int detach_attach_and_end(void)
{
    vr_logger_detach(&recorder.base);
    child_check(!vr_logger_attach(&logger, &recorder.base));
    return flush_and_end();
}

static pid_t forked;

static void *fork_beside(void *arg)
{
    (void)arg;
    forked = fork();
    if (forked == 0) {
        alarm(TEST_SECONDS);
        _exit(detach_attach_and_end());
    }
    return NULL;
}

static void fork_elsewhere(struct vr_log_watcher *watcher,
                           const struct vr_log_entry *entry)
{
    pthread_t other;

    (void)watcher;
    (void)entry;
    vr_log_queue_lock(queue);
    check_int(pthread_create(&other, NULL, fork_beside, NULL), 0);
    check_int(pthread_join(other, NULL), 0);
    vr_log_queue_unlock(queue);
    check_child(forked);
}

TEST(log_fork, lets_a_child_detach_and_end_while_a_thread_shows)
{
    struct vr_log_watcher watcher;
    queue_start(NULL, 0);
    vr_log_watcher_init(&watcher, fork_elsewhere);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "a");
    queue_show();

    check_str(recorder.text, "20 reactor a;");
    queue_stop();
}

/* ---- a queue that the child shows itself ---- */

static int show_in_child(void)
{
    vr_log_info(&logger, "b");
    at_home = true;
    child_check(vr_log_flush(&logger, -1) == 0);
    child_check(strcmp(recorder.text, "20 reactor a;20 reactor b;") == 0);
    return 0;
}

TEST(log_fork, leaves_a_queue_to_a_child_whose_thread_shows_it)
{
    queue_start(NULL, 0);
    vr_log_info(&logger, "a");

    check_in_child(show_in_child);

    queue_show();
    check_str(recorder.text, "20 reactor a;");
    queue_stop();
}

/* ---- one that it goes on with ---- */

static int go_on_in_child(void)
{
    static char text[20000];

    vr_log_queue_after_fork(queue);
    queue_show();
    child_check(recorder.count == 0);
    vr_log_info(&logger, "b");
    child_check(__atomic_load_n(&wakes, __ATOMIC_RELAXED) == 2);
    begin_flush();
    end_flush();
    child_check(strcmp(recorder.text, "20 reactor b;") == 0);
    memset(text, 'x', sizeof(text) - 1);
    vr_log_info(&logger, "%s", text); /* there is room on the heap, too */
    queue_show();
    child_check(recorder.count == 2);
    queue_stop();
    return 0;
}

/* What does not fit into the ring, and what was lost, is the parent's, too. */
TEST(log_fork, lets_a_child_go_on_with_a_queue_of_its_own)
{
    static char text[20000];

    queue_start(NULL, 4096);
    memset(text, 'x', sizeof(text) - 1);
    vr_log_info(&logger, "a");
    vr_log_info(&logger, "%.3000s", text);
    while (!vr_logger_dropped(&logger))
        vr_log_info(&logger, "a");
    check_in_child(go_on_in_child);

    check_int(recorder.count, 0);
    vr_log_queue_after_fork(queue); /* it is ours */
    queue_show();
    check(recorder.count > 2);
    queue_stop();
}

/* ---- a reactor's log ---- */

static struct vr_reactor *reactor;

static int free_reactor(void)
{
    vr_log_info(vr_reactor_log(reactor), "to nobody");
    child_check(vr_log_flush(vr_reactor_log(reactor), -1) == -ECHILD);
    child_check(vr_reactor_free(reactor) == 0);
    return 0;
}

/* promise log-13 */
TEST(log_fork, ends_no_wait_for_a_reactors_log_in_a_child_by_hanging)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    recorder_init(&recorder);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &recorder.base), 0);

    check_in_child(free_reactor);

    vr_log_info(vr_reactor_log(reactor), "a");
    check_int(vr_log_flush(vr_reactor_log(reactor), -1), 0);
    check_str(recorder.text, "20 reactor a;");
    check_int(vr_reactor_free(reactor), 0);
}
