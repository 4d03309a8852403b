/* SPDX-License-Identifier: MIT */
#include "bench/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/peer.h"

enum { BACKLOG = 4096, TRIES = 5000 }; /* a millisecond each */

/* ---- a network of our own ---- */

static void bring_up_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    must(!ioctl(fd, SIOCGIFFLAGS, &request), "SIOCGIFFLAGS");
    request.ifr_flags |= IFF_UP;
    must(!ioctl(fd, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
    close(fd);
}

static void set(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fprintf(stderr, "bench: %s stays as it was: %s\n", path,
                strerror(errno));
    if (fd >= 0)
        close(fd);
}

static void allow_descriptors(void)
{
    struct rlimit limit;

    must(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    must(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

void network_enter(void)
{
    allow_descriptors();
    if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
        fprintf(stderr, "bench: in the network of the system: %s\n",
                strerror(errno));
        return;
    }
    bring_up_loopback();
    set("/proc/sys/net/ipv4/tcp_congestion_control", "reno");
    set("/proc/sys/net/ipv4/ip_local_port_range", "1024 65535");
}

/* ---- sockets ---- */

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int bind_to(int port)
{
    struct sockaddr_in place = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    must(fd >= 0, "socket");
    must(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)),
         "SO_REUSEADDR");
    must(!bind(fd, (struct sockaddr *)&place, sizeof(place)), "bind");
    return fd;
}

int network_free_port(void)
{
    struct sockaddr_in place;
    socklen_t len = sizeof(place);
    int fd = bind_to(0);

    must(!getsockname(fd, (struct sockaddr *)&place, &len), "getsockname");
    close(fd);
    return ntohs(place.sin_port);
}

int network_listen(int port)
{
    int fd = bind_to(port);

    must(!listen(fd, BACKLOG), "listen");
    return fd;
}

int network_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    must(fd >= 0 || errno == EAGAIN, "accept4");
    return fd;
}

int network_begin_connect(int port)
{
    struct sockaddr_in place = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    must(fd >= 0, "socket");
    must(!connect(fd, (struct sockaddr *)&place, sizeof(place)) ||
             errno == EINPROGRESS,
         "connect");
    return fd;
}

int network_connect(int port)
{
    static const struct timespec millisecond = {.tv_nsec = 1000000};
    struct sockaddr_in place = loopback(port);

    for (int i = 0; i < TRIES; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        must(fd >= 0, "socket");
        if (!connect(fd, (struct sockaddr *)&place, sizeof(place)))
            return fd;
        must(errno == ECONNREFUSED, "connect");
        close(fd);
        nanosleep(&millisecond, NULL);
    }
    must(false, "waiting for a server");
    return -1;
}

void network_unblock(int fd)
{
    must(!fcntl(fd, F_SETFL, O_NONBLOCK), "F_SETFL");
}
