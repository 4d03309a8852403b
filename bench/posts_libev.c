/* SPDX-License-Identifier: MIT */
#include "bench/mailbox.h"

#include <ev.h>

#include "bench/peer.h"

static struct hearer {
    struct ev_loop *loop;
    ev_async filled;
    struct mailbox box;
} hearers[2];

static void on_filled(struct ev_loop *at, ev_async *filled, int what)
{
    struct hearer *hearer = filled->data;

    (void)what;
    if (mailbox_deliver(&hearer->box, (int)(hearer - hearers)))
        ev_break(at, EVBREAK_ONE);
}

static void open_loop(int loop)
{
    struct hearer *hearer = &hearers[loop];

    mailbox_init(&hearer->box);
    hearer->loop = ev_loop_new(EVFLAG_AUTO);
    must(hearer->loop != NULL, "ev_loop_new");
    ev_async_init(&hearer->filled, on_filled);
    hearer->filled.data = hearer;
    ev_async_start(hearer->loop, &hearer->filled);
}

static void send_to(int loop, struct message *message)
{
    if (mailbox_put(&hearers[loop].box, message))
        ev_async_send(hearers[loop].loop, &hearers[loop].filled);
}

static void run(int loop)
{
    ev_run(hearers[loop].loop, 0);
}

static void close_loop(int loop)
{
    ev_async_stop(hearers[loop].loop, &hearers[loop].filled);
    ev_loop_destroy(hearers[loop].loop);
}

const struct posting posts_libev = {"libev", open_loop, send_to, run,
                                    close_loop};
