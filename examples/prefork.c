/* SPDX-License-Identifier: MIT */
/* prefork [ADDRESS]: an echo server of some processes that share a listener,
 * until interrupted. */
#define _POSIX_C_SOURCE 200809L /* sigprocmask() */

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <vreactor/vreactor.h>

enum { WORKERS = 4 };

static struct vr_reactor *reactor;
static struct vr_server server;
static struct vr_child workers[WORKERS];
static sigset_t before;   /* the mask of signals */
static int count, result; /* how many are left, the exit status */

static size_t echo(struct vr_connection *client, const struct vr_offer *offer)
{
    if (vr_connection_write(client, offer->data, offer->len))
        vr_connection_close(client, NULL);
    return offer->len;
}

/* What is open on the reactor goes on here: the server, and its signals. */
static int work(void)
{
    int err = vr_reactor_after_fork(reactor);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!err)
        err = vr_server_run(&server);
    return err ? 1 : 0;
}

static struct vr_result on_end(void *arg, struct vr_result ended)
{
    const struct vr_child *worker = arg;

    if (ended.failure || vr_child_status(worker))
        result = 1;
    vr_result_free(ended);
    if (--count == 0)
        vr_reactor_stop(reactor);
    return vr_ok(vr_value_none());
}

static void on_interrupt(struct vr_signal *signal)
{
    for (int i = 0; i < WORKERS; i++)
        (void)vr_child_kill(&workers[i], vr_signal_number(signal));
}

/* The parent serves nobody, and waits for the workers. */
static int watch_workers(const pid_t pids[WORKERS])
{
    static struct vr_signal interrupt, terminate;

    vr_server_close(&server);
    int err = vr_signal_open(&interrupt, reactor, SIGINT, on_interrupt);
    if (!err)
        err = vr_signal_open(&terminate, reactor, SIGTERM, on_interrupt);
    count = WORKERS; /* one that could not be made ends at once */
    for (int i = 0; i < WORKERS && !err; i++) {
        struct vr_pending *end = vr_child_watch(&workers[i], reactor, pids[i]);
        err = vr_pending_both(end, on_end, &workers[i]);
        if (!err)
            vr_pending_forget(end);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    printf("serving at %s, in %d processes\n", vr_server_text(&server), count);
    fflush(stdout);
    return err ? err : vr_reactor_run(reactor);
}

/* A signal that comes before they hear it waits until they do. */
static void fork_workers(pid_t pids[WORKERS])
{
    sigset_t both;

    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, &before);
    for (int i = 0; i < WORKERS; i++)
        if ((pids[i] = fork()) == 0)
            _exit(work());
}

int main(int argc, char **argv)
{
    static const struct vr_server_ops ops = {.connection.consume = echo};
    struct vr_server_options options = VR_SERVER_OPTIONS_INIT;
    struct vr_address place;
    pid_t pids[WORKERS];

    options.signals = true;
    int err =
        vr_address_parse(NULL, argc > 1 ? argv[1] : "127.0.0.1:7007", &place);
    if (!err)
        err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_server_open(&server, reactor, &place, &options, &ops);
    if (!err)
        fork_workers(pids);
    if (!err)
        err = watch_workers(pids);
    if (err)
        fprintf(stderr, "prefork: %s\n", vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : result;
}
