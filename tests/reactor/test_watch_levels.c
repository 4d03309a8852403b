/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_levels.c
 * What is left is heard of again, and what is gone is not: bytes, errors, ends
 * that have another beginning, connections.
 */
#include "watches.h"

#include <errno.h>
#include <poll.h>

enum { BOTH = VR_READ | VR_WRITE };

static void check_quiet(void)
{
    for (int i = 0; i < 3; i++) {
        turn();
        check_int(counting_found, 0);
    }
}

/* ---- bytes ---- */

static void act_take_one(struct probe *probe, unsigned event)
{
    char byte;

    check_int(event, VR_READ);
    check_int(read(vr_watch_fd(&probe->watch), &byte, 1), 1);
}

static void check_one_by_one(const int ends[2])
{
    struct probe probe = {.act = act_take_one};

    set_up();
    open_reader(&probe, ends[0]);
    turn();
    put(ends[1], "ten bytes.");
    turn_until(&probe.reads, 10);
    check_quiet();
    check_int(probe.reads, 10);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* promise reactor-8 */
TEST(watch_levels, the_rest_is_heard_of_when_a_part_was_read)
{
    int ends[2];

    make_pipe(ends);
    check_one_by_one(ends);
    make_pair(ends);
    check_one_by_one(ends);
    make_tcp_pair(ends);
    check_one_by_one(ends);
}

/* ---- errors ---- */

/* The whole of IN, ERR and HUP. */
static void await_everything(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    do
        check_int(poll(&one, 1, -1), 1);
    while (!(one.revents & POLLHUP));
}

/* An error and a hang-up as well. */
TEST(watch_levels, one_that_closes_itself_hears_no_second_time_of_a_reset)
{
    struct linger at_once = {.l_onoff = 1};
    struct probe probe = {.act = act_close};
    int ends[2];

    set_up();
    make_tcp_pair(ends);
    put(ends[1], "x");
    check_int(
        setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
        0);
    check_int(close(ends[1]), 0);
    await_everything(ends[0]);
    open_as(&probe, ends[0], BOTH);
    turn();
    check(counting_found > 0);
    check_int(probe.reads, 1);
    check_int(probe.writes, 0);
    check_quiet();

    check_int(close(ends[0]), 0);
    tear_down();
}

#ifdef __linux__

/* A datagram nobody takes: the answer that says so is kept in a queue. */
static int socket_with_notice(void)
{
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(1)};
    int on = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct pollfd one = {.fd = fd};

    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_int(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
    check_int(connect(fd, (struct sockaddr *)&nobody, sizeof(nobody)), 0);
    check_int(send(fd, "x", 1, 0), 1);
    check_int(poll(&one, 1, -1), 1);
    check(one.revents & POLLERR);
    check_int(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void act_empty_queue(struct probe *probe, unsigned event)
{
    char none;

    check_int(event, VR_READ);
    while (recv(vr_watch_fd(&probe->watch), &none, 1, MSG_ERRQUEUE) >= 0)
        ;
}

TEST(watch_levels, an_error_queue_is_heard_of_until_it_is_emptied)
{
    struct probe probe = {.act = act_take};
    int fd = socket_with_notice();

    set_up();
    open_reader(&probe, fd);
    for (int i = 1; i <= 3; i++) {
        turn();
        check_int(probe.reads, i); /* reading takes nothing from there */
    }
    vr_watch_want(&probe.watch, 0);
    check_quiet();
    vr_watch_want(&probe.watch, VR_READ);
    probe.act = act_empty_queue;
    turn();
    check_int(probe.reads, 4);
    check_quiet();

    vr_watch_close(&probe.watch);
    check_int(close(fd), 0);
    tear_down();
}

#endif

/* ---- an end that is none ---- */

/* The last writer of a fifo leaves, and another one comes. */
TEST(watch_levels, a_fifo_is_heard_of_again_when_it_has_another_writer)
{
    char dir[] = "/tmp/vr_test_XXXXXX", path[sizeof(dir) + 8];
    struct probe probe = {.act = act_take};

    set_up();
    check(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof(path), "%s/fifo", dir);
    check_int(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    int writer = open(path, O_WRONLY);
    open_reader(&probe, reader);
    check_quiet();
    check_int(close(writer), 0);
    turn();
    check_int(probe.reads, 1);

    writer = open(path, O_WRONLY);
    check_quiet();
    put(writer, "x");
    turn();
    check_int(probe.reads, 2);
    check_quiet();

    vr_watch_close(&probe.watch);
    check_int(close(reader) | close(writer), 0);
    check_int(unlink(path) | rmdir(dir), 0);
    tear_down();
}

/* ---- connections, for whoever is there ---- */

enum { CLIENTS = 5 };

static struct vr_reactor *another;
static int accepted;

static void act_accept(struct probe *probe, unsigned event)
{
    int fd;

    check_int(event, VR_READ);
    while ((fd = accept(probe->fd, NULL, NULL)) >= 0) {
        check_int(close(fd), 0);
        accepted++;
    }
    check(errno == EAGAIN || errno == EWOULDBLOCK);
}

/* A listener that does not block, with so many in front of it. */
static int open_listener(int clients[CLIENTS])
{
    struct sockaddr_in place = {.sin_family = AF_INET};
    socklen_t len = sizeof(place);

    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check_int(bind(listener, (struct sockaddr *)&place, len), 0);
    check_int(listen(listener, CLIENTS), 0);
    check_int(getsockname(listener, (struct sockaddr *)&place, &len), 0);
    check_int(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        check_int(connect(clients[i], (struct sockaddr *)&place, len), 0);
    }
    return listener;
}

/* Two reactors wait at one listener; one of them may leave before it looks. */
static void check_door(bool first_leaves)
{
    struct probe probes[2] = {{.act = act_accept}, {.act = act_accept}};
    int clients[CLIENTS], listener = open_listener(clients);

    set_up();
    check_int(vr_reactor_new(NULL, &another), 0);
    open_reader(&probes[0], listener);
    probes[1].fd = listener;
    check_int(vr_watch_open(&probes[1].watch, another, listener, VR_READ,
                            ops_of(VR_READ)),
              0);
    if (first_leaves)
        vr_watch_close(&probes[0].watch);
    turn();
    check_int(vr_reactor_turn(another, 0), 0);
    check_int(accepted, CLIENTS);
    check_quiet();

    vr_watch_close_all(another);
    vr_watch_close_all(reactor);
    check_int(vr_reactor_free(another), 0);
    check_int(close(listener), 0);
    for (int i = 0; i < CLIENTS; i++)
        check_int(close(clients[i]), 0);
    tear_down();
}

TEST(watch_levels, a_door_of_two_reactors_lets_each_client_in_once)
{
    check_door(false);
}

TEST(watch_levels, a_reactor_that_leaves_a_shared_door_takes_no_client_along)
{
    check_door(true);
}
