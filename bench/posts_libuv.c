/* SPDX-License-Identifier: MIT */
#include "bench/mailbox.h"

#include <uv.h>

#include "bench/peer.h"

static struct hearer {
    uv_loop_t loop;
    uv_async_t filled;
    struct mailbox box;
} hearers[2];

static void on_filled(uv_async_t *filled)
{
    struct hearer *hearer = filled->data;

    if (mailbox_deliver(&hearer->box, (int)(hearer - hearers)))
        uv_stop(&hearer->loop);
}

static void open_loop(int loop)
{
    struct hearer *hearer = &hearers[loop];

    mailbox_init(&hearer->box);
    must(!uv_loop_init(&hearer->loop), "uv_loop_init");
    must(!uv_async_init(&hearer->loop, &hearer->filled, on_filled),
         "uv_async_init");
    hearer->filled.data = hearer;
}

static void send_to(int loop, struct message *message)
{
    if (mailbox_put(&hearers[loop].box, message))
        must(!uv_async_send(&hearers[loop].filled), "uv_async_send");
}

static void run(int loop)
{
    uv_run(&hearers[loop].loop, UV_RUN_DEFAULT);
}

static void close_loop(int loop)
{
    uv_close((uv_handle_t *)&hearers[loop].filled, NULL);
    uv_run(&hearers[loop].loop, UV_RUN_DEFAULT);
    must(!uv_loop_close(&hearers[loop].loop), "uv_loop_close");
}

const struct posting posts_libuv = {"libuv", open_loop, send_to, run,
                                    close_loop};
