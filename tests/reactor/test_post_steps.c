/* SPDX-License-Identifier: MIT */
/**
 * @file test_post_steps.c
 * Tests of reactor/post.h: posts and stops that come between any two steps of
 * a turn, as another thread's may.
 */
#include <vreactor/reactor/post.h>

#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/selectors/selector.h>

#include "selector_fixture.h"
#include "tests/support/test.h"

enum { LETTERS = 2, ENDLESS = 8 };

struct letter {
    struct vr_post post;
    int comes_at; /* the step before which it is posted */
    int runs;
};

static struct vr_reactor *reactor;
static struct vr_selector_ops stepping;
static struct vr_sys sys;
static struct vr_env env;
static struct letter letters[LETTERS];
static int step;     /* steps begun */
static int sleeps;   /* waits that would last */
static int wake_ups; /* written */
static bool stops;   /* a stop comes with the first letter, instead of it */
static bool busy;    /* in a step's own calls */

static void post_what_comes(void)
{
    for (int i = 0; i < LETTERS; i++) {
        if (letters[i].comes_at != step)
            continue;
        if (stops)
            vr_reactor_stop(reactor);
        else
            vr_reactor_post(reactor, &letters[i].post);
    }
}

/* Something between two steps. */
static void begin_step(void)
{
    if (busy)
        return;

    busy = true;
    post_what_comes();
    step++;
    busy = false;
}

static ssize_t read_stepping(int fd, void *buf, size_t size)
{
    begin_step();
    ssize_t len = read(fd, buf, size);
    begin_step();
    return len;
}

static ssize_t write_counting(int fd, const void *buf, size_t size)
{
    wake_ups++;
    return write(fd, buf, size);
}

static vr_time now_stepping(void *arg)
{
    begin_step();
    return vr_env_default()->now(arg);
}

static bool nothing_left(void)
{
    for (int i = 0; i < LETTERS; i++)
        if (letters[i].comes_at < step && !letters[i].runs)
            return false;
    return true;
}

/* A sleep with something left that does not end at once never would. */
static int wait_stepping(struct vr_selector *sel, struct vr_ready *ready,
                         int cap, vr_time timeout)
{
    begin_step();
    sleeps += timeout != 0;
    int found = tested_kind()->wait(sel, ready, cap, 0);
    if (timeout != 0)
        check(found > 0 || nothing_left());
    begin_step();
    return found;
}

static int open_stepping(const struct vr_env *of, void *arg,
                         struct vr_selector **ret_sel)
{
    int err = tested_kind()->open(of, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &stepping;
    return err;
}

static void run_letter(struct vr_post *post)
{
    vr_container_of(post, struct letter, post)->runs++;
    begin_step();
}

static void set_up(int first, int second)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.read = read_stepping;
    sys.write = write_counting;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    env.now = now_stepping;
    stepping = *tested_kind();
    stepping.open = open_stepping;
    stepping.wait = wait_stepping;
    busy = true;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .env = &env,
                      .selector_ops = &stepping,
                  },
                  &reactor),
              0);
    for (int i = 0; i < LETTERS; i++)
        letters[i] = (struct letter){.post.run = run_letter,
                                     .comes_at = i ? second : first};
    step = sleeps = wake_ups = 0;
    busy = false;
}

static void tear_down(void)
{
    busy = true;
    check_int(vr_reactor_free(reactor), 0);
}

/* @return steps there were */
static int check_both_run(int first, int second)
{
    set_up(first, second);
    for (int turns = 0; turns < ENDLESS; turns++)
        check_int(vr_reactor_turn(reactor, -1), 0);
    for (int i = 0; i < LETTERS; i++)
        check_int(letters[i].runs, letters[i].comes_at < step);
    check(wake_ups <= sleeps + 1);
    tear_down();
    return step;
}

/* promise posts-3 */
TEST(post_steps, no_post_is_lost_wherever_it_comes)
{
    int steps = check_both_run(ENDLESS * 100, ENDLESS * 100);

    check(steps > ENDLESS);
    for (int first = 0; first < steps / 2; first++)
        for (int second = first; second < steps / 2; second++)
            (void)check_both_run(first, second);
}

/* One that comes before the run is answered by it. */
/* promise threads-5 */
TEST(post_steps, no_stop_is_lost_wherever_it_comes)
{
    int steps = check_both_run(ENDLESS * 100, ENDLESS * 100);

    stops = true;
    for (int first = 0; first < steps / 2; first++) {
        set_up(first, -1);
        letters[1].runs = 1; /* never comes */
        check_int(vr_reactor_run(reactor), 0);
        check(step > first);
        tear_down();
    }
}
