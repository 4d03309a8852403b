/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_reactor.c
 * Tests of reactor/reactor.h when memory or the system fails.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/sys.h>

#include "tests/support/survive.h"

static struct vr_reactor *const untouched = (struct vr_reactor *)"";

/* One of each kind of work, and what became of it. */
static struct {
    struct vr_reactor *reactor;
    struct vr_call call;
    struct vr_post post, release;
    struct vr_watch watch;
    struct vr_soon closing;
    bool held;
    int ends[2];

    int called, posted, heard, ran, closed; /* done */
    int turned_away, cancelled, failed;     /* not done */
} work;

static void note_call(struct vr_call *call)
{
    (void)call;
    work.called++;
}

static void note_post(struct vr_post *post)
{
    (void)post;
    work.posted++;
}

static void note_turned_away(struct vr_post *post)
{
    (void)post;
    work.turned_away++;
}

static void note_heard(struct vr_watch *watch)
{
    work.heard++;
    vr_watch_close(watch);
}

static void note_failed(struct vr_watch *watch, int err)
{
    check_int(err, -VR_ECLOSED);
    work.failed++;
    vr_watch_close(watch);
}

static void note_run(void *arg)
{
    (void)arg;
    work.ran++;
}

static void note_cancelled(void *arg)
{
    (void)arg;
    work.cancelled++;
}

static void release(struct vr_post *post)
{
    (void)post;
    vr_soon_release(&work.closing, work.reactor);
}

/* Held until a post comes by, or the reactor is closed. */
static void note_closed(struct vr_soon *closing)
{
    if (work.held) {
        work.closed++;
        return;
    }
    work.held = true;
    vr_soon_hold(closing, work.reactor);
    vr_reactor_post(work.reactor, &work.release);
}

static void give_work(void)
{
    static const struct vr_watch_ops ops = {.readable = note_heard,
                                            .failed = note_failed};
    struct vr_task task = {.run = note_run, .cancelled = note_cancelled};

    memset(&work, 0, sizeof(work));
    work.reactor = survive_reactor;
    check(!pipe(work.ends) && write(work.ends[1], "x", 1) == 1);
    check_int(vr_watch_open(&work.watch, survive_reactor, work.ends[0], VR_READ,
                            &ops),
              0);
    vr_call_init(&work.call, survive_reactor, note_call);
    vr_call_after(&work.call, 0);
    work.post =
        (struct vr_post){.run = note_post, .cancelled = note_turned_away};
    vr_reactor_post(survive_reactor, &work.post);
    work.release.run = release;
    check_int(vr_schedule(survive_reactor, VR_SEC, &task, NULL), 0);
    vr_soon_init(&work.closing, note_closed);
    vr_soon_add_closing(&work.closing, survive_reactor);
}

/* A second passes before the task is due. */
static void finish_work(void)
{
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(4);
    check_int(work.called, 1);
    check_int(work.posted, 1);
    check_int(work.heard, 1);
    check_int(work.ran, 1);
    check_int(work.closed, 1);
    check_int(work.turned_away + work.cancelled + work.failed, 0);
    check(!close(work.ends[0]) && !close(work.ends[1]));
}

/* ---- coming and going ---- */

static struct vr_reactor *made;

static int make(void)
{
    struct vr_reactor_options options = survive_options();

    made = untouched;
    return vr_reactor_new(&options, &made);
}

static void it_turns_if_made(int err)
{
    if (err) {
        check(made == untouched);
        return;
    }
    check_int(vr_reactor_turn(made, 0), 0);
    check_int(vr_reactor_free(made), 0);
}

static void it_is_made_or_says_why(int err)
{
    survive_check_all_told(err);
    it_turns_if_made(err);
}

TEST(survives_reactor, making_it)
{
    check(survive(NULL, make, it_is_made_or_says_why) > 6);
}

/* As VR_SELECTOR says, or the best: one that the kernel refuses gives way. */
static int make_with_any_selector(void)
{
    struct vr_reactor_options options = {.size = sizeof(options),
                                         .env = &survive_env.env};

    made = untouched;
    return vr_reactor_new(&options, &made);
}

TEST(survives_reactor, making_it_with_a_selector_that_may_give_way)
{
    check(survive(NULL, make_with_any_selector, it_turns_if_made) > 6);
}

static int free_it(void)
{
    struct vr_reactor *reactor = survive_reactor;

    survive_reactor = NULL;
    return vr_reactor_free(reactor);
}

static void all_was_refused(int err)
{
    check_int(err, 0);
    check_int(work.called + work.posted + work.heard + work.ran, 0);
    check_int(work.turned_away, 1);
    check_int(work.cancelled, 1);
    check_int(work.failed, 1);
    check_int(work.closed, 1);
    check(!close(work.ends[0]) && !close(work.ends[1]));
}

