/* SPDX-License-Identifier: MIT */
/**
 * @file test_console.c
 * Lines on a descriptor.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <vreactor/log/console.h>
#include <vreactor/log/default.h>
#include <vreactor/log/log.h>

#include "recorder.h"

enum { NOTHING = INT_MIN };

/* What write() does here, call by call: so many bytes at most, NOTHING, or
 * -errno; 0 ends the plan, and then it is write(2). */
static int plan[8];
static int calls;

static ssize_t planned_write(int fd, const void *buf, size_t size)
{
    int step = calls < 8 ? plan[calls] : 0;

    calls++;
    if (step == NOTHING)
        return 0;
    if (step < 0) {
        errno = -step;
        return -1;
    }
    return write(fd, buf, step && (size_t)step < size ? (size_t)step : size);
}

static struct vr_sys sys;
static struct counting_env env;
static struct vr_log_console console;
static struct vr_logger logger;
static int ends[2];
static char got[8192];

static void start(void)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.write = planned_write;
    counting_env_init(&env);
    env.env.sys = &sys;
    check_int(pipe(ends), 0);
    vr_logger_init(&logger, &env.env, NULL);
    vr_log_console_init(&console, &env.env, ends[1]);
    console.format.utc = true;
    check_int(vr_logger_attach(&logger, &console.base), 0);
}

/* All that was written; ends the test's objects. */
static const char *finish(void)
{
    size_t len = 0;
    ssize_t count;

    vr_logger_fini(&logger);
    (void)close(ends[1]);
    while ((count = read(ends[0], got + len, sizeof(got) - 1 - len)) > 0)
        len += (size_t)count;
    (void)close(ends[0]);
    got[len] = '\0';
    return got;
}

TEST(console, writes_each_entry_as_a_line_in_one_call)
{
    start();

    vr_log_as(&logger, "P", VR_LOG_INFO, "a\nb");
    vr_log_warn(&logger, "c");

    check_int(calls, 2);
    check_int(env.calls, 0); /* no memory asked for */
    check_str(finish(), "00:00:00 20 P: a\\nb\n00:00:00 30 c\n");
}

TEST(console, goes_on_after_part_of_a_line_and_after_a_signal)
{
    start();
    plan[0] = 3;
    plan[1] = -EINTR;
    plan[2] = 1;

    vr_log_info(&logger, "text");

    check_int(calls, 4);
    check_int(vr_log_console_dropped(&console), 0);
    check_str(finish(), "00:00:00 20 text\n");
}

static bool is_pending(int number)
{
    sigset_t pending;

    check_int(sigpending(&pending), 0);
    return sigismember(&pending, number) == 1;
}

static void block(int how, int number)
{
    sigset_t one;

    check_int(sigemptyset(&one), 0);
    check_int(sigaddset(&one, number), 0);
    check_int(pthread_sigmask(how, &one, NULL), 0);
}

