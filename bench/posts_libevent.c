/* SPDX-License-Identifier: MIT */
#include "bench/mailbox.h"

#include <event2/event.h>
#include <event2/thread.h>

#include "bench/peer.h"

static struct hearer {
    struct event_base *base;
    struct event *filled;
    struct mailbox box;
} hearers[2];

static void on_filled(evutil_socket_t fd, short what, void *arg)
{
    struct hearer *hearer = arg;

    (void)fd, (void)what;
    if (mailbox_deliver(&hearer->box, (int)(hearer - hearers)))
        event_base_loopbreak(hearer->base);
}

static void open_loop(int loop)
{
    struct hearer *hearer = &hearers[loop];

    must(!evthread_use_pthreads(), "evthread_use_pthreads");
    mailbox_init(&hearer->box);
    hearer->base = event_base_new();
    must(hearer->base != NULL, "event_base_new");
    hearer->filled = event_new(hearer->base, -1, EV_PERSIST, on_filled, hearer);
    must(hearer->filled && !event_add(hearer->filled, NULL), "event_add");
}

static void send_to(int loop, struct message *message)
{
    if (mailbox_put(&hearers[loop].box, message))
        event_active(hearers[loop].filled, EV_READ, 0);
}

static void run(int loop)
{
    must(!event_base_loop(hearers[loop].base, EVLOOP_NO_EXIT_ON_EMPTY),
         "event_base_loop");
}

static void close_loop(int loop)
{
    event_free(hearers[loop].filled);
    event_base_free(hearers[loop].base);
}

const struct posting posts_libevent = {"libevent", open_loop, send_to, run,
                                       close_loop};
