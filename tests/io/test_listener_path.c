/* SPDX-License-Identifier: MIT */
/**
 * @file test_listener_path.c
 * Tests of io/wire/listener.h: the path of a unix socket, which others may use
 * too.
 */
#include <vreactor/io/wire/listener.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <vreactor/base/env.h>

#include "tests/support/raw.h"
#include "tests/support/server.h"

enum { PATH_MOST = sizeof(((struct sockaddr_un *)NULL)->sun_path) };

static struct vr_reactor *reactor;
static char folder[PATH_MOST], path[2 * PATH_MOST];

static void set_up(const struct vr_env *env)
{
    reactor = session_reactor(env);
    (void)snprintf(folder, sizeof(folder), "%s-XXXXXX", raw_path());
    check(mkdtemp(folder) == folder);
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
}

static void tear_down(void)
{
    check_int(rmdir(folder), 0); /* nothing is left in it */
    check_int(vr_reactor_free(reactor), 0);
}

static void open_at(struct vr_listener *listener, const char *place)
{
    struct vr_address peer;

    check_int(vr_address_unix(place, &peer), 0);
    check_int(
        vr_listener_open(listener, reactor, &peer, NULL, &server_of_nobody), 0);
}

static void close_it(struct vr_listener *listener)
{
    vr_listener_close(listener);
    turn_some(reactor, 1);
}

static void make_file(const char *place)
{
    int fd = open(place, O_WRONLY | O_CREAT | O_EXCL, 0600);

    check(fd >= 0);
    check_int(close(fd), 0);
}

/* As in a restart without a gap. */
/* promise sockets-15 */
TEST(listener_path, the_socket_of_a_successor_stays)
{
    struct vr_listener first, second;

    set_up(NULL);
    open_at(&first, path);
    check_int(unlink(path), 0);
    open_at(&second, path);

    close_it(&first);
    check_int(close(raw_connect(vr_listener_local(&second))), 0);
    close_it(&second);
    check_int(access(path, F_OK), -1);
    tear_down();
}

/* promise sockets-15 */
TEST(listener_path, a_file_that_took_its_place_stays)
{
    struct vr_listener listener;

    set_up(NULL);
    open_at(&listener, path);
    check_int(unlink(path), 0);
    make_file(path);

    close_it(&listener);
    check_int(unlink(path), 0);
    tear_down();
}

TEST(listener_path, after_chdir_a_relative_one_is_that_of_nobody_else)
{
    struct vr_listener listener;
    char other[sizeof(folder) + 8];

    set_up(NULL);
    (void)snprintf(other, sizeof(other), "%s/other", folder);
    check_int(mkdir(other, 0700) | chdir(folder), 0);
    open_at(&listener, "socket");
    check_int(chdir(other), 0);
    make_file("socket");

    close_it(&listener);
    check_int(unlink("socket"), 0);
    check_int(unlink(path), 0); /* nobody knows it by this name */
    check_int(chdir("/") | rmdir(other), 0);
    tear_down();
}

TEST(listener_path, a_relative_one_is_removed_where_it_is_found)
{
    struct vr_listener listener;

    set_up(NULL);
    check_int(chdir(folder), 0);
    open_at(&listener, "socket");
    close_it(&listener);
    check_int(access(path, F_OK), -1);
    check_int(chdir("/"), 0);
    tear_down();
}

/* ---- what the system is asked ---- */

static struct vr_env env;
static struct vr_sys sys;
static char removed[2 * PATH_MOST];
static bool was_there; /* when a descriptor was closed */

static int note_unlink(const char *place)
{
    (void)snprintf(removed, sizeof(removed), "%s", place);
    return unlink(place);
}

static int note_close(int fd)
{
    was_there = was_there || access(path, F_OK) == 0;
    return close(fd);
}

static void set_up_noting(void)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.unlink = note_unlink;
    sys.close = note_close;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    set_up(&env);
    was_there = false;
}

/* No zero stands behind it, neither in what is given nor in the kernel's. */
TEST(listener_path, one_that_fills_the_address_is_removed)
{
    struct vr_listener listener;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct vr_address peer;

    set_up_noting();
    size_t len = strlen(path);
    memset(path + len, 'x', PATH_MOST - len);
    path[PATH_MOST] = '\0';
    memcpy(addr.sun_path, path, PATH_MOST);
    check_int(
        vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr), &peer),
        0);
    check_int(
        vr_listener_open(&listener, reactor, &peer, NULL, &server_of_nobody),
        0);
    check_int(access(path, F_OK), 0);

    close_it(&listener);
    check_str(removed, path);
    tear_down();
}

/* Behind it the number of its inode may be that of another's file. */
TEST(listener_path, it_is_removed_before_the_socket_is_closed)
{
    struct vr_listener listener;

    set_up_noting();
    open_at(&listener, path);
    close_it(&listener);
    check(!was_there);
    check_str(removed, path);
    tear_down();
}