/* promise log-17 */
TEST(console, that_nobody_reads_raises_no_signal)
{
    sigset_t blocked;
    start();
    (void)close(ends[0]);

    vr_log_info(&logger, "a");
    check_int(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
    check_int(sigismember(&blocked, SIGPIPE), 0);
    check(!is_pending(SIGPIPE));
    block(SIG_BLOCK, SIGPIPE);
    vr_log_info(&logger, "b");
    check(!is_pending(SIGPIPE));

    check_int(vr_log_console_dropped(&console), 2);
    check_int(vr_log_output_error(&console.output), -EPIPE);
    vr_logger_fini(&logger);
    (void)close(ends[1]);
}

TEST(console, leaves_a_signal_that_was_there_before)
{
    start();
    (void)close(ends[0]);
    block(SIG_BLOCK, SIGPIPE);
    check_int(raise(SIGPIPE), 0);

    vr_log_info(&logger, "a");

    check(is_pending(SIGPIPE));
    (void)signal(SIGPIPE, SIG_IGN);
    block(SIG_UNBLOCK, SIGPIPE);
    vr_logger_fini(&logger);
    (void)close(ends[1]);
}

TEST(console, does_not_try_for_ever_where_nothing_goes_out)
{
    start();
    plan[0] = NOTHING;

    vr_log_info(&logger, "a");

    check_int(vr_log_console_dropped(&console), 1);
    check_int(vr_log_output_error(&console.output), -EIO);
    check_str(finish(), "");
}

/* promise log-16 */
TEST(console, drops_and_counts_what_is_refused)
{
    start();
    plan[0] = -EAGAIN;
    plan[1] = -EPIPE;
    plan[2] = 8;
    plan[3] = -EIO;

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    vr_log_info(&logger, "c");
    vr_log_info(&logger, "d");
    vr_log_info(&logger, "e");

    check_int(vr_log_console_dropped(&console), 3);
    check_str(finish(), "00:00:00\n00:00:00 30 3 lines dropped\n"
                        "00:00:00 20 d\n00:00:00 20 e\n");
}

/* So that the counts of a file add up. */
TEST(console, tells_of_what_a_line_that_was_refused_told_of)
{
    struct vr_log_entry gap = {.text = "42 entries dropped", .missed = 42};
    start();
    plan[0] = plan[1] = -EAGAIN;

    vr_log_watcher_offer(&console.base, &gap);
    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");

    check_int(vr_log_console_dropped(&console), 2);
    check_str(finish(), "00:00:00 30 43 lines dropped\n00:00:00 20 b\n");
}

TEST(console, writes_a_long_line_whole_and_in_one_call)
{
    start();

    vr_log_info(&logger, "%04000d", 1);

    check_int(calls, 1);
    check_int(env.live, 0);
    check_int(strlen(finish()), strlen("00:00:00 20 ") + 4000 + 1);
    check_str(got + strlen(got) - 3, "01\n");
}

TEST(console, needs_no_memory_up_to_its_limit)
{
    struct vr_log_entry entry = {.level = VR_LOG_INFO};
    char text[1100];
    start();

    memset(text, 'x', sizeof(text));
    text[1023 - strlen("00:00:00 20 \n")] = '\0';
    entry.text = text;
    vr_log_watcher_offer(&console.base, &entry);
    check_int(env.calls, 0);
    strcat(text, "x");
    vr_log_watcher_offer(&console.base, &entry);
    check_int(env.calls, 1);
    check_int(env.live, 0);

    check_int(strlen(finish()), 1023 + 1024);
}

TEST(console, drops_and_counts_a_long_line_without_memory)
{
    struct vr_log_entry entry = {.level = VR_LOG_INFO};
    char text[2000];
    start();

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    entry.text = text;
    env.empty = true;
    vr_log_watcher_offer(&console.base, &entry);
    vr_log_info(&logger, "short");

    check_int(vr_log_console_dropped(&console), 1);
    check_str(finish(), "00:00:00 30 1 line dropped\n00:00:00 20 short\n");
}

enum { THREADS = 3, LINES = 50 };

static void *log_through_a_relay(void *arg)
{
    struct vr_logger mine;
    struct vr_log_relay relay;

    (void)arg;
    vr_logger_init(&mine, NULL, NULL);
    vr_log_relay_init(&relay, vr_log_default_watcher());
    check_int(vr_logger_attach(&mine, &relay.base), 0);
    for (int i = 0; i < LINES; i++) {
        vr_log_debug(&mine, "held back");
        vr_log_as(&mine, "thread", 20, "text");
    }
    vr_logger_fini(&mine);
    return NULL;
}

TEST(console, is_shared_by_loggers_on_their_threads)
{
    const char line[] = "00:00:00 20 thread: text\n";
    struct vr_log_level_filter filter;
    pthread_t threads[THREADS];
    start();
    vr_log_console_init(&console, NULL, ends[1]);
    vr_logger_init(&logger, NULL, NULL);
    vr_log_level_filter_init(&filter, VR_LOG_INFO);
    vr_log_watcher_add_filter(&console.base, &filter.filter);
    vr_log_set_default_watcher(&console.base);

    for (int i = 0; i < THREADS; i++)
        check_int(pthread_create(&threads[i], NULL, log_through_a_relay, NULL),
                  0);
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    vr_log_set_default_watcher(NULL);

    check_int(strlen(finish()), THREADS * LINES * strlen(line));
    for (int i = 0; i < THREADS * LINES; i++) /* but for the time */
        check_mem(got + (size_t)i * strlen(line) + 8, line + 8,
                  strlen(line) - 8);
}
