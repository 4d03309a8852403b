/* SPDX-License-Identifier: MIT */
/**
 * @file test_thread.c
 * Tests of base/thread.h.
 */
#include <vreactor/base/thread.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_sys sys;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond;
static vr_time asked; /* of the system, last */

static int note_wait(void *c, void *l, vr_time span)
{
    check(c == &cond && l == &lock);
    asked = span;
    return 0;
}

/* A clock at a thousand seconds, and waits that are noted. */
static void set_up(void)
{
    vr_test_env_init(&test, 1000 * VR_SEC);
    sys = *vr_test_sys();
    sys.cond_wait = note_wait;
    test.env.sys = &sys;
    vr_cond_init(&cond);
}

TEST(thread, waits_for_what_is_left_on_the_clock_of_the_environment)
{
    set_up();
    vr_cond_wait(&test.env, &cond, &lock, 1030 * VR_SEC);
    check_int(asked, 30 * VR_SEC);
    vr_test_advance(&test, 29 * VR_SEC);
    vr_cond_wait(&test.env, &cond, &lock, 1030 * VR_SEC);
    check_int(asked, VR_SEC);
    vr_test_advance(&test, 2 * VR_SEC);
    vr_cond_wait(&test.env, &cond, &lock, 1030 * VR_SEC);
    check_int(asked, 0);
    vr_cond_wait(&test.env, &cond, &lock, VR_TIME_MAX);
    check_int(asked, -1);
}

TEST(thread, waits_long_and_not_for_ever_from_far_below_zero)
{
    set_up();
    vr_test_env_init(&test, -10 * 365 * 24 * 3600 * VR_SEC);
    test.env.sys = &sys;
    vr_cond_wait(&test.env, &cond, &lock, VR_TIME_MAX - 1);
    check_int(asked, VR_TIME_MAX);
}

TEST(thread, takes_a_negative_span_for_ever)
{
    set_up();
    check_int(vr_due_in(&test.env, VR_SEC), 1001 * VR_SEC);
    check_int(vr_due_in(&test.env, 0), 1000 * VR_SEC);
    check_int(vr_due_in(&test.env, -1), VR_TIME_MAX);
    check_int(vr_due_in(&test.env, VR_TIME_MAX), VR_TIME_MAX);
}

/* A negative time would be for ever. */
static vr_time time_until(vr_time due)
{
    vr_time now = vr_now(NULL);

    return due > now ? due - now : 0;
}

TEST(thread, waits_no_shorter_than_it_was_asked_to)
{
    vr_time due = vr_due_in(NULL, VR_MSEC);

    vr_cond_init(&cond);
    check(!pthread_mutex_lock(&lock));
    while (!vr_sys_default()->cond_wait(&cond, &lock, time_until(due)))
        ; /* for nothing */
    check_int(errno, ETIMEDOUT);
    check(vr_now(NULL) >= due);
    check(!pthread_mutex_unlock(&lock));
}

static bool ready;

static void *wake(void *arg)
{
    check(!pthread_mutex_lock(&lock));
    ready = true;
    check(!pthread_cond_signal(&cond));
    check(!pthread_mutex_unlock(&lock));
    return arg;
}

TEST(thread, waits_for_ever_until_it_is_woken)
{
    pthread_t thread;

    vr_cond_init(&cond);
    check(!pthread_mutex_lock(&lock));
    check_int(vr_thread_start(NULL, &thread, wake, NULL), 0);
    while (!ready)
        vr_cond_wait(NULL, &cond, &lock, VR_TIME_MAX);
    check(!pthread_mutex_unlock(&lock));
    check(!pthread_join(thread, NULL));
}

static void check_what_is_blocked(void)
{
    static const int left_alone[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,
                                     SIGTRAP, SIGSYS, SIGABRT, SIGPROF};
    sigset_t blocked;

    check(!pthread_sigmask(SIG_SETMASK, NULL, &blocked));
    check(sigismember(&blocked, SIGTERM));
    check(sigismember(&blocked, SIGCHLD));
    for (size_t i = 0; i < sizeof(left_alone) / sizeof(*left_alone); i++)
        check(!sigismember(&blocked, left_alone[i]));
}

static void *look_at_itself(void *ret_name)
{
    check_what_is_blocked();
    vr_thread_name("a name of more\xc3\xa4 than fifteen bytes");
#ifdef HAVE_PTHREAD_SETNAME_NP
    check(!pthread_getname_np(pthread_self(), ret_name, 64));
#endif
    return NULL;
}

TEST(thread,
     takes_no_signals_but_faults_and_has_as_much_of_its_name_as_there_is_room)
{
    char name[64] = "a name"; /* where the system tells none */
    pthread_t thread;
    sigset_t blocked;

    check_int(vr_thread_start(NULL, &thread, look_at_itself, name), 0);
    check(!pthread_join(thread, NULL));
    check(!strcmp(name, "a name") || !strcmp(name, "a name of more"));
    check(!pthread_sigmask(SIG_SETMASK, NULL, &blocked));
    check(!sigismember(&blocked, SIGTERM));
}

static void *look_at_profiling(void *arg)
{
    sigset_t blocked;

    (void)arg;
    check(!pthread_sigmask(SIG_SETMASK, NULL, &blocked));
    check(sigismember(&blocked, SIGPROF));
    return NULL;
}

TEST(thread, keeps_blocked_what_its_maker_had_blocked)
{
    pthread_t thread;
    sigset_t prof;

    sigemptyset(&prof);
    sigaddset(&prof, SIGPROF);
    check(!pthread_sigmask(SIG_BLOCK, &prof, NULL));
    check_int(vr_thread_start(NULL, &thread, look_at_profiling, NULL), 0);
    check(!pthread_join(thread, NULL));
    check(!pthread_sigmask(SIG_UNBLOCK, &prof, NULL));
}

TEST(thread, says_when_the_system_has_none_left)
{
    pthread_t thread;
    sigset_t blocked;

    vr_test_env_init(&test, 0);
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, INT_MAX, 0);
    check_int(vr_thread_start(&test.env, &thread, wake, NULL), -EAGAIN);
    check(!pthread_sigmask(SIG_SETMASK, NULL, &blocked));
    check(!sigismember(&blocked, SIGTERM));
}
