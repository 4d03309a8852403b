/* SPDX-License-Identifier: MIT */
/**
 * @file test_listener_failures.c
 * Tests of io/wire/listener.h when accepting fails.
 */
#include <vreactor/io/wire/listener.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/server.h"

enum { BATCH = 64 }; /* tries to accept, in one turn */

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct server server;
static struct vr_log_watcher watcher;
static int pauses, refusals; /* that the log tells of */
static int warnings;

static void count_warnings(struct vr_log_watcher *self,
                           const struct vr_log_entry *entry)
{
    (void)self;
    warnings += entry->level >= VR_LOG_WARN;
    pauses += strstr(entry->text, "accepting pauses") != NULL;
    refusals += strstr(entry->text, "refused by the program") != NULL;
}

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    server_open(&server, reactor, AF_INET, NULL);
    pauses = refusals = warnings = 0;
    vr_log_watcher_init(&watcher, count_warnings);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
}

static void tear_down(void)
{
    vr_logger_detach(&watcher);
    server_close(&server);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void check_echoes(int fd)
{
    char byte = 'x';

    raw_send(fd, &byte, 1);
    turn_until(reactor, raw_is_readable(fd));
    check_int(raw_read(fd, &byte, 1), 1);
    check_int(close(fd), 0);
}

TEST(listener_failures, nobody_there_to_accept_is_refused)
{
    static const struct vr_listener_ops none = {0};
    struct vr_listener listener;

    set_up();
    check_int(vr_listener_open(&listener, reactor,
                               vr_listener_local(&server.listener), NULL,
                               &none),
              -EINVAL);
    tear_down();
}

static void check_survives(int err)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 1, 3, err);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, server.accepted == 1);

    check(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) >= 4);
    check_int(pauses, 0);
    check_echoes(fd);
    tear_down();
}

TEST(listener_failures, errors_of_one_connection_are_not_the_listeners)
{
    check_survives(ECONNABORTED);
    check_survives(EPROTO);
    check_survives(ENETDOWN);
    check_survives(EINTR);
    check_survives(EAGAIN); /* ready, and then not */
    check_survives(EPERM);
}

static void check_pauses(int err, int tries)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 1, INT_MAX, err);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) > 0);
    turn_some(reactor, 100);
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT), tries);

    for (int i = 0; i < 10; i++) {
        vr_test_advance(&test, 100 * VR_MSEC);
        turn_some(reactor, 3);
    }
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT), 11 * tries);
    check_int(pauses, 1);

    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 0, 0, 0);
    vr_test_advance(&test, 100 * VR_MSEC);
    turn_until(reactor, server.accepted == 1);
    check_echoes(fd);
    tear_down();
}

/* promise sockets-14 */
TEST(listener_failures, pauses_and_says_so_once_while_it_cannot_accept)
{
    check_pauses(EMFILE, 1);
    check_pauses(ENFILE, 1);
    check_pauses(ENOBUFS, 1);
    check_pauses(ENOMEM, 1);
}

/* What may concern one connection concerns all where a whole batch has it, as
 * where a filter of system calls forbids accept(2). */
/* promise sockets-14 */
TEST(listener_failures, pauses_where_a_whole_batch_has_no_success)
{
    check_pauses(EPERM, BATCH);
    check_pauses(ENETDOWN, BATCH);
    check_pauses(EOPNOTSUPP, BATCH);
    check_pauses(ECONNABORTED, BATCH);
}

TEST(listener_failures, goes_on_where_a_batch_has_one_success)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 1, BATCH - 1, ECONNABORTED);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, server.accepted == 1);
    check(!vr_call_is_scheduled(&server.listener.retry));
    check_echoes(fd);
    check_int(pauses, 0);
    tear_down();
}

static void pause_and_accept(void)
{
    int accepted = server.accepted;

    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 1, 1, EMFILE);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, vr_call_is_scheduled(&server.listener.retry));
    vr_test_advance(&test, 100 * VR_MSEC);
    turn_until(reactor, server.accepted > accepted);
    check_echoes(fd);
}

/* Whoever can use up the descriptors can do so again and again. */
/* promise sockets-14 */
TEST(listener_failures, says_so_once_a_minute_however_often_it_pauses)
{
    set_up();
    for (int i = 0; i < 20; i++)
        pause_and_accept();
    check_int(pauses, 1);
    check_int(warnings, 2); /* and that there are more */

    vr_test_advance(&test, 60 * VR_SEC);
    pause_and_accept();
    turn_some(reactor, 1);
    check_int(pauses, 2);
    check_int(warnings, 4); /* and how many there were */
    tear_down();
}

