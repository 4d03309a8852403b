/* SPDX-License-Identifier: MIT */
/**
 * @file test_file.c
 * Lines in a file, whatever becomes of it.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vreactor/log/file.h>
#include <vreactor/log/log.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

static char dir[] = "/tmp/vr-log-XXXXXX";
static char path[64], old[64];
static struct vr_test_env env;
static struct vr_log_file file;
static struct vr_logger logger;
static char got[4096];

static void start(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&env, 0);
    check(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof(path), "%s/log", dir);
    (void)snprintf(old, sizeof(old), "%s/log.1", dir);
    check_int(vr_log_file_open(&file, &env.env, path), 0);
    file.format.utc = true;
    file.format.date = false;
    vr_logger_init(&logger, &env.env, NULL);
    check_int(vr_logger_attach(&logger, &file.base), 0);
}

static void stop(void)
{
    vr_log_file_close(&file);
    vr_logger_fini(&logger);
    (void)unlink(path);
    (void)unlink(old);
    check_int(rmdir(dir), 0);
    check_int(vr_test_blocks(&env), 0);
}

static const char *content(const char *name)
{
    int fd = open(name, O_RDONLY);
    ssize_t len;

    check(fd >= 0);
    len = read(fd, got, sizeof(got) - 1);
    check(len >= 0);
    got[len] = '\0';
    (void)close(fd);
    return got;
}

TEST(file, appends_to_what_is_there)
{
    struct stat stat_of;
    start();

    vr_log_info(&logger, "a");
    vr_log_file_close(&file);
    check_int(vr_log_file_open(&file, &env.env, path), 0);
    check_int(vr_logger_attach(&logger, &file.base), 0);
    vr_log_info(&logger, "b");

    check_str(content(path) + strlen("00:00:00 20 a\n1970-01-01 00:00:00 "),
              "20 b\n");
    check_int(stat(path, &stat_of), 0);
    check_int(stat_of.st_mode & 0137, 0); /* nobody else's to read */
    stop();
}

TEST(file, is_not_left_to_the_programs_it_starts)
{
    start();
    check(fcntl(file.output.fd, F_GETFD) & FD_CLOEXEC);
    stop();
}

TEST(file, goes_on_in_a_new_file_when_told_that_the_old_one_was_moved)
{
    start();

    vr_log_info(&logger, "a");
    check_int(rename(path, old), 0);
    vr_log_info(&logger, "b");
    vr_log_file_reopen(&file);
    vr_log_info(&logger, "c");

    check_str(content(old), "00:00:00 20 a\n00:00:00 20 b\n");
    check_str(content(path), "00:00:00 20 c\n");
    stop();
}

TEST(file, is_opened_anew_once_for_each_time_it_is_told)
{
    start();

    vr_log_file_reopen(&file);
    vr_log_info(&logger, "a");
    check_int(rename(path, old), 0);
    vr_log_info(&logger, "b");

    check_str(content(old), "00:00:00 20 a\n00:00:00 20 b\n");
    check_int(access(path, F_OK), -1);
    stop();
}

static int flags_of_open;

static int note_flags(const char *name, int flags, mode_t mode)
{
    flags_of_open = flags;
    return open(name, flags, mode);
}

TEST(file, becomes_no_terminal_of_the_process)
{
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env noting = VR_ENV_INIT;
    sys.open = note_flags;
    noting.sys = &sys;

    check_int(vr_log_file_open(&file, &noting, "/dev/null"), 0);
    vr_log_file_close(&file);

    check(flags_of_open & O_NOCTTY);
}

/* promise log-18 */
TEST(file, goes_on_in_the_old_file_until_the_new_one_opens)
{
    start();

    vr_test_sys_fail(VR_TEST_SYS_OPEN, 1, 2, ENOENT);
    check_int(rename(path, old), 0);
    vr_log_file_reopen(&file);
    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    check_int(vr_log_file_error(&file), -ENOENT);
    vr_log_info(&logger, "c");

    check_str(content(old), "00:00:00 20 a\n00:00:00 20 b\n");
    check_str(content(path), "00:00:00 20 c\n");
    check_int(vr_log_file_dropped(&file), 0);
    stop();
}

/* promise log-16 */
/* A full disk takes the first bytes of a line, then none; then somebody makes
 * room. */
TEST(file, tells_in_the_file_what_a_full_disk_cost)
{
    start();
    vr_log_info(&logger, "before");

    vr_test_sys_limit(5);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 2, INT32_MAX, ENOSPC);
    for (int i = 0; i < 42; i++)
        vr_log_info(&logger, "%d", i);
    vr_test_sys_limit(0);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 0, 0, 0);
    check_int(vr_log_file_dropped(&file), 42);
    check_int(vr_log_file_error(&file), -ENOSPC);
    vr_log_info(&logger, "after");

    check_str(content(path), "00:00:00 20 before\n00:00\n"
                             "00:00:00 30 42 lines dropped\n"
                             "00:00:00 20 after\n");
    stop();
}

