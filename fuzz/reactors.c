/* SPDX-License-Identifier: MIT */
/**
 * @file reactors.c
 * Two reactors on one thread, one of them embedded at times: each callback of
 * either posts to, schedules on, pumps, turns, stops, closes and frees any of
 * them.  What was asked for comes to exactly one end, never in a reactor that
 * is gone, posts in the order in which they were posted; and a turn, a close
 * and a free are refused just where the headers say.
 *
 *   reaches reactor/close.c: post->cancelled(post);
 *   reaches reactor/close.c: vr_call_drop(call);
 *   reaches reactor/schedule.c: send_discard(scheduled);
 *   reaches reactor/embed.c: tell_due(reactor, due);
 */
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/script.h>

#include "fuzz/fuzz.h"

const char fuzz_target[] = "reactors";

enum { REACTORS = 2, JOBS = 128, SOONS = 4, MOST_OPS = 160, DEPTH = 5 };

struct host {
    struct vr_test_script script;
    struct vr_reactor *reactor; /* NULL: freed */
    bool in_turn, closing, closed;
    int posted, ran; /* posts given, and the place of the last that ran */
};

/* Something that is to run, or to hear that it will not: exactly one. */
struct job {
    struct vr_post post;
    struct host *host;
    struct vr_promise *promise; /* NULL: none */
    struct vr_pending *pending;
    uint64_t id; /* of a task; 0: none */
    int place;   /* among the posts to its host; 0: it may overtake */
    int ends;
    bool is_given;
};

/* A pump or a closing, which is added again and again. */
struct member {
    struct vr_soon soon;
    struct host *host;
    bool waits;
};

static struct {
    struct fuzz_input in;
    struct vr_test_env test;
    struct host hosts[REACTORS];
    struct job jobs[JOBS];
    struct member pumps[SOONS], closings[SOONS];
    int job_count, depth, ops;
} it;

static void act_some(void);

static void end_job(struct job *job, bool has_run)
{
    struct host *host = job->host;

    fuzz_check(job->is_given && !job->ends++);
    if (has_run && job->place) {
        fuzz_check(job->place == host->ran + 1);
        host->ran = job->place;
    }
    fuzz_check(host->reactor &&
               (has_run ? host->in_turn : host->closing || host->closed));
    act_some();
}

static void run_post(struct vr_post *post)
{
    end_job(vr_container_of(post, struct job, post), true);
}

static void post_cancelled(struct vr_post *post)
{
    end_job(vr_container_of(post, struct job, post), false);
}

static void run_task(void *arg)
{
    end_job(arg, true);
}

static void task_cancelled(void *arg)
{
    end_job(arg, false);
}

static struct vr_result promised(void *arg, struct vr_result result)
{
    struct job *job = arg;

    fuzz_check(!job->ends++);
    vr_result_free(result);
    act_some();
    return vr_ok(vr_value_none());
}

static void give(struct job *job, struct host *host, unsigned kind)
{
    const struct vr_task task = {
        .run = run_task, .cancelled = task_cancelled, .arg = job};

    job->post = (struct vr_post){.run = run_post, .cancelled = post_cancelled};
    job->host = host;
    job->is_given = true;
    it.job_count++;
    if (kind == 0) {
        job->place = ++host->posted;
        vr_reactor_post(host->reactor, &job->post);
    } else if (kind == 1)
        vr_reactor_execute(host->reactor, &job->post);
    else
        fuzz_check(!vr_schedule(host->reactor, fuzz_byte(&it.in) * VR_MSEC,
                                &task, &job->id));
}

static void promise(struct job *job, struct host *host)
{
    job->pending =
        vr_promise_new(host->reactor, NULL, vr_value_none(), &job->promise);
    fuzz_check(!job->promise == (host->closing || host->closed));
    if (!job->promise) {
        fuzz_check(vr_await(job->pending, NULL, NULL) == -VR_ECLOSED);
        job->pending = NULL;
        return;
    }
    it.job_count++;
    job->host = host;
    fuzz_check(!vr_pending_both(job->pending, promised, job));
}

static void cancel_or_settle(struct job *job)
{
    struct host *host = job->host;

    if (job->promise) {
        (void)vr_promise_fire(job->promise, vr_value_none());
        vr_promise_unref(job->promise);
        job->promise = NULL;
    } else if (job->id && host->reactor && !host->closing) {
        bool taken = vr_schedule_cancel(host->reactor, job->id);
        fuzz_check(!taken || !job->ends);
        job->ends += taken;
    }
}

static struct host *begin_member(struct vr_soon *soon)
{
    struct member *member = vr_container_of(soon, struct member, soon);

    fuzz_check(member->waits && !vr_soon_is_waiting(soon));
    fuzz_check(member->host->reactor);
    member->waits = false;
    return member->host;
}

static void run_pump(struct vr_soon *soon)
{
    struct host *host = begin_member(soon);

    fuzz_check(host->in_turn && !vr_reactor_is_stopping(host->reactor));
    act_some();
}

static void run_closing(struct vr_soon *soon)
{
    struct host *host = begin_member(soon);

    fuzz_check(host->in_turn || host->closing || host->closed);
    act_some();
}

