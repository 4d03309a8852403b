/* SPDX-License-Identifier: MIT */
#include "bench/posts.h"

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>

#include "bench/peer.h"
#include "bench/selector.h"

static struct vr_reactor *reactors[2];

static void arrive(int loop, struct vr_post *post)
{
    if (posts_arrive(loop, vr_container_of(post, struct message, post)))
        vr_reactor_stop(reactors[loop]);
}

static void on_post_0(struct vr_post *post)
{
    arrive(0, post);
}

static void on_post_1(struct vr_post *post)
{
    arrive(1, post);
}

static void open_with(int loop, vr_time spin)
{
    struct vr_reactor_options options = bench_options();

    options.spin = spin;
    must(!vr_reactor_new(&options, &reactors[loop]), "vr_reactor_new");
}

static void open_loop(int loop)
{
    open_with(loop, 0);
}

/* For about as long as a wake-up takes. */
static void open_spinning(int loop)
{
    open_with(loop, 50 * VR_USEC);
}

static void send_to(int loop, struct message *message)
{
    message->post.run = loop ? on_post_1 : on_post_0;
    vr_reactor_post(reactors[loop], &message->post);
}

static void run(int loop)
{
    must(!vr_reactor_run(reactors[loop]), "vr_reactor_run");
}

static void close_loop(int loop)
{
    must(!vr_reactor_free(reactors[loop]), "vr_reactor_free");
}

const struct posting posts_vreactor = {"vreactor", open_loop, send_to, run,
                                       close_loop};
const struct posting posts_spinning = {"vreactor-spin", open_spinning, send_to,
                                       run, close_loop};
