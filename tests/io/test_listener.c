/* SPDX-License-Identifier: MIT */
/**
 * @file test_listener.c
 * Tests of io/wire/listener.h: who is let in, and when it ends.
 */
#include <vreactor/io/wire/listener.h>

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/err.h>

#include "tests/support/raw.h"
#include "tests/support/server.h"

enum { MOST = 1000, SPARE_FDS = 64 };

static struct vr_reactor *reactor;
static struct server server;

static void set_up(int family, const struct vr_listener_options *options)
{
    reactor = session_reactor(NULL);
    server_open(&server, reactor, family, options);
}

static void tear_down(void)
{
    server_close(&server);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- many clients ---- */

/* How many connections there may be at once: all, where the system lets us
 * have the descriptors.  That is the same for select(2), whose numbers end at
 * 1024. */
static int most_at_once(void)
{
    struct rlimit limit;
    int most = MOST;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < MOST + SPARE_FDS) {
        limit.rlim_cur = limit.rlim_max < MOST + SPARE_FDS ? limit.rlim_max
                                                           : MOST + SPARE_FDS;
        check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    if ((rlim_t)most > limit.rlim_cur - SPARE_FDS)
        most = (int)limit.rlim_cur - SPARE_FDS;
    return most;
}

/* A process of its own, that leaves with none before all have their answers.
 * @return 0 if each got its own */
static int be_clients(int count)
{
    static int fds[MOST];
    int answer;

    for (int i = 0; i < count; i++) {
        fds[i] = raw_connect(server_place(&server));
        raw_send(fds[i], &i, sizeof(i));
    }
    for (int i = 0; i < count; i++) {
        if (raw_read(fds[i], &answer, sizeof(answer)) != sizeof(answer) ||
            answer != i)
            return 1;
    }
    return 0; /* the end of the process closes them */
}

static pid_t start_clients(int count)
{
    pid_t child = fork();

    check(child >= 0);
    if (child == 0)
        _exit(be_clients(count));
    return child;
}

static void serve(int count)
{
    int status, before = server.accepted;

    server.most_live = 0;
    pid_t child = start_clients(count);
    turn_until(reactor, server.accepted == before + count);
    turn_until(reactor, server.live == 0);
    check_int(waitpid(child, &status, 0), child);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    check_int(server.most_live, count);
}

TEST(listener, answers_a_thousand_clients_at_once)
{
    int left = test_light() ? MOST / 10 : MOST;

    set_up(AF_INET, NULL);
    int most = most_at_once();
    for (; left > 0; left -= most)
        serve(left < most ? left : most);
    tear_down();
}

static void check_controlled(int family)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .controlled = true};
    int fds[5];

    set_up(family, &options);
    for (int i = 0; i < 5; i++)
        fds[i] = raw_connect(server_place(&server));
    turn_some(reactor, 5);
    check_int(server.accepted, 0);

    vr_listener_allow(&server.listener, 2);
    turn_until(reactor, server.accepted == 2);
    turn_some(reactor, 5);
    check_int(server.accepted, 2);

    vr_listener_allow(&server.listener, 1);
    vr_listener_allow(&server.listener, 2);
    turn_until(reactor, server.accepted == 5);
    for (int i = 0; i < 5; i++)
        check_int(close(fds[i]), 0);
    tear_down();
}

TEST(listener, may_be_allowed_any_number_and_more)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .controlled = true};

    set_up(AF_INET, &options);
    vr_listener_allow(&server.listener, SIZE_MAX);
    vr_listener_allow(&server.listener, 1);
    int fd = raw_connect(server_place(&server));
    turn_some(reactor, 5);
    check_int(server.accepted, 1);
    check_int(close(fd), 0);
    tear_down();
}

TEST(listener, accepts_only_as_many_as_it_is_allowed)
{
    check_controlled(AF_INET);
    check_controlled(AF_UNIX);
}

/* promise sockets-13 */
TEST(listener, closes_only_the_connection_that_the_program_refused)
{
    char byte;

    set_up(AF_INET, NULL);
    server.refuses = 1;
    int refused = raw_connect(server_place(&server));
    int taken = raw_connect(server_place(&server));
    raw_send(taken, "x", 1);
    turn_until(reactor, server.accepted == 2 && raw_is_readable(taken));

    check_int(raw_read(refused, &byte, 1), 0);
    check_int(raw_read(taken, &byte, 1), 1);
    check_int(close(refused), 0);
    check_int(close(taken), 0);
    tear_down();
}

