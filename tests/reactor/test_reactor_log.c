/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_log.c
 * Tests of a reactor's log: who sees what, where, and with which time.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <pthread.h>

#include <vreactor/log/default.h>
#include <vreactor/log/log.h>
#include <vreactor/log/thread.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/watch.h>

#include "tests/log/recorder.h"
#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct recorder recorder;

static void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    recorder_init(&recorder);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &recorder.base), 0);
}

static void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

TEST(reactor_log, shows_an_entry_in_a_turn_with_the_time_of_the_call)
{
    set_up();
    vr_test_set_wall(&test, 100 * VR_SEC);
    vr_log_info(vr_reactor_log(reactor), "%d fish", 2);
    vr_test_set_wall(&test, 200 * VR_SEC);
    check_int(recorder.count, 0);
    turn();
    check_str(recorder.text, "20 reactor 2 fish;");
    check_int(recorder.when, 100 * VR_SEC);
    script_free(&script, reactor);
}

static void stop_and_record(struct vr_log_watcher *self,
                            const struct vr_log_entry *entry)
{
    record(self, entry);
    vr_reactor_stop(reactor);
}

/* promise reactor-2 */
TEST(reactor_log, shows_no_other_entry_behind_a_stop)
{
    set_up();
    recorder.base.watch = stop_and_record;
    vr_log_info(vr_reactor_log(reactor), "one");
    vr_log_info(vr_reactor_log(reactor), "two");
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_str(recorder.text, "20 reactor one;");
    check_int(vr_reactor_turn(reactor, 0), 1);
    check_str(recorder.text, "20 reactor one;20 reactor two;");
    script_free(&script, reactor);
}

static int posts_run;

static void count_post(struct vr_post *post)
{
    (void)post;
    posts_run++;
}

/* What shows them is posted already, and no second time. */
TEST(reactor_log, may_be_flushed_while_entries_are_on_their_way)
{
    struct vr_post before = {.run = count_post}, behind = before;

    set_up();
    vr_reactor_post(reactor, &before);
    vr_log_info(vr_reactor_log(reactor), "one");
    check_int(vr_log_flush(vr_reactor_log(reactor), 0), 0);
    check_str(recorder.text, "20 reactor one;");
    vr_log_info(vr_reactor_log(reactor), "two");
    vr_reactor_post(reactor, &behind);
    turn();
    check_str(recorder.text, "20 reactor one;20 reactor two;");
    check_int(posts_run, 2);
    script_free(&script, reactor);
}

TEST(reactor_log, shows_nothing_to_a_watcher_that_was_detached)
{
    set_up();
    vr_log_info(vr_reactor_log(reactor), "on its way");
    vr_logger_detach(&recorder.base);
    turn();
    check_int(recorder.count, 0);
    script_free(&script, reactor);
}

TEST(reactor_log, holds_what_is_reported_through_the_environment)
{
    set_up();
    const struct vr_env *env = vr_reactor_env(reactor);
    env->report(env->report_ctx, VR_LOG_WARN, "100% unhandled %s");
    turn();
    check_str(recorder.text, "30 reactor 100% unhandled %s;");
    script_free(&script, reactor);
}

static struct vr_result give_up(void *arg, struct vr_value value)
{
    (void)arg;
    (void)value;
    return vr_fail(
        vr_failure_new(vr_reactor_env(reactor), -EIO, "read", NULL, "no luck"));
}

static void fail_unheard(struct vr_call *call)
{
    struct vr_pending *pending;

    (void)call;
    pending = vr_pending_new(vr_reactor_env(reactor), NULL, NULL);
    check(pending);
    check_int(vr_pending_then(pending, give_up, NULL, NULL), 0);
    check_int(vr_pending_fire(pending, (struct vr_value){0}), 0);
    vr_pending_free(pending);
}

