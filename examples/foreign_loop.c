/* SPDX-License-Identifier: MIT */
/**
 * @file foreign_loop.c
 * A small event loop of the kind that servers bring along, put on a reactor.
 *
 * The loop has files and timers of its own, which it serves itself and in its
 * own order, a function that runs before it sleeps, and runs nested inside its
 * callbacks.  Only its system calls are gone: the reactor waits for it,
 * together with all that else is on the reactor.
 */
#define _POSIX_C_SOURCE 200809L /* pipe() */

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <vreactor/vreactor.h>

enum { FILES = 8, TIMERS = 8, AT_ONCE = 4 };

struct loop;

/* ---- the loop, as its program knows it ---- */

struct file {
    struct vr_watch watch;
    void (*serve)(struct loop *loop, int fd);
    int round; /* in which it was added */
};

struct timer {
    vr_time due;
    vr_time (*fire)(struct loop *loop); /* the span to the next time; 0: none */
};

struct loop {
    struct vr_reactor *reactor;
    struct vr_wait_hook hook;
    struct vr_call alarm; /* ends the wait when the next timer is due */
    struct file files[FILES];
    struct timer timers[TIMERS];
    void (*before_sleep)(struct loop *loop);
    int round;        /* of serving; they are nested */
    atomic_int asked; /* by other threads */
};

static int add_file(struct loop *loop, int fd,
                    void (*serve)(struct loop *loop, int fd))
{
    struct file *file = loop->files;

    while (vr_watch_fd(&file->watch) >= 0)
        if (++file == loop->files + FILES)
            return -1;
    file->serve = serve;
    file->round = loop->round;
    return vr_watch_open(&file->watch, loop->reactor, fd, VR_READ, NULL);
}

static void remove_file(struct loop *loop, int fd)
{
    for (int i = 0; i < FILES; i++)
        if (vr_watch_fd(&loop->files[i].watch) == fd)
            vr_watch_close(&loop->files[i].watch);
}

static void add_timer(struct loop *loop, vr_time span,
                      vr_time (*fire)(struct loop *loop))
{
    struct timer *timer = loop->timers;

    while (timer->fire && timer < loop->timers + TIMERS - 1)
        timer++;
    *timer = (struct timer){.due = vr_now(NULL) + span, .fire = fire};
}

/* Any thread may ask. */
static void ask(struct loop *loop)
{
    atomic_fetch_add(&loop->asked, 1);
    vr_reactor_wake(loop->reactor);
}

/* ---- the loop, within ---- */

static vr_time next_due(const struct loop *loop)
{
    vr_time due = VR_TIME_MAX;

    for (int i = 0; i < TIMERS; i++)
        if (loop->timers[i].fire && loop->timers[i].due < due)
            due = loop->timers[i].due;
    return due;
}

static void serve_timers(struct loop *loop)
{
    vr_time now = vr_now(NULL);

    for (int i = 0; i < TIMERS; i++) {
        struct timer *timer = &loop->timers[i];
        if (!timer->fire || timer->due > now)
            continue;
        vr_time span = timer->fire(loop);
        timer->due = now + span;
        if (!span)
            timer->fire = NULL;
    }
}

/* Files first, then timers.  A file may be gone when it is its turn, and then
 * wants nothing; or be another, which was added meanwhile. */
static void serve(struct loop *loop, vr_time timeout)
{
    struct vr_collected ready[AT_ONCE];
    int round = ++loop->round;

    int count =
        vr_reactor_collect(loop->reactor, timeout, 0, ready, AT_ONCE, NULL);
    for (int i = 0; i < count; i++) {
        struct file *file = vr_container_of(ready[i].watch, struct file, watch);
        if (file->round < round &&
            vr_watch_wanted(&file->watch) & ready[i].events)
            file->serve(loop, vr_watch_fd(&file->watch));
    }
    serve_timers(loop);
}

/* Inside a callback: whatever else is due on the reactor waits. */
static void run_nested(struct loop *loop, const bool *is_done)
{
    while (!*is_done && !vr_reactor_is_stopping(loop->reactor)) {
        vr_time due = next_due(loop);
        serve(loop, due == VR_TIME_MAX ? -1 : vr_time_until(due, vr_now(NULL)));
    }
}

static void before_wait(struct vr_wait_hook *hook)
{
    struct loop *loop = vr_container_of(hook, struct loop, hook);

    loop->before_sleep(loop);
    vr_call_at(&loop->alarm, next_due(loop));
}

static void after_wait(struct vr_wait_hook *hook)
{
    struct loop *loop = vr_container_of(hook, struct loop, hook);

    for (int asked = atomic_exchange(&loop->asked, 0); asked > 0; asked--)
        printf("another thread has asked\n");
    serve(loop, 0);
}

static void wake_for_timer(struct vr_call *alarm)
{
    (void)alarm; /* it is served behind the wait that comes next */
}

static void loop_init(struct loop *loop, struct vr_reactor *reactor,
                      void (*before_sleep)(struct loop *loop))
{
    memset(loop, 0, sizeof(*loop));
    loop->reactor = reactor;
    loop->before_sleep = before_sleep;
    for (int i = 0; i < FILES; i++)
        loop->files[i].watch.fd = -1;
    vr_call_init(&loop->alarm, reactor, wake_for_timer);
    loop->hook = (struct vr_wait_hook){.before_wait = before_wait,
                                       .after_wait = after_wait};
    vr_wait_hook_add(&loop->hook, reactor);
}

/* ---- a program ---- */

static int commands[2], data[2]; /* pipes */
static bool is_loaded;
static int naps, progress;
static struct vr_call last;

static void count_nap(struct loop *loop)
{
    (void)loop;
    naps++;
}

static void serve_data(struct loop *loop, int fd)
{
    char buf[16];

    is_loaded = read(fd, buf, sizeof(buf)) > 0;
    remove_file(loop, fd);
}

static vr_time show_progress(struct loop *loop)
{
    (void)loop;
    printf("loading, step %d\n", ++progress);
    if (progress < 3)
        return VR_MSEC;
    return write(data[1], "data", 4) == 4 ? 0 : VR_MSEC;
}

static void end_here(struct vr_call *call)
{
    (void)call;
    printf("a call of the reactor's ends the run\n");
    vr_reactor_stop(vr_reactor_current());
}

/* Returns when all is loaded; meanwhile timers and files go on. */
static void serve_command(struct loop *loop, int fd)
{
    char buf[16];

    if (read(fd, buf, sizeof(buf)) <= 0 || add_file(loop, data[0], serve_data))
        return;
    vr_call_after(&last, 0); /* due, and put off until this has returned */
    add_timer(loop, VR_MSEC, show_progress);
    run_nested(loop, &is_loaded);
    printf("loaded\n");
}

static vr_time send_command(struct loop *loop)
{
    (void)loop;
    return write(commands[1], "load", 4) == 4 ? 0 : VR_MSEC;
}

static void *ask_once(void *loop)
{
    ask(loop);
    return NULL;
}

static int run(struct loop *loop)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, ask_once, loop))
        return 1;
    pthread_join(thread, NULL);
    return vr_reactor_run(loop->reactor);
}

int main(void)
{
    struct vr_reactor *reactor;
    static struct loop loop;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    loop_init(&loop, reactor, count_nap);
    vr_call_init(&last, reactor, end_here);
    int err = pipe(commands) || pipe(data) ||
              add_file(&loop, commands[0], serve_command);
    add_timer(&loop, VR_MSEC, send_command);
    if (!err)
        err = run(&loop);
    remove_file(&loop, commands[0]);
    vr_reactor_free(reactor);
    return err || !is_loaded || naps < 2;
}
