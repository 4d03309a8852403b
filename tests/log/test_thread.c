/* SPDX-License-Identifier: MIT */
/**
 * @file test_thread.c
 * Watchers that run on a thread of their own, and what they cannot harm.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/log/thread.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "judge.h"
#include "recorder.h"

static struct vr_log_thread *thread;
static struct vr_logger *logger;
static struct recorder recorder;

static void start(const struct vr_env *env, size_t size)
{
    struct vr_log_thread_options options = {.size = sizeof(options),
                                            .prefix = "main",
                                            .ring_size = size,
                                            .env = env};

    check_int(vr_log_thread_new(&options, &thread), 0);
    logger = vr_log_thread_logger(thread);
    recorder_init(&recorder);
    check_int(vr_logger_attach(logger, &recorder.base), 0);
}

static void stop(void)
{
    check_int(vr_log_thread_free(thread, -1), 0);
}

/* promise log-20 */
TEST(log_thread, shows_all_before_it_ends)
{
    start(NULL, 0);

    vr_log_info(logger, "a");
    vr_log_info(logger, "b");
    stop();

    check_str(recorder.text, "20 main a;20 main b;");
    check(recorder.base.logger == NULL);
}

TEST(log_thread, needs_no_options_and_ends_without_a_word)
{
    check_int(vr_log_thread_new(NULL, &thread), 0);
    stop();
    check_int(vr_log_thread_free(NULL, 0), 0);
}

TEST(log_thread, refuses_options_that_it_does_not_know)
{
    struct {
        struct vr_log_thread_options known;
        size_t later;
    } newer = {.known.size = sizeof(newer), .later = 1};

    check_int(vr_log_thread_new(&newer.known, &thread), -E2BIG);
}

/* ---- a watcher that hangs ---- */

struct stuck {
    struct vr_log_watcher base;
    sem_t entered, go_on;
    pthread_t where;
    bool left; /* atomic */
};

static void hang(struct vr_log_watcher *watcher,
                 const struct vr_log_entry *entry)
{
    struct stuck *self = vr_container_of(watcher, struct stuck, base);

    (void)entry;
    self->where = pthread_self();
    sem_post(&self->entered);
    while (sem_wait(&self->go_on))
        ;
    __atomic_store_n(&self->left, true, __ATOMIC_RELEASE);
}

static struct stuck stuck;

static void get_stuck(struct vr_logger *where)
{
    sem_init(&stuck.entered, 0, 0);
    sem_init(&stuck.go_on, 0, 0);
    vr_log_watcher_init(&stuck.base, hang);
    check_int(vr_logger_attach(where, &stuck.base), 0);
    vr_log_info(logger, "hang");
    sem_wait(&stuck.entered);
}

static void start_stuck(size_t size)
{
    start(NULL, size);
    get_stuck(logger);
}

static void let_go(void)
{
    for (int i = 0; i < 1000; i++)
        sem_post(&stuck.go_on);
}

/* promise log-2 */
TEST(log_thread, runs_watchers_on_another_thread)
{
    start_stuck(0);
    let_go();
    stop();
    check(!pthread_equal(stuck.where, pthread_self()));
}

/* promise log-5 */
/* A watcher that blocks holds up no log call. */
TEST(log_thread, a_watcher_that_hangs_costs_entries_but_no_time)
{
    int logged = 1;
    start_stuck(4096);

    while (vr_logger_dropped(logger) < 1000) {
        vr_log_info(logger, "%d", logged);
        logged++;
    }
    let_go();
    stop();

    check_int(recorder.missed, 1000);
    check_int(recorder.count, logged - 1000 + 1);
}

TEST(log_thread, flush_waits_no_longer_than_told)
{
    start_stuck(0);

    check_int(vr_log_flush(logger, VR_MSEC), -ETIMEDOUT);
    let_go();
    check_int(vr_log_flush(logger, -1), 0);

    check_str(recorder.text, "20 main hang;");
    stop();
}

/* promise log-20 */
TEST(log_thread, free_waits_no_longer_than_told_and_can_be_called_again)
{
    start_stuck(0);

    check_int(vr_log_thread_free(thread, VR_MSEC), -ETIMEDOUT);
    let_go();
    stop();
}

static void *release_later(void *arg)
{
    (void)arg;
    let_go();
    return NULL;
}

/* promise log-11 */
TEST(log_thread, detach_waits_for_the_watcher_that_runs)
{
    pthread_t helper;
    start_stuck(0);

    check_int(pthread_create(&helper, NULL, release_later, NULL), 0);
    vr_logger_detach(&stuck.base);
    check(__atomic_load_n(&stuck.left, __ATOMIC_ACQUIRE));
    memset(&stuck.base, 0xee, sizeof(stuck.base));
    vr_log_info(logger, "alone");
    stop();

    check_int(pthread_join(helper, NULL), 0);
    check_str(recorder.text, "20 main hang;20 main alone;");
}

/* As with any watcher; a logger brings its own along. */
TEST(log_thread, the_end_of_a_logger_behind_waits_for_its_watchers)
{
    struct vr_logger behind;
    pthread_t helper;
    start(NULL, 0);
    vr_logger_init(&behind, NULL, NULL);
    check_int(vr_logger_attach(logger, &behind.base), 0);
    get_stuck(&behind);

    check_int(pthread_create(&helper, NULL, release_later, NULL), 0);
    vr_logger_fini(&behind);
    check(__atomic_load_n(&stuck.left, __ATOMIC_ACQUIRE));
    memset(&behind, 0xee, sizeof(behind));
    stop();

    check_int(pthread_join(helper, NULL), 0);
}