TEST(survives_reactor, freeing_it)
{
    check(survive(give_work, free_it, all_was_refused) > 0);
}

static int close_it(void)
{
    return vr_reactor_close(survive_reactor);
}

static void all_was_refused_for_ever(int err)
{
    check_int(vr_reactor_turn(survive_reactor, 0), -VR_ECLOSED);
    check_int(free_it(), 0);
    all_was_refused(err);
}

/* Some selectors ask the system for nothing then. */
TEST(survives_reactor, closing_it)
{
    (void)survive(give_work, close_it, all_was_refused_for_ever);
}

/* ---- running ---- */

static struct vr_call stop_call;

static void stop_later(struct vr_call *call)
{
    vr_reactor_stop(call->reactor);
}

/* A shortage that stays ends no run, and by the clock of these tests no time
 * passes in it: whoever hears of it in the log may stop the reactor. */
static struct vr_log_watcher doctor;

static void stop_the_short(struct vr_log_watcher *watcher,
                           const struct vr_log_entry *entry)
{
    (void)watcher;
    if (strstr(entry->text, "cannot wait now"))
        vr_reactor_stop(survive_reactor);
}

static void give_work_for_a_while(void)
{
    give_work();
    vr_log_watcher_init(&doctor, stop_the_short);
    check_int(vr_logger_attach(vr_reactor_log(survive_reactor), &doctor), 0);
    vr_call_init(&stop_call, survive_reactor, stop_later);
    vr_call_after(&stop_call, 2 * VR_SEC);
}

static int run_it(void)
{
    return vr_reactor_run(survive_reactor);
}

/* Where the run ended by the error, or was stopped, another one does what is
 * left. */
static void all_is_done(int err)
{
    if (err || vr_call_is_scheduled(&stop_call))
        check_int(vr_reactor_run(survive_reactor), 0);
    finish_work();
}

TEST(survives_reactor, running_it)
{
    check(survive(give_work_for_a_while, run_it, all_is_done) > 2);
}

static int run_in_thread(void)
{
    int err = vr_reactor_start(survive_reactor);
    return err ? err : vr_reactor_join(survive_reactor);
}

TEST(survives_reactor, running_it_in_a_thread)
{
    check(survive(give_work_for_a_while, run_in_thread, all_is_done) > 2);
}

TEST(survives_reactor, a_system_that_has_no_thread_left)
{
    survive_begin();
    give_work_for_a_while();
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, INT_MAX, 0);
    check_int(vr_reactor_start(survive_reactor), -EAGAIN);
    check_int(vr_reactor_join(survive_reactor), -ESRCH);
    survive_turns(2);
    check_int(work.posted, 1);

    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 0, 0, 0);
    check_int(run_in_thread(), 0);
    finish_work();
    survive_end();
}

static int turn_once(void)
{
    return vr_reactor_turn(survive_reactor, -1);
}

/* These two say that the selector cannot wait at all. */
static void work_gets_done(int err)
{
    if (survive_error() == -EBADF || survive_error() == -EINVAL)
        survive_check_told(err);
    finish_work();
}

TEST(survives_reactor, one_turn_of_it)
{
    check(survive(give_work, turn_once, work_gets_done) > 0);
}

/* ---- stopping ---- */

static int answer_stop(void)
{
    vr_reactor_stop(survive_reactor);
    int answer = vr_reactor_turn(survive_reactor, -1);
    return answer > 0 ? 0 : answer < 0 ? answer : -EPROTO;
}

/* A turn that failed has not answered the stop. */
static void stop_was_answered_once(int err)
{
    if (err)
        check_int(vr_reactor_turn(survive_reactor, 0), 1);
    check_int(vr_reactor_turn(survive_reactor, 0), 0);
}

TEST(survives_reactor, a_stop_that_came_before)
{
    check(survive(NULL, answer_stop, stop_was_answered_once) > 0);
}

static void stop_it(void)
{
    vr_reactor_stop(survive_reactor);
}

static void let_it_be_stopped(void)
{
    survive_on_wait = stop_it;
}

static void it_woke_up(int err)
{
    (void)err;
    survive_on_wait = NULL;
    check_int(survive_overslept, 0);
}

TEST(survives_reactor, a_stop_that_wakes_it)
{
    check(survive_one(let_it_be_stopped, run_it, it_woke_up) > 1);
}

/* ---- questions ---- */

static int ask(void)
{
    check(vr_reactor_current() == NULL);
    check(!vr_reactor_is_inherited(survive_reactor));
    check(!vr_reactor_is_stopping(survive_reactor));
    check_int(vr_turn_time(survive_reactor), VR_SEC);
    check(vr_reactor_bytes_per_turn(survive_reactor) > 0);
    check(strlen(vr_reactor_selector(survive_reactor)) > 0);
    return 0;
}

TEST(survives_reactor, questions_need_nothing)
{
    check_int(survive(NULL, ask, NULL), 0);
}