/* promise sockets-13 */
TEST(listener_failures, says_ten_times_a_minute_that_it_is_told_to_refuse)
{
    enum { CLIENTS = 30 };
    int fds[CLIENTS];
    char byte;

    set_up();
    server.refuses = CLIENTS;
    for (int i = 0; i < CLIENTS; i++)
        fds[i] = raw_connect(server_place(&server));
    turn_until(reactor, server.accepted == CLIENTS);
    turn_some(reactor, 1); /* the log is shown behind it */
    for (int i = 0; i < CLIENTS; i++) {
        check_int(raw_read(fds[i], &byte, 1), 0);
        check_int(close(fds[i]), 0);
    }
    check_int(refusals, 10);
    check_int(warnings, 11);
    tear_down();
}

TEST(listener_failures, may_be_closed_while_it_pauses)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY_ACCEPT, 1, INT_MAX, EMFILE);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) > 0);
    vr_listener_close(&server.listener);
    vr_test_advance(&test, VR_SEC);
    turn_some(reactor, 3);
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT), 1);
    check_int(close(fd), 0);
    tear_down();
}

static struct rlimit as_it_was;

/* Use up all descriptors there may be, few enough. */
static void use_up_descriptors(int *fds, int *ret_count)
{
    struct rlimit limit = as_it_was;

    limit.rlim_cur = 64;
    check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (*ret_count = 0; *ret_count < 64; ++*ret_count) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            break;
        fds[*ret_count] = fd;
    }
    check_int(errno, EMFILE);
}

/* The real thing.  Slow checkers keep descriptors of
 * their own, and other limits than they tell. */
/* promise sockets-14 */
HEAVY_TEST(listener_failures, accepts_again_when_descriptors_are_free)
{
    int fds[64], count;

    set_up();
    int client = raw_connect(server_place(&server));
    check_int(getrlimit(RLIMIT_NOFILE, &as_it_was), 0);
    use_up_descriptors(fds, &count);
    turn_until(reactor, vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) > 0);
    turn_some(reactor, 100);
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT), 1);
    check_int(server.accepted, 0);

    while (count > 0)
        check_int(close(fds[--count]), 0);
    check_int(setrlimit(RLIMIT_NOFILE, &as_it_was), 0);
    vr_test_advance(&test, 100 * VR_MSEC);
    turn_until(reactor, server.accepted == 1);
    check_int(pauses, 1);
    check_echoes(client);
    tear_down();
}

/* ---- a crowd, and few descriptors ---- */

enum { CROWD = 100, SEATS = 8 };

/* All come at once, and each leaves with its answer.
 * @return 0 if each got its own */
static int be_crowd(void)
{
    int fds[CROWD], answer;

    for (int i = 0; i < CROWD; i++) {
        fds[i] = raw_connect(server_place(&server));
        raw_send(fds[i], &i, sizeof(i));
    }
    for (int i = 0; i < CROWD; i++) {
        if (raw_read(fds[i], &answer, sizeof(answer)) != sizeof(answer) ||
            answer != i || close(fds[i]) < 0)
            return 1;
    }
    return 0;
}

/* Let so many more descriptors be opened. */
static void leave_descriptors(int count)
{
    struct rlimit limit = as_it_was;
    int next = dup(0);

    check_int(close(next), 0);
    limit.rlim_cur = (rlim_t)(next + count);
    check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

HEAVY_TEST(listener_failures, serves_a_crowd_with_few_descriptors)
{
    int status, pauses_made = 0;

    set_up();
    check_int(getrlimit(RLIMIT_NOFILE, &as_it_was), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(be_crowd());
    leave_descriptors(SEATS);
    while (server.accepted < CROWD || server.live) {
        turn_some(reactor, 1);
        if (!vr_call_is_scheduled(&server.listener.retry))
            continue;
        pauses_made++;
        vr_test_advance(&test, 100 * VR_MSEC);
    }
    check_int(waitpid(child, &status, 0), child);
    check_int(status, 0);
    /* Those that gave their descriptors up in a turn go at its end. */
    check(server.most_live <= 2 * SEATS);
    check(pauses_made > 0);
    check_int(setrlimit(RLIMIT_NOFILE, &as_it_was), 0);
    tear_down();
}

static int accept_none(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    (void)listener;
    (void)fd;
    (void)peer;
    return -EPERM;
}

TEST(listener_failures, leaves_nothing_where_it_cannot_listen)
{
    struct vr_listener listener;
    struct vr_address place;
    static const struct vr_listener_ops no_ops = {.accepted = accept_none};

    set_up();
    raw_place(AF_UNIX, &place);
    vr_test_sys_fail(VR_TEST_SYS_LISTEN, 1, 1, EADDRINUSE);
    check_int(vr_listener_open(&listener, reactor, &place, NULL, &no_ops),
              -EADDRINUSE);
    check_int(access(raw_path(), F_OK), -1);
    vr_test_sys_fail(VR_TEST_SYS_SOCKET, 1, 1, EMFILE);
    check_int(vr_listener_open(&listener, reactor, &place, NULL, &no_ops),
              -EMFILE);
    vr_listener_close(&listener); /* nothing happens */
    tear_down();
}