TEST(file, ends_no_line_in_a_new_file_that_was_torn_in_the_old_one)
{
    start();

    vr_test_sys_limit(5);
    vr_test_sys_fail(VR_TEST_SYS_WRITE, 2, INT32_MAX, ENOSPC);
    vr_log_info(&logger, "a");
    vr_test_sys_reset();
    check_int(rename(path, old), 0);
    vr_log_file_reopen(&file);
    vr_log_info(&logger, "b");

    check_str(content(old), "00:00");
    check_str(content(path), "00:00:00 30 1 line dropped\n00:00:00 20 b\n");
    stop();
}

TEST(file, counts_what_a_device_that_is_always_full_refuses)
{
    if (access("/dev/full", W_OK) != 0)
        test_skip("there is no /dev/full here");
    vr_test_sys_reset();
    vr_test_env_init(&env, 0);
    vr_logger_init(&logger, &env.env, NULL);
    check_int(vr_log_file_open(&file, &env.env, "/dev/full"), 0);
    check_int(vr_logger_attach(&logger, &file.base), 0);

    for (int i = 0; i < 10; i++)
        vr_log_info(&logger, "%d", i);

    check_int(vr_log_file_dropped(&file), 10);
    check_int(vr_log_file_error(&file), -ENOSPC);
    vr_log_file_close(&file);
    vr_logger_fini(&logger);
}

/* promise log-17 */
TEST(file, at_the_limit_of_the_process_drops_lines_and_raises_no_signal)
{
    struct rlimit limit, small;
    start();
    check_int(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){.rlim_cur = 20, .rlim_max = limit.rlim_max};
    check_int(setrlimit(RLIMIT_FSIZE, &small), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    vr_log_info(&logger, "c");
    check_int(setrlimit(RLIMIT_FSIZE, &limit), 0);
    check_int(vr_log_file_error(&file), -EFBIG);
    vr_log_info(&logger, "d");

    check_str(content(path), "00:00:00 20 a\n00:00:\n"
                             "00:00:00 30 2 lines dropped\n"
                             "00:00:00 20 d\n");
    stop();
}

TEST(file, of_a_relative_path_stays_where_it_was)
{
    start();
    vr_log_file_close(&file);
    check_int(chdir(dir), 0);
    check_int(vr_log_file_open(&file, &env.env, "log"), 0);
    check_int(vr_logger_attach(&logger, &file.base), 0);
    file.format.date = false;

    check_int(chdir("/"), 0);
    check_int(rename(path, old), 0);
    vr_log_file_reopen(&file);
    vr_log_info(&logger, "a");
    check_str(content(path) + strlen("00:00:00 "), "20 a\n");

    vr_log_file_close(&file);
    vr_test_sys_fail(VR_TEST_SYS_GETCWD, 1, 1, EACCES);
    check_int(vr_log_file_open(&file, &env.env, "log"), -EACCES);
    check_int(vr_log_file_open(&file, &env.env, ""), -ENOENT);
    check_int(vr_log_file_open(&file, &env.env, path), 0);
    stop();
}

TEST(file, blocks_neither_for_a_pipe_that_is_full_nor_for_one_that_is_closed)
{
    start();
    vr_log_file_close(&file);
    check_int(unlink(path), 0);
    check_int(mkfifo(path, 0600), 0);

    check_int(vr_log_file_open(&file, &env.env, path), -ENXIO);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    check(reader >= 0);
    check_int(vr_log_file_open(&file, &env.env, path), 0);
    check_int(vr_logger_attach(&logger, &file.base), 0);
    while (!vr_log_file_dropped(&file))
        vr_log_info(&logger, "%01000d", 1);
    check_int(vr_log_file_error(&file), -EAGAIN);
    (void)close(reader);
    vr_log_info(&logger, "nobody reads");
    check_int(vr_log_file_error(&file), -EPIPE);

    check_int(vr_log_file_dropped(&file), 2);
    stop();
}

TEST(file, says_why_it_does_not_open)
{
    int err, nth = 0;
    start();

    check_int(vr_log_file_open(&file, &env.env, "/no/such/folder/log"),
              -ENOENT);
    do {
        vr_log_file_close(&file);
        vr_test_fail_allocation(&env, ++nth, 1);
        err = vr_log_file_open(&file, &env.env, path);
        check(err == 0 || err == -ENOMEM);
        if (err) {
            check_int(vr_test_blocks(&env), 0);
            vr_test_fail_allocation(&env, 0, 0);
            check_int(vr_log_file_open(&file, &env.env, path), 0);
        }
    } while (err);
    check(nth > 1);
    stop();
}

TEST(file, may_hold_json)
{
    start();
    file.format.json = true;

    vr_log_with(&logger, VR_LOG_INFO, VR_LOG_ATTRS({"n", .number = 1}), "a");

    check_str(content(path), "{\"time\":\"1970-01-01T00:00:00.000000Z\","
                             "\"level\":20,\"text\":\"a\",\"attrs\":{\"n\":1}}"
                             "\n");
    stop();
}
