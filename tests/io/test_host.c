/* SPDX-License-Identifier: MIT */
/**
 * @file test_host.c
 * What the program around the library, and others who share its files, keep as
 * it was: flags of terminals, and what goes over exec(2).
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/raw.h"
#include "tests/support/server.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session;

/* ---- terminals ---- */

static int heard;

static void note_readable(struct vr_watch *watch)
{
    (void)watch;
    heard++;
}

/* Both ends of a terminal. */
static void open_terminal(int ends[2])
{
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    if (ends[0] < 0)
        test_skip("there are no terminals here");
    check_int(grantpt(ends[0]), 0);
    check_int(unlockpt(ends[0]), 0);
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
    check(ends[1] >= 0);
}

/* The flags are those of all who have it open, such as a shell. */
TEST(host, finds_the_flags_of_its_terminal_as_they_were)
{
    static const struct vr_watch_ops ops = {.readable = note_readable};
    struct vr_watch watch;
    int ends[2];

    open_terminal(ends);
    int flags = fcntl(ends[1], F_GETFL);
    reactor = session_reactor(NULL);
    check_int(vr_watch_open(&watch, reactor, ends[1], VR_READ, &ops), 0);
    check_int(write(ends[0], "x\n", 2), 2);
    turn_until(reactor, heard > 0);
    check_int(fcntl(ends[1], F_GETFL), flags);
    vr_watch_close(&watch);
    session_init(&session, reactor, NULL);
    check_int(vr_socket_adopt(&session.socket, ends[1], NULL), -ENOTSOCK);
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    check_int(fcntl(ends[1], F_GETFL), flags);
    check_int(close(ends[0]) | close(ends[1]), 0);
}

/* ---- exec ---- */

/* How many descriptors a program finds that this process becomes. */
static int seen_over_exec(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit $(ls /dev/fd | wc -l)", (char *)0);
        _exit(127);
    }
    check_int(waitpid(child, &status, 0), child);
    check(WIFEXITED(status));
    check(WEXITSTATUS(status) != 127);
    return WEXITSTATUS(status);
}

static int accepting(const struct vr_address *place)
{
    int fd = raw_connect(place);

    check(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0); /* the test's own */
    return fd;
}

/* promise fork-5 */
TEST(host, hands_no_descriptor_of_the_library_on_over_exec)
{
    static struct server server;
    int before = seen_over_exec();

    reactor = session_reactor(NULL);
    (void)!vr_reactor_fd(reactor);
    server_open(&server, reactor, AF_INET, NULL);
    session_init(&session, reactor, NULL);
    check_int(vr_socket_connect(&session.socket, server_place(&server)), 0);
    int fd = accepting(server_place(&server));
    turn_until(reactor, server.live == 2 && session.peer[0]);
    check_int(seen_over_exec(), before);

    check_int(close(fd), 0);
    session_close(&session);
    server_close(&server);
    check_int(vr_reactor_free(reactor), 0);
}
