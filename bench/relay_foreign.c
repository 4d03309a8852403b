/* SPDX-License-Identifier: MIT */
#include "bench/relay_servers.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/peer.h"

static void become(char *const argv[])
{
    execvp(argv[0], argv);
    must(false, argv[0]);
}

static void be_haproxy(int port, int backend)
{
    char path[32];
    char *argv[] = {"haproxy", "-db", "-q", "-f", path, NULL};
    int fd = memfd_create("haproxy.cfg", 0);

    must(fd >= 0, "memfd_create");
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    must(dprintf(fd,
                 "global\n"
                 "  maxconn 8000\n"
                 "  nbthread 1\n"
                 "defaults\n"
                 "  mode tcp\n"
                 "  timeout connect 60s\n"
                 "  timeout client 600s\n"
                 "  timeout server 600s\n"
                 "listen relay\n"
                 "  bind 127.0.0.1:%d\n"
                 "  server backend 127.0.0.1:%d\n",
                 port, backend) > 0,
         "dprintf");
    become(argv);
}

static void be_socat(int port, int backend)
{
    char from[96], to[48];
    char *argv[] = {"socat", from, to, NULL};

    (void)snprintf(from, sizeof(from),
                   "TCP-LISTEN:%d,bind=127.0.0.1,reuseaddr,fork,backlog=1024",
                   port);
    (void)snprintf(to, sizeof(to), "TCP:127.0.0.1:%d", backend);
    become(argv);
}

const struct server relay_haproxy = {
    .name = "haproxy", .serve = be_haproxy, .is_foreign = true};
const struct server relay_socat = {
    .name = "socat", .serve = be_socat, .is_foreign = true};
