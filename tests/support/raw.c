/* SPDX-License-Identifier: MIT */
/**
 * @file raw.c
 * A peer without a library.
 */
#include "tests/support/raw.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include "tests/support/test.h"

const char *raw_path(void)
{
    static char path[96];
    const char *folder = getenv("TMPDIR");

    if (!path[0])
        (void)snprintf(path, sizeof(path), "%s/vr-test-%ld",
                       folder && strlen(folder) < 64 ? folder : "/tmp",
                       (long)getpid());
    return path;
}

void raw_place(int family, struct vr_address *ret_address)
{
    if (family == AF_UNIX)
        check_int(vr_address_unix(raw_path(), ret_address), 0);
    else
        check_int(vr_address_ip(NULL, family == AF_INET ? "127.0.0.1" : "::1",
                                0, ret_address),
                  0);
}

/* A kernel may know the family and have no address of it. */
static void skip_without_ipv6(void)
{
    struct vr_address place;

    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    raw_place(AF_INET6, &place);
    int err = bind(fd, (struct sockaddr *)&place.addr, place.len);
    close(fd);
    if (err)
        test_skip("there is no IPv6 here");
}

int raw_listen(int family, struct vr_address *ret_address)
{
    socklen_t len = sizeof(ret_address->addr);

    if (family == AF_INET6)
        skip_without_ipv6();
    int fd = socket(family, SOCK_STREAM, 0);
    check(fd >= 0);
    raw_place(family, ret_address);
    check_int(bind(fd, (struct sockaddr *)&ret_address->addr, ret_address->len),
              0);
    check_int(listen(fd, 128), 0);
    if (family != AF_UNIX)
        check_int(getsockname(fd, (struct sockaddr *)&ret_address->addr, &len),
                  0);
    return fd;
}

int raw_connect(const struct vr_address *peer)
{
    int fd = socket(vr_address_family(peer), SOCK_STREAM, 0);
    check(fd >= 0);
    check_int(connect(fd, (const struct sockaddr *)&peer->addr, peer->len), 0);
    return fd;
}

int raw_accept(int listening)
{
    int fd = accept(listening, NULL, NULL);
    check(fd >= 0);
    return fd;
}

void raw_close_listening(int listening)
{
    check_int(close(listening), 0);
    (void)unlink(raw_path());
}

void raw_reset(int fd)
{
    struct linger now = {.l_onoff = 1};

    check_int(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
    check_int(close(fd), 0);
}

void raw_send(int fd, const void *data, size_t len)
{
    const char *from = data;

    while (len) {
        ssize_t sent = send(fd, from, len, MSG_NOSIGNAL);
        check(sent > 0);
        from += sent;
        len -= (size_t)sent;
    }
}

long raw_read(int fd, void *data, size_t size)
{
    char *to = data;
    size_t done = 0;

    while (done < size) {
        ssize_t len = recv(fd, to + done, size - done, 0);
        if (len < 0)
            return -errno;
        if (len == 0)
            break;
        done += (size_t)len;
    }
    return (long)done;
}

int raw_is_readable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return poll(&one, 1, 0) > 0;
}

void raw_wait_sent(int fd)
{
#ifdef SIOCOUTQ
    int left;

    do
        check_int(ioctl(fd, SIOCOUTQ, &left), 0);
    while (left);
#else
    (void)fd; /* the loopback has delivered it when send(2) returns */
#endif
}
