/* SPDX-License-Identifier: MIT */
/**
 * @file frames.c
 * A thread that draws, and must never wait: it starts work on the thread of a
 * reactor, looks once a frame whether that is done, and may change its mind.
 */
#define _POSIX_C_SOURCE 200809L /* nanosleep() */

#include <vreactor/reactor/async/future.h>
#include <vreactor/reactor/async/sleep.h>
#include <vreactor/reactor/reactor.h>

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { PATIENCE = 20 }; /* frames */

/* On the reactor's thread: takes as many milliseconds as @span says. */
static struct vr_result work(struct vr_value span)
{
    vr_time milliseconds = *(const int *)span.ptr;

    return vr_wait_for(
        vr_pending_sleep(vr_reactor_current(), milliseconds * VR_MSEC));
}

static void draw_frame(int number)
{
    static const struct timespec frame = {.tv_nsec = 10000000};

    printf("\rframe %d ", number);
    (void)nanosleep(&frame, NULL);
}

static void draw_while_it_works(struct vr_reactor *reactor, const int *span)
{
    struct vr_future *done = vr_future_start(
        reactor, work, vr_value_of((void *)(uintptr_t)span, NULL));

    for (int i = 1; !vr_future_is_done(done); i++) {
        draw_frame(i);
        if (i == PATIENCE)
            (void)vr_future_cancel(done);
    }
    struct vr_result result = vr_future_take(done);
    puts(result.failure ? "it was cancelled" : "it is done");
    vr_result_free(result);
}

int main(void)
{
    static const int soon = 50, late = 60000; /* a cancelled work reads them */
    struct vr_reactor *reactor;

    if (vr_reactor_new(NULL, &reactor) < 0 || vr_reactor_start(reactor) < 0)
        return 1;
    draw_while_it_works(reactor, &soon);
    draw_while_it_works(reactor, &late);
    vr_reactor_stop(reactor);
    return vr_reactor_join(reactor) < 0 || vr_reactor_free(reactor) < 0;
}
