/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll() */
/* own_selector: a selector of the program's own, over ppoll(2), for up to 1024
 * descriptors.  The suite judges it, a reactor uses it. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include <vreactor/testing/selector_check.h>
#include <vreactor/vreactor.h>

enum { MOST = 1024 };

struct own {
    struct vr_selector base; /* first in every selector */
    struct pollfd fds[MOST]; /* what is awaited, and nothing else */
    uint64_t keys[MOST];     /* of each of them */
    unsigned count;
    unsigned next; /* the first to look at after the next wait */
};

static const struct vr_selector_ops own_selector;

static int own_open(const struct vr_env *env, void *arg,
                    struct vr_selector **ret_sel)
{
    (void)arg; /* selector_arg of the reactor's options */
    struct own *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->base.ops = &own_selector;
    self->base.env = vr_env_or_default(env);
    *ret_sel = &self->base;
    return 0;
}

static void own_close(struct vr_selector *sel)
{
    vr_dealloc(sel->env, vr_container_of(sel, struct own, base));
}

static int own_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP; /* there is nothing another loop could wait for */
}

static unsigned find(const struct own *self, int fd)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->fds[i].fd == fd)
            return i;
    return self->count;
}

static void own_drop(struct vr_selector *sel, int fd)
{
    struct own *self = vr_container_of(sel, struct own, base);
    unsigned i = find(self, fd);

    if (i == self->count)
        return;
    self->fds[i] = self->fds[--self->count]; /* the last one fills the gap */
    self->keys[i] = self->keys[self->count];
}

static int own_watch(struct vr_selector *sel, int fd, uint64_t key,
                     unsigned was, unsigned now)
{
    struct own *self = vr_container_of(sel, struct own, base);

    if (!now) /* take it out, or a hang-up would end every wait */
        return own_drop(sel, fd), 0;
    int err = was ? 0 : vr_selector_check_fd(sel->env, fd);
    if (err || (!was && self->count == MOST))
        return err ? err : -ENOSPC;

    unsigned i = was ? find(self, fd) : self->count++;
    int in = now & VR_READ ? POLLIN : 0, out = now & VR_WRITE ? POLLOUT : 0;
    self->fds[i] = (struct pollfd){.fd = fd, .events = (short)(in | out)};
    self->keys[i] = key;
    return 0;
}

static int own_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                    vr_time timeout)
{
    struct own *self = vr_container_of(sel, struct own, base);
    struct timespec span = vr_time_to_timespec(timeout < 0 ? 0 : timeout);
    int found = 0;

    if (!cap) /* a wait without room: the kernel knows all already */
        return 0;
    if (ppoll(self->fds, self->count, timeout < 0 ? NULL : &span, NULL) < 0)
        return errno == EINTR ? 0 : -errno;

    for (unsigned n = self->count; n && found < cap; n--) {
        unsigned i = self->next++ % self->count; /* all have their turn */
        int got = self->fds[i].revents; /* an error counts as both events */
        ready[found].key = self->keys[i];
        ready[found].events = (got & ~POLLOUT ? (unsigned)VR_READ : 0u) |
                              (got & ~POLLIN ? (unsigned)VR_WRITE : 0u);
        found += got != 0;
    }
    return found;
}

static const struct vr_selector_ops own_selector = {.name = "own",
                                                    .open = own_open,
                                                    .fd = own_fd,
                                                    .watch = own_watch,
                                                    .drop = own_drop,
                                                    .wait = own_wait,
                                                    .close = own_close};

static void report(void *ctx, const struct vr_selector_verdict *verdict)
{
    if (verdict->outcome == VR_SELECTOR_FAILS)
        fprintf(ctx, "%s: %s\n", verdict->test, verdict->why);
}

/* A hundred waits of 100 us by a reactor over @p ops, 10 ms in all. */
static int time_waits(const struct vr_selector_ops *ops)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;

    options.selector_ops = ops;
    int err = vr_reactor_new(&options, &reactor);
    if (err)
        return err;
    vr_time began = vr_now(NULL);
    for (int i = 0; i < 100 && !err; i++)
        err = vr_reactor_turn(reactor, 100 * VR_USEC);
    printf("%s: %d ms\n", ops->name, (int)((vr_now(NULL) - began) / VR_MSEC));
    vr_reactor_free(reactor);
    return err;
}

int main(void)
{
    struct vr_selector_check_options all = VR_SELECTOR_CHECK_OPTIONS_INIT;

    all.report = report;
    all.ctx = stderr;
    return vr_selector_check(&own_selector, &all) ||
           time_waits(&own_selector) || time_waits(vr_selector_find("poll"));
}
