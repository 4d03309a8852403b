/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_signals.c
 * Signal handlers of the program's that stop a reactor and post to it, wherever
 * they interrupt its thread.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/schedule.h>

#include "tests/support/test.h"

enum { LETTERS = 4096 };

struct letter {
    struct vr_post post;
    int runs;
};

static struct vr_reactor *reactor;
static struct letter letters[LETTERS];
static atomic_int posted; /* by handlers */
static int most;          /* that they post; the one after stops */
static int done;

static void run_letter(struct vr_post *post)
{
    struct letter *letter = vr_container_of(post, struct letter, post);

    check_int(letter - letters, done); /* in the order of posting */
    letter->runs++;
    done++;
}

static void on_signal(int number)
{
    int nth = posted;

    (void)number;
    if (nth < most) {
        letters[nth].post = (struct vr_post){.run = run_letter};
        vr_reactor_post(reactor, &letters[nth].post);
    } else {
        vr_reactor_stop(reactor);
    }
    posted = nth + 1;
}

static void handle_signals(void (*handler)(int number))
{
    struct sigaction action = {.sa_handler = handler};

    check_int(sigaction(SIGUSR1, &action, NULL), 0);
}

static void set_up(const struct vr_env *env, int how_many)
{
    struct vr_reactor_options options = {.size = sizeof(options), .env = env};

    check_int(vr_reactor_new(&options, &reactor), 0);
    posted = done = 0;
    most = how_many;
    handle_signals(on_signal);
}

/* What was posted behind the stop is done by the turns that follow. */
static void tear_down(void)
{
    handle_signals(SIG_IGN);
    for (int i = 0; i < LETTERS && done < most && done < posted; i++)
        check_int(vr_reactor_turn(reactor, 0) < 0, 0);
    int all = posted < most ? posted : most;
    check_int(done, all);
    for (int i = 0; i < all; i++)
        check_int(letters[i].runs, 1);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- at the system calls and the memory of the library ---- */

static struct vr_sys sys;
static struct vr_env raising;
static bool raises;

static void raise_one(void)
{
    int before = errno;

    if (!raises || posted > most)
        return;
    check_int(raise(SIGUSR1), 0);
    check_int(errno, before);
}

static ssize_t raise_read(int fd, void *buf, size_t size)
{
    raise_one();
    ssize_t len = vr_sys_default()->read(fd, buf, size);
    raise_one();
    return len;
}

static ssize_t raise_write(int fd, const void *buf, size_t size)
{
    ssize_t len = vr_sys_default()->write(fd, buf, size);
    if (!raises)
        return len;

    raises = false; /* by this handler */
    (void)raise(SIGUSR1);
    raises = true;
    return len;
}

static void *raise_resize(void *ctx, void *old, size_t size)
{
    raise_one();
    return vr_env_default()->resize(ctx, old, size);
}

static vr_time raise_now(void *ctx)
{
    raise_one();
    return vr_env_default()->now(ctx);
}

static void raise_in_task(void *arg)
{
    (void)arg;
    raise_one();
}

static void again(struct vr_call *call)
{
    struct vr_task task = {.run = raise_in_task};

    raise_one();
    vr_call_after(call, 0);
    check_int(vr_schedule(reactor, 0, &task, NULL), 0);
}

/* promises posts-6, threads-5 */
TEST(reactor_signals, may_post_and_stop_wherever_they_come)
{
    struct vr_call call;

    sys = (struct vr_sys)VR_SYS_INIT;
    sys.read = raise_read;
    sys.write = raise_write;
    raising = (struct vr_env)VR_ENV_INIT;
    raising.sys = &sys;
    raising.resize = raise_resize;
    raising.now = raise_now;
    set_up(&raising, LETTERS);
    vr_call_init(&call, reactor, again);
    vr_call_after(&call, 0);
    raises = true;
    check_int(vr_reactor_run(reactor), 0);
    raises = false;
    check(posted > most);
    (void)vr_call_cancel(&call);
    tear_down();
}

/* ---- between any two instructions ---- */

static pthread_t loop_thread;

static void *send_signals(void *arg)
{
    (void)arg;
    while (posted <= most) {
        check_int(pthread_kill(loop_thread, SIGUSR1), 0);
        (void)sched_yield();
    }
    return NULL;
}

/* The loop sleeps whenever no signal comes: they wake it. */
/* promise posts-6 */
TEST(reactor_signals, are_heard_by_a_loop_that_sleeps)
{
    pthread_t sender;

    set_up(NULL, 200);
    loop_thread = pthread_self();
    check_int(pthread_create(&sender, NULL, send_signals, NULL), 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(pthread_join(sender, NULL), 0);
    tear_down();
}
