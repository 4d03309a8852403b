/* SPDX-License-Identifier: MIT */
/* handshake_server [WAY ADDRESS]: shake hands with guests, until interrupted;
 * or once in each of the three ways, with a client who knows what to say. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "handshake.h"

static const struct handshake_way *const ways[] = {
    &handshake_callbacks, &handshake_deferreds, &handshake_coroutine};
static const struct handshake_way *way;
static struct vr_reactor *reactor;
static bool goes_on; /* when a guest has gone */

static void on_over(struct handshake_host *host, int err)
{
    (void)host;
    printf("%s: %s\n", way->name, err ? vr_strerror(err) : "a guest");
    if (!goes_on)
        vr_reactor_stop(reactor);
}

static struct handshake_host host = {.over = on_over};

/* ---- once ---- */

static int try_it(void)
{
    static const char said[] = "grace\necarg\n";
    char heard[256] = "";
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -errno;
    int err = handshake_serve(way, reactor, ends[0], &host);
    if (err)
        close(ends[0]);
    else if (write(ends[1], said, strlen(said)) < 0 ||
             shutdown(ends[1], SHUT_WR))
        err = -errno;
    else if (!(err = vr_reactor_run(reactor)))
        (void)!recv(ends[1], heard, sizeof(heard) - 1, MSG_WAITALL);
    close(ends[1]);
    printf("%s", heard);
    return err || strstr(heard, "Welcome, grace.") ? err : -VR_EPROTOCOL;
}

/* ---- until interrupted ---- */

/* A signal handler may stop a reactor. */
static void on_interrupt(int number)
{
    (void)number;
    vr_reactor_stop(reactor);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    (void)peer;
    return handshake_serve(way, listener->reactor, fd, &host);
}

static int serve(const char *address)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};
    static struct vr_listener listener;
    struct vr_address place;

    int err = vr_address_parse(NULL, address, &place);
    if (!err)
        err = vr_listener_open(&listener, reactor, &place, NULL, &ops);
    if (err)
        return err;

    goes_on = true;
    signal(SIGINT, on_interrupt);
    printf("serving at %s\n", address);
    fflush(stdout);
    err = vr_reactor_run(reactor);
    signal(SIGINT, SIG_DFL);
    return err;
}

int main(int argc, char **argv)
{
    int err = vr_reactor_new(NULL, &reactor);

    for (int i = 0; i < 3 && !err; i++) {
        way = ways[i];
        if (argc == 1)
            err = try_it();
        else if (argc == 3 && !strcmp(argv[1], way->name))
            err = serve(argv[2]);
    }
    if (!err && argc > 1 && !goes_on)
        err = -EINVAL;
    if (err)
        fprintf(stderr, "handshake_server: %s\n", vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