/* A call returns nothing, so it fails by what it leaves */
TEST(reactor_log, holds_the_failure_a_call_left_and_the_loop_goes_on)
{
    struct vr_call failing;

    set_up();
    vr_call_init(&failing, reactor, fail_unheard);
    vr_call_after(&failing, 0);
    turn();
    turn();
    check_int(recorder.count, 1);
    check(!strncmp(recorder.text, "40 reactor ", strlen("40 reactor ")));
    check(strstr(recorder.text, "no luck"));
    vr_call_after(&failing, 0);
    turn();
    turn();
    check_int(recorder.count, 2);
    script_free(&script, reactor);
}

static void forget_none(struct vr_call *call)
{
    (void)call;
    vr_pending_forget(NULL);
}

/* promise deferreds-21 */
TEST(reactor_log, holds_that_what_was_forgotten_was_never_made)
{
    struct vr_call call;

    set_up();
    vr_call_init(&call, reactor, forget_none);
    vr_call_after(&call, 0);
    turn();
    turn();
    check_int(recorder.count, 1);
    check(strstr(recorder.text, "ENOMEM"));
    script_free(&script, reactor);
}

TEST(reactor_log, bears_the_name_of_the_reactor)
{
    char name[] = "edge";

    reactor = script_reactor(
        &script, &test,
        &(struct vr_reactor_options){.size = sizeof(struct vr_reactor_options),
                                     .name = name});
    name[0] = 'x'; /* it was copied */
    recorder_init(&recorder);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &recorder.base), 0);
    vr_log_info(vr_reactor_log(reactor), "hello");
    turn();
    check_str(recorder.text, "20 edge hello;");
    script_free(&script, reactor);
}

static void ignore(struct vr_watch *watch)
{
    (void)watch;
}

TEST(reactor_log, tells_at_the_close_what_was_left_open_and_what_was_on_its_way)
{
    static const struct vr_watch_ops ops = {.readable = ignore};
    struct vr_watch watch;

    set_up();
    check_int(vr_watch_open(&watch, reactor, 0, VR_READ, &ops), 0);
    vr_log_info(vr_reactor_log(reactor), "before");
    check_int(vr_reactor_close(reactor), 0);
    check_int(recorder.count, 2);
    check(strstr(recorder.text, "20 reactor before;"));
    check(strstr(recorder.text, "20 reactor closed with 1 descriptor still "
                                "watched;"));
    script_free(&script, reactor);
    check(recorder.base.logger == NULL);
}

TEST(reactor_log, is_shown_to_the_default_watcher_by_reactors_made_later)
{
    struct vr_test_env other_test;
    struct vr_test_script other_script;
    struct recorder shared;
    struct vr_log_level_filter level;

    struct vr_reactor *before =
        script_reactor(&other_script, &other_test, NULL);
    recorder_init(&shared);
    vr_log_level_filter_init(&level, VR_LOG_ERROR);
    vr_log_watcher_add_filter(&shared.base, &level.filter);
    vr_log_set_default_watcher(&shared.base);
    set_up();
    vr_log_set_default_watcher(NULL);

    vr_log_error(vr_reactor_log(before), "unseen");
    check_int(vr_reactor_turn(before, 0), 0);
    vr_log_info(vr_reactor_log(reactor), "too low");
    vr_log_error(vr_reactor_log(reactor), "seen");
    turn();
    check_str(shared.text, "40 reactor seen;");
    check_int(recorder.count, 2); /* its own watcher sees all */

    script.wait_error = -EIO;
    check_int(vr_reactor_run(reactor), -EIO);
    turn();
    check_int(shared.count, 2);
    check(strstr(shared.text, "40 reactor cannot wait:"));
    check(strstr(shared.text, "(EIO)"));
    script_free(&other_script, before);
    script_free(&script, reactor);
}

