/* SPDX-License-Identifier: MIT */
/**
 * @file kqueue.c
 * Selector over kqueue(2) of the BSDs and macOS.
 *
 * Reading and writing are two filters, added and deleted one by one, and only
 * when something changes: an EV_ADD of what is there is a change to the
 * systems, but an error to some versions of libkqueue.
 * Changes are made at once, not along with the next wait, so that watch() can
 * say what went wrong.  EV_EOF is no error and may come before the last bytes
 * are read: it makes its filter ready, and the read that follows tells.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/event.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/fork_mark.h>

enum { BATCH = 128 }; /* events of a wait that need no memory */

struct kqueue_selector {
    struct vr_selector base;
    int kq;
    struct kevent *more; /* for those that ask for more at a time */
    size_t room;         /* of more */
    uint64_t mark;       /* who has it open: children do not inherit it */
};

static struct kqueue_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct kqueue_selector, base);
}

static int kqueue_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    (void)arg;
    struct kqueue_selector *self =
        vr_selector_alloc(env, &vr_selector_kqueue, sizeof(*self));
    if (!self)
        return -ENOMEM;

    env = self->base.env;
    self->mark = vr_fork_mark();
    self->kq = vr_sys(env, kqueue)();
    if (self->kq < 0 || vr_sys(env, set_fd_flags)(self->kq, FD_CLOEXEC) < 0) {
        int err = -errno;
        vr_fd_close(env, self->kq);
        vr_dealloc(env, self);
        return err;
    }

    *ret_sel = &self->base;
    return 0;
}

static void kqueue_close(struct vr_selector *sel)
{
    struct kqueue_selector *self = from_base(sel);

    /* In a child the number may be something else's by now. */
    if (vr_fork_mark() == self->mark)
        vr_fd_close(sel->env, self->kq);
    vr_dealloc(sel->env, self->more);
    vr_dealloc(sel->env, self);
}

static int kqueue_own_fd(struct vr_selector *sel)
{
    return vr_selector_kqueue_polls() ? from_base(sel)->kq : -ENOTSUP;
}

/* The event carries the descriptor itself, so udata, which may have but 32
 * bits, is left for the generation.  It is a pointer or an integer. */
static struct kevent to_kevent(uint64_t key, unsigned event, unsigned flags)
{
    struct kevent kev;
    __typeof__(kev.udata) generation =
        (__typeof__(kev.udata))(uintptr_t)(key >> 32);

    EV_SET(&kev, (uint32_t)key, event == VR_READ ? EVFILT_READ : EVFILT_WRITE,
           (unsigned short)(flags | EV_RECEIPT), 0, 0, generation);
    return kev;
}

static struct vr_ready from_kevent(const struct kevent *found)
{
    uint64_t generation = (uint32_t)(uintptr_t)found->udata;

    return (struct vr_ready){.key = generation << 32 | (uint32_t)found->ident,
                             .events = found->filter == EVFILT_READ ? VR_READ
                                                                    : VR_WRITE};
}

/* The first thing that went wrong; all that can be done is done. */
static int change(struct vr_selector *sel, uint64_t key, unsigned was,
                  unsigned now)
{
    static const struct timespec at_once = {0};
    static const unsigned events[] = {VR_READ, VR_WRITE};
    struct kevent list[2];
    int count = 0;

    for (int i = 0; i < 2; i++)
        if ((was ^ now) & events[i])
            list[count++] =
                to_kevent(key, events[i], now & events[i] ? EV_ADD : EV_DELETE);

    /* As many receipts as changes leave no room for an event. */
    count = vr_sys(sel->env, kevent)(from_base(sel)->kq, list, count, list,
                                     count, &at_once);
    if (count < 0)
        return -errno;

    for (int i = 0; i < count; i++)
        if (list[i].data)
            return -(int)list[i].data;
    return 0;
}

static int kqueue_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    assert(was != now);
    assert((uint32_t)key == (uint32_t)fd);

    int err = was ? 0 : vr_selector_check_fd(sel->env, fd);
    if (err < 0)
        return err;

    err = change(sel, key, was, now);
    if (err < 0)
        (void)change(sel, key, now, was);
    return err;
}

static void kqueue_drop(struct vr_selector *sel, int fd)
{
    /* ENOENT when nothing was awaited: as wished */
    (void)change(sel, (uint32_t)fd, VR_READ | VR_WRITE, 0);
}

/* Room for @p cap events, or without memory for @p batch, which are few. */
static struct kevent *find_room(struct kqueue_selector *self,
                                struct kevent batch[BATCH], int *cap)
{
    if (*cap <= BATCH)
        return batch;

    struct kevent *more = vr_reserve(self->base.env, self->more, &self->room,
                                     (size_t)*cap, sizeof(*more));
    if (!more) {
        *cap = BATCH; /* what is left over comes next time */
        return batch;
    }
    return self->more = more;
}

static int kqueue_await(struct vr_selector *sel, struct vr_ready *ready,
                        int cap, vr_time timeout)
{
    if (!cap)
        return 0; /* the kernel knows of each change already */

    struct kevent batch[BATCH];
    struct kevent *found = find_room(from_base(sel), batch, &cap);
    struct timespec spec;
    int count =
        vr_sys(sel->env, kevent)(from_base(sel)->kq, NULL, 0, found, cap,
                                 vr_selector_timespec(timeout, &spec));
    if (count < 0)
        return errno == EINTR ? 0 : -errno;

    for (int i = 0; i < count; i++)
        ready[i] = from_kevent(&found[i]);
    return count;
}

const struct vr_selector_ops vr_selector_kqueue = {
    .name = "kqueue",
    .open = kqueue_open,
    .fd = kqueue_own_fd,
    .watch = kqueue_watch,
    .drop = kqueue_drop,
    .wait = kqueue_await,
    .close = kqueue_close,
};