/* A pump may have been forgotten by a close. */
static void add_or_cancel(struct member *member, struct host *host)
{
    if (vr_soon_is_waiting(&member->soon)) {
        fuzz_check(member->waits);
        vr_soon_cancel(&member->soon);
        member->waits = false;
        return;
    }
    fuzz_check(!member->waits ||
               (member->soon.run == run_pump &&
                (member->host->closing || member->host->closed)));
    member->host = host;
    member->waits = true;
    if (member->soon.run == run_pump)
        vr_soon_add_pump(&member->soon, host->reactor);
    else
        vr_soon_add_closing(&member->soon, host->reactor);
}

static void make_turn(struct host *host)
{
    bool may = !host->in_turn && !host->closing && !host->closed;

    host->in_turn |= may;
    int result = vr_reactor_turn(host->reactor, may ? -1 : 0);
    if (may) {
        fuzz_check(result == 0 || result == 1);
        host->in_turn = false;
    } else {
        fuzz_check(result == (host->in_turn ? -EBUSY : -VR_ECLOSED));
    }
}

static void close_host(struct host *host, bool frees)
{
    struct vr_reactor *reactor = host->reactor;
    bool busy = host->in_turn || host->closing;

    if (busy) {
        fuzz_check((frees ? vr_reactor_free(reactor)
                          : vr_reactor_close(reactor)) == -EBUSY);
        return;
    }
    for (int i = 0; frees && i < it.job_count; i++)
        if (it.jobs[i].host == host && it.jobs[i].pending) {
            vr_pending_free(it.jobs[i].pending); /* before its reactor */
            it.jobs[i].pending = NULL;
        }
    if (host->in_turn || host->closing || host->reactor != reactor)
        return; /* by a handler of one of those */
    host->closing = true;
    fuzz_check(!vr_reactor_close(reactor));
    host->closing = false;
    host->closed = true;
    if (!frees)
        return;
    for (int i = 0; i < it.job_count; i++)
        if (it.jobs[i].host == host && it.jobs[i].pending)
            return; /* made meanwhile */
    host->closing = true;
    fuzz_check(!vr_reactor_free(reactor));
    host->reactor = NULL;
    host->closing = false;
}

static void need_turn(void *arg, vr_time due)
{
    struct host *host = arg;

    (void)due;
    fuzz_check(host->reactor && !host->closed);
}

static void act(void)
{
    struct host *host = &it.hosts[fuzz_below(&it.in, REACTORS)];
    struct job *job = &it.jobs[it.job_count];
    unsigned kind = fuzz_below(&it.in, 18);

    if (!host->reactor)
        return;
    if (kind < 6 && it.job_count < JOBS)
        give(job, host, kind % 3);
    else if (kind < 8 && it.job_count < JOBS)
        promise(job, host);
    else if (kind == 8 && it.job_count)
        cancel_or_settle(&it.jobs[fuzz_byte(&it.in) % it.job_count]);
    else if (kind < 12)
        make_turn(host);
    else if (kind == 12)
        vr_reactor_stop(host->reactor);
    else if (kind == 13 && !host->in_turn && !host->closing)
        fuzz_check(vr_reactor_embed(host->reactor, need_turn, host) ==
                   (host->closed ? -VR_ECLOSED : 0));
    else if (kind == 14 || kind == 15)
        close_host(host, kind == 15);
    else if (kind == 16)
        add_or_cancel(&it.pumps[fuzz_below(&it.in, SOONS)], host);
    else if (kind == 17)
        add_or_cancel(&it.closings[fuzz_below(&it.in, SOONS)], host);
}

static void act_some(void)
{
    if (it.depth == DEPTH)
        return;
    it.depth++;
    for (unsigned n = fuzz_below(&it.in, 4); n > 0; n--)
        if (!fuzz_done(&it.in) && it.ops++ < MOST_OPS)
            act();
    it.depth--;
}

static void end(void)
{
    for (int i = 0; i < it.job_count; i++)
        if (it.jobs[i].pending)
            vr_pending_free(it.jobs[i].pending);
    for (int i = 0; i < REACTORS; i++)
        if (it.hosts[i].reactor) {
            it.hosts[i].closing = true;
            fuzz_check(!vr_reactor_free(it.hosts[i].reactor));
            it.hosts[i].reactor = NULL;
        }
    for (int i = 0; i < SOONS; i++) {
        fuzz_check(!vr_soon_is_waiting(&it.pumps[i].soon));
        fuzz_check(!it.closings[i].waits);
    }
    for (int i = 0; i < it.job_count; i++) {
        vr_promise_unref(it.jobs[i].promise);
        fuzz_check(it.jobs[i].ends == 1);
    }
    fuzz_check(!vr_test_blocks(&it.test));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&it, 0, sizeof(it));
    it.in = fuzz_input(data, size);
    vr_test_env_init(&it.test, 0);
    for (int i = 0; i < REACTORS; i++) {
        vr_test_script_init(&it.hosts[i].script, &it.test);
        fuzz_check(!vr_test_script_reactor(&it.hosts[i].script, NULL,
                                           &it.hosts[i].reactor));
    }
    for (int i = 0; i < SOONS; i++) {
        vr_soon_init(&it.pumps[i].soon, run_pump);
        vr_soon_init(&it.closings[i].soon, run_closing);
    }
    while (!fuzz_done(&it.in) && it.ops < MOST_OPS)
        act_some();
    it.ops = MOST_OPS; /* who hears of the end does no more */
    end();
    return 0;
}