/* promise log-6 */
/* Pain 37: nobody is held up, and nothing is lost without a word. */
TEST(reactor_log, drops_what_is_too_much_between_two_turns_and_says_so)
{
    struct vr_logger *log;
    int logged = 0;

    set_up();
    log = vr_reactor_log(reactor);
    while (vr_logger_dropped(log) < 42) {
        vr_log_info(log, "%d", logged);
        logged++;
    }
    while (recorder.missed == 0)
        turn();
    check_int(recorder.count, logged - 42 + 1);
    check_int(recorder.missed, 42);
    script_free(&script, reactor);
}

TEST(reactor_log, shows_no_more_in_a_turn_than_it_runs_posts)
{
    reactor = script_reactor(
        &script, &test,
        &(struct vr_reactor_options){.size = sizeof(struct vr_reactor_options),
                                     .posts_per_turn = 2});
    recorder_init(&recorder);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &recorder.base), 0);
    for (int i = 0; i < 3; i++)
        vr_log_info(vr_reactor_log(reactor), "%d", i);
    turn();
    check_int(recorder.count, 2);
    turn();
    check_int(recorder.count, 3);
    script_free(&script, reactor);
}

TEST(reactor_log, is_shown_at_once_by_a_flush_on_the_reactor_s_thread)
{
    set_up();
    vr_log_info(vr_reactor_log(reactor), "a");
    check_int(vr_log_flush(vr_reactor_log(reactor), 0), 0);
    check_str(recorder.text, "20 reactor a;");
    turn();
    check_int(recorder.count, 1);
    script_free(&script, reactor);
}

static void log_about_it(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    vr_log_warn(vr_reactor_log(reactor), "about it");
}

TEST(reactor_log, ends_though_a_watcher_logs_at_the_close)
{
    struct vr_log_watcher watcher;

    set_up();
    vr_log_watcher_init(&watcher, log_about_it);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
    vr_log_info(vr_reactor_log(reactor), "a");
    check_int(vr_reactor_close(reactor), 0);
    check_str(recorder.text, "20 reactor a;30 reactor about it;");
    script_free(&script, reactor);
}

/* promise log-3 */
/* What it said before it hung can be read while it hangs. */
TEST(reactor_log, comes_to_a_thread_past_a_reactor_that_makes_no_turn)
{
    struct vr_log_thread *thread;
    struct recorder aside;

    check_int(vr_log_thread_new(NULL, &thread), 0);
    recorder_init(&aside);
    check_int(vr_logger_attach(vr_log_thread_logger(thread), &aside.base), 0);
    vr_log_set_default_watcher(&vr_log_thread_logger(thread)->base);
    set_up();
    vr_log_set_default_watcher(NULL);
    vr_log_error(vr_reactor_log(reactor), "stuck");
    check_int(vr_log_flush(vr_log_thread_logger(thread), -1), 0);
    check_str(aside.text, "40 reactor stuck;");
    check_int(recorder.count, 0);
    script_free(&script, reactor);
    check_int(vr_log_thread_free(thread, -1), 0);
}

/* ---- several threads ---- */

enum { THREADS = 3, EACH = 200 };

static int seen, astray; /* the reactor's thread's */

static void watch_thread(struct vr_log_watcher *watcher,
                         const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    seen++;
    astray += vr_reactor_current() != reactor;
}

static void *log_much(void *arg)
{
    (void)arg;
    for (int i = 0; i < EACH; i++)
        vr_log_info(vr_reactor_log(reactor), "%d", i);
    return NULL;
}

/* promise log-2 */
TEST(reactor_log, shows_the_entries_of_all_threads_on_the_reactor_s_thread)
{
    struct vr_log_watcher watcher;
    pthread_t threads[THREADS];

    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_log_watcher_init(&watcher, watch_thread);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
    check_int(vr_reactor_start(reactor), 0);
    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, log_much, NULL));
    for (int i = 0; i < THREADS; i++)
        check(!pthread_join(threads[i], NULL));
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(vr_reactor_close(reactor), 0); /* the last are shown here */
    check_int(seen, THREADS * EACH);
    check_int(astray, 0);
    check_int(vr_reactor_free(reactor), 0);
}