static int from_inside;

static void free_it(struct vr_log_watcher *watcher,
                    const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    from_inside = vr_log_thread_free(thread, -1);
}

TEST(log_thread, a_watcher_cannot_end_the_thread_it_runs_on)
{
    struct vr_log_watcher watcher;
    start(NULL, 0);
    vr_log_watcher_init(&watcher, free_it);
    check_int(vr_logger_attach(logger, &watcher), 0);

    vr_log_info(logger, "a");
    check_int(vr_log_flush(logger, -1), 0);

    check_int(from_inside, -EDEADLK);
    stop();
}

/* ---- several loggers ---- */

/* promise log-3 */
TEST(log_thread, takes_the_entries_of_loggers_it_is_attached_to)
{
    struct vr_logger other;
    start(NULL, 0);
    vr_logger_init(&other, NULL, "other");
    check_int(vr_logger_attach(&other, &logger->base), 0);

    vr_log_info(&other, "a");
    check_int(vr_log_flush(logger, -1), 0);

    check_str(recorder.text, "20 other a;");
    vr_logger_fini(&other);
    stop();
}

HEAVY_TEST(log_thread, brings_all_entries_of_eight_threads_or_counts_them)
{
    struct crowd crowd = {.lines = 100000, .threads = 8};
    struct judge watcher;
    start(NULL, 0);
    vr_logger_detach(&recorder.base);
    judge_init(&watcher);
    check_int(vr_logger_attach(logger, &watcher.base), 0);
    crowd.logger = logger;

    crowd_start(&crowd);
    crowd_join(&crowd);
    check_int(vr_log_flush(logger, -1), 0);
    size_t dropped = vr_logger_dropped(logger);
    stop();

    check(!watcher.disordered);
    check_int(watcher.missed, dropped);
    check_int(watcher.seen + watcher.missed, 800000);
}

/* ---- failures ---- */

TEST(log_thread, is_made_or_not_whatever_memory_does)
{
    struct vr_test_env env;
    int err, nth = 0;

    do {
        vr_test_env_init(&env, 0);
        vr_test_fail_allocation(&env, ++nth, 1);
        struct vr_log_thread_options options = {.size = sizeof(options),
                                                .env = &env.env};
        err = vr_log_thread_new(&options, &thread);
        check(err == 0 || err == -ENOMEM);
        if (!err)
            stop();
        check_int(vr_test_blocks(&env), 0);
    } while (err);
    check(nth > 3);
}

TEST(log_thread, is_made_or_not_whatever_the_system_does)
{
    struct vr_test_env env;
    struct vr_log_thread_options options = {.size = sizeof(options),
                                            .env = &env.env};
    int err, nth = 0;

    do {
        vr_test_sys_reset();
        vr_test_env_init(&env, 0);
        vr_test_sys_fail(VR_TEST_SYS_ANY, ++nth, 1, 0);
        err = vr_log_thread_new(&options, &thread);
        vr_test_sys_fail(VR_TEST_SYS_ANY, 0, 0, 0);
        check(err <= 0);
        if (!err)
            stop();
        check_int(vr_test_blocks(&env), 0);
    } while (err && nth < 20);
    check(nth > 1 && nth < 20);
}

TEST(log_thread, goes_on_when_waiting_and_waking_fail)
{
    struct vr_test_env env;
    vr_test_sys_reset();
    vr_test_env_init(&env, 0);
    start(&env.env, 0);

    vr_test_sys_fail(VR_TEST_SYS_POLL, 1, 3, EINTR);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 1, 1, EIO);
    for (int i = 0; i < 100; i++) {
        vr_log_info(logger, "%d", i);
        check_int(vr_log_flush(logger, i ? -1 : 0) > 0, 0);
    }
    stop();

    check_int(recorder.count, 100);
}

TEST(log_thread, tries_thrice_to_tell_the_thread_to_end)
{
    struct vr_test_env env;
    vr_test_sys_reset();
    vr_test_env_init(&env, 0);
    start(&env.env, 0);

    vr_test_sys_fail(VR_TEST_SYS_WRITE, 1, 3, EIO);
    check_int(vr_log_thread_free(thread, -1), -EAGAIN);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 1, 2, EIO);
    stop();

    check_int(vr_test_blocks(&env), 0);
}

static sem_t heard;

static void tell(struct vr_log_watcher *watcher,
                 const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    sem_post(&heard);
}

/* It is not woken for most of them, as it looks again by itself. */
TEST(log_thread, shows_each_entry_soon_though_nobody_waits)
{
    struct vr_log_watcher watcher;
    start(NULL, 0);
    sem_init(&heard, 0, 0);
    vr_log_watcher_init(&watcher, tell);
    check_int(vr_logger_attach(logger, &watcher), 0);

    for (int i = 0; i < 50; i++) {
        vr_log_info(logger, "%d", i);
        while (sem_wait(&heard))
            ;
    }
    stop();

    check_int(recorder.count, 50);
}

TEST(log_thread, is_the_parents_alone)
{
    int status;
    start(NULL, 0);

    pid_t child = fork();
    if (!child) {
        vr_log_info(logger, "to nobody");
        _exit(vr_log_thread_free(thread, -1) == -ECHILD ? 0 : 1);
    }
    check(waitpid(child, &status, 0) == child);
    check_int(status, 0);
    vr_log_info(logger, "parent");
    stop();

    check_str(recorder.text, "20 main parent;");
}
