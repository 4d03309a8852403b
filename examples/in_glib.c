/* SPDX-License-Identifier: MIT */
/* in_glib: a reactor inside a GLib main loop.  A timeout of GLib's fetches a
 * page now and then; server and client are agents of ours. */
#include <glib.h>
#include <stdio.h>

#include <vreactor/vreactor.h>

#include "hello_fetch.h"

/* ---- the glue ---- */

/* A reactor among the sources of a GMainContext. */
struct reactor_source {
    GSource source; /* GLib's part of it */
    struct vr_reactor *reactor;
    gpointer ready; /* the reactor's descriptor */
};

static struct reactor_source *mine(GSource *source)
{
    return (struct reactor_source *)source;
}

/* How long may GLib wait?  Both say -1 for ever. */
static gboolean prepare(GSource *source, gint *ret_ms)
{
    *ret_ms = vr_time_to_ms(vr_reactor_timeout(mine(source)->reactor));
    return *ret_ms == 0;
}

static gboolean check(GSource *source)
{
    return g_source_query_unix_fd(source, mine(source)->ready) ||
           vr_reactor_timeout(mine(source)->reactor) == 0;
}

/* The callback is told when the reactor was stopped, or cannot go on.  Turns
 * do not nest: GLib leaves a source out of loops inside its own dispatch. */
static gboolean dispatch(GSource *source, GSourceFunc stopped, gpointer arg)
{
    if (!vr_reactor_turn(mine(source)->reactor, 0))
        return G_SOURCE_CONTINUE;
    if (stopped)
        stopped(arg);
    return G_SOURCE_REMOVE;
}

/* Take @p reactor in.  The caller destroys the source before the reactor.
 * @return NULL if there is no descriptor to wait for */
static GSource *reactor_source_new(struct vr_reactor *reactor)
{
    static GSourceFuncs funcs = {
        .prepare = prepare, .check = check, .dispatch = dispatch};

    int fd = vr_reactor_fd(reactor);
    if (fd < 0)
        return NULL;

    GSource *source = g_source_new(&funcs, sizeof(struct reactor_source));
    mine(source)->reactor = reactor;
    mine(source)->ready = g_source_add_unix_fd(source, fd, G_IO_IN);
    g_source_attach(source, NULL);
    return source;
}

/* ---- a program that has a main loop already ---- */

static gboolean on_tick(gpointer fetch)
{
    hello_fetch_begin(fetch);
    return G_SOURCE_CONTINUE;
}

static gboolean on_stopped(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static void run_loop(struct hello_fetch *fetch, GSource *source)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    guint tick = g_timeout_add(10, on_tick, fetch); /* milliseconds */

    g_source_set_callback(source, on_stopped, loop, NULL);
    g_main_loop_run(loop);
    g_source_remove(tick);
    g_main_loop_unref(loop);
}

int main(void)
{
    struct hello_fetch fetch = {.err = -1};
    struct vr_reactor *reactor;

    if (vr_reactor_new(NULL, &reactor))
        return fputs("in_glib: no reactor\n", stderr), 1;
    GSource *source = reactor_source_new(reactor);
    if (!source) {
        fprintf(stderr, "in_glib: the selector %s has no descriptor\n",
                vr_reactor_selector(reactor));
    } else {
        if (!hello_fetch_open(&fetch, reactor, 3))
            run_loop(&fetch, source);
        hello_fetch_close(&fetch);
        g_source_destroy(source);
        g_source_unref(source);
    }
    vr_reactor_free(reactor);
    return fetch.err != 0;
}
