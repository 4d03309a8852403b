/* SPDX-License-Identifier: MIT */
/* quickstart [URL [FILE]]: embed a reactor thread in an ordinary program, have
 * it call back later, and fetch a page by a connection. */
#include <pthread.h>
#include <stdio.h>

#include <vreactor/vreactor.h>

#include "hello_server.h"
#include "http_reply.h"

struct fetch {
    struct vr_reactor *reactor;
    struct url url;
    struct vr_address peer;
    struct vr_server server; /* used where no URL is given */
    struct http_reply reply;
    pthread_mutex_t lock; /* guards why and done */
    pthread_cond_t wake;
    struct vr_end why;
    bool done;
};

/* On the reactor's thread: wake the main thread. */
static void tell(struct fetch *fetch, const struct vr_end *why)
{
    vr_server_finish(&fetch->server);
    pthread_mutex_lock(&fetch->lock);
    vr_end_keep(&fetch->why, why);
    fetch->done = true;
    pthread_cond_signal(&fetch->wake);
    pthread_mutex_unlock(&fetch->lock);
}

static void on_over(struct http_reply *reply, const struct vr_end *why)
{
    tell(vr_container_of(reply, struct fetch, reply), why);
}

/* On the reactor's thread, in a call that was scheduled. */
static void begin(void *arg)
{
    struct fetch *fetch = arg;
    int err = 0;

    http_reply_init(&fetch->reply, fetch->reactor, &fetch->url, on_over);
    if (!fetch->peer.len)
        err = hello_server_open(&fetch->server, fetch->reactor, &fetch->peer);
    if (err)
        tell(fetch, &(struct vr_end){.kind = VR_END_ERROR, .code = err});
    else
        vr_connection_connect(&fetch->reply.connection, fetch->reactor,
                              &fetch->peer, NULL, &http_reply_ops);
}

static void remind(void *reactor)
{
    vr_log_info(vr_reactor_log(reactor), "a delayed call, as scheduled");
}

/* From the main thread: three calls to come, and the last one taken back. */
static int schedule(struct fetch *fetch)
{
    struct vr_reactor *reactor = fetch->reactor;
    struct vr_task reminder = {.run = remind, .arg = reactor};
    struct vr_task beginning = {.run = begin, .arg = fetch};
    uint64_t id = 0;

    int err = vr_schedule(reactor, 1 * VR_MSEC, &reminder, NULL);
    if (!err)
        err = vr_schedule(reactor, 2 * VR_MSEC, &beginning, NULL);
    if (!err)
        err = vr_schedule(reactor, 60 * VR_SEC, &reminder, &id);
    return err || vr_schedule_cancel(reactor, id) ? err : -VR_ECANCELLED;
}

static void wait_until_done(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    while (!fetch->done)
        pthread_cond_wait(&fetch->wake, &fetch->lock);
    pthread_mutex_unlock(&fetch->lock);
}

int main(int argc, char **argv)
{
    struct fetch fetch = {.lock = PTHREAD_MUTEX_INITIALIZER,
                          .wake = PTHREAD_COND_INITIALIZER};
    struct vr_log_console console;

    if (url_resolve(argc > 1 ? argv[1] : NULL, &fetch.url, &fetch.peer))
        return 1;
    int err = vr_reactor_new(NULL, &fetch.reactor);
    if (err)
        return fprintf(stderr, "quickstart: no reactor: %s (%s)\n",
                       vr_strerror(err), vr_errname(err)),
               1;
    vr_log_console_init(&console, NULL, 2);
    err = vr_logger_attach(vr_reactor_log(fetch.reactor), &console.base);
    if (!err)
        err = vr_reactor_start(fetch.reactor);
    if (!err)
        err = schedule(&fetch);
    if (!err)
        wait_until_done(&fetch);
    vr_reactor_stop(fetch.reactor);
    vr_reactor_join(fetch.reactor);
    if (err)
        vr_end_keep(&fetch.why,
                    &(struct vr_end){.kind = VR_END_ERROR, .code = err});
    int status =
        http_reply_print(&fetch.reply, &fetch.why, argv[argc > 2 ? 2 : argc]);
    http_reply_fini(&fetch.reply);
    vr_end_drop(&fetch.why);
    vr_reactor_free(fetch.reactor);
    return status;
}