static void close_it(struct server *one)
{
    vr_listener_close(&one->listener);
}

TEST(listener, may_be_closed_by_who_is_given_a_connection)
{
    set_up(AF_INET, NULL);
    server.on_accepted = close_it;
    int first = raw_connect(server_place(&server));
    int second = raw_connect(server_place(&server));
    turn_until(reactor, server.is_closed);

    check_int(server.accepted, 1);
    check_int(server.live, 1); /* it goes on */
    check_int(close(first), 0);
    check_int(close(second), 0);
    tear_down();
}

TEST(listener, may_be_closed_by_who_refuses_a_connection)
{
    set_up(AF_INET, NULL);
    server.on_accepted = close_it;
    server.refuses = 1;
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, server.is_closed);
    check_int(server.live, 0);
    check_int(close(fd), 0);
    tear_down();
}

/* ---- places ---- */

TEST(listener, tells_the_port_that_the_kernel_chose)
{
    set_up(AF_INET, NULL);
    check(vr_address_port(server_place(&server)) > 0);
    tear_down();
}

static int open_at(const struct vr_address *place,
                   const struct vr_listener_options *options)
{
    struct vr_listener listener;

    int err =
        vr_listener_open(&listener, reactor, place, options, &server_of_nobody);
    if (!err)
        vr_listener_close(&listener);
    return err;
}

TEST(listener, finds_a_place_in_use)
{
    set_up(AF_INET, NULL);
    check_int(open_at(server_place(&server), NULL), -EADDRINUSE);
    tear_down();
}

TEST(listener, finds_a_path_in_use_and_leaves_it)
{
    set_up(AF_UNIX, NULL);
    check_int(open_at(server_place(&server), NULL), -EADDRINUSE);
    check_int(access(raw_path(), F_OK), 0);
    tear_down();
}

/* promise sockets-15 */
TEST(listener, removes_its_path_when_it_closes)
{
    set_up(AF_UNIX, NULL);
    check_int(access(raw_path(), F_OK), 0);
    vr_listener_close(&server.listener);
    check_int(access(raw_path(), F_OK), -1);
    tear_down();
    set_up(AF_UNIX, NULL);
    tear_down();
}

TEST(listener, refuses_what_cannot_be)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .backlog = -1};
    struct vr_address place = {0};

    set_up(AF_INET, NULL);
    check_int(open_at(&place, NULL), -EINVAL);
    raw_place(AF_INET, &place);
    check_int(open_at(&place, &options), -EINVAL);

    raw_place(AF_UNIX, &place);
    options = (struct vr_listener_options){.size = sizeof(options),
                                           .reuse_port = true};
    check_int(open_at(&place, &options), -EINVAL);
    check_int(access(raw_path(), F_OK), -1);
    tear_down();
}

TEST(listener, shares_a_port_where_both_ask_for_it)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .reuse_port = true};

    set_up(AF_INET, &options);
    struct server second = {.reactor = reactor};
    check_int(vr_listener_open(&second.listener, reactor, server_place(&server),
                               &options, &server_of_nobody),
              0);
    vr_listener_close(&second.listener);
    turn_some(reactor, 1);
    tear_down();
}

/* ---- the end ---- */

/* promise sockets-16 */
TEST(listener, accepts_nothing_once_it_is_closed_and_hears_so_once)
{
    set_up(AF_INET, NULL);
    int fd = raw_connect(server_place(&server));
    vr_listener_close(&server.listener);
    check(!server.is_closed); /* not inside the call */
    vr_listener_close(&server.listener);
    vr_listener_allow(&server.listener, 1);
    turn_some(reactor, 3);

    check(server.is_closed);
    check_int(server.accepted, 0);
    check_int(close(fd), 0);
    tear_down();
}

/* promise sockets-16 */
TEST(listener, ends_with_its_reactor)
{
    set_up(AF_UNIX, NULL);
    int fd = raw_connect(server_place(&server));
    turn_until(reactor, server.live == 1);

    check_int(vr_reactor_close(reactor), 0);

    check(server.is_closed);
    check_int(server.live, 0);
    check_int(access(raw_path(), F_OK), -1);
    check_int(open_at(server_place(&server), NULL), -VR_ECLOSED);
    check_int(access(raw_path(), F_OK), -1);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}
