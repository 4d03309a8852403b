/* SPDX-License-Identifier: MIT */
/**
 * @file epoll.c
 * Selector over Linux epoll(7).
 *
 * Level-triggered: an agent whose consumer is full leaves bytes unread, and
 * must hear of them again.  An edge would be reported once and lost.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>

enum { BATCH = 256 }; /* events of a wait that need no memory */

struct epoll_selector {
    struct vr_selector base;
    int epfd;
    struct epoll_event *more; /* for those that ask for more at a time */
    size_t room;              /* of more */
};

static struct epoll_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct epoll_selector, base);
}

static uint32_t to_epoll(unsigned events)
{
    return ((events & VR_READ) ? (uint32_t)EPOLLIN : 0u) |
           ((events & VR_WRITE) ? (uint32_t)EPOLLOUT : 0u);
}

static unsigned from_epoll(uint32_t events)
{
    if (events & (EPOLLERR | EPOLLHUP))
        return VR_READ | VR_WRITE;

    return ((events & EPOLLIN) ? (unsigned)VR_READ : 0u) |
           ((events & EPOLLOUT) ? (unsigned)VR_WRITE : 0u);
}

static int epoll_open(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    (void)arg;
    struct epoll_selector *self =
        vr_selector_alloc(env, &vr_selector_epoll, sizeof(*self));
    if (!self)
        return -ENOMEM;

    env = self->base.env;
    self->epfd = vr_sys(env, epoll_create1)(EPOLL_CLOEXEC);
    int err = self->epfd < 0 ? -errno : 0;
    if (!err)
        err = self->epfd = vr_fd_lift(env, self->epfd);
    if (err < 0) {
        vr_dealloc(env, self);
        return err;
    }

    *ret_sel = &self->base;
    return 0;
}

static void epoll_close(struct vr_selector *sel)
{
    struct epoll_selector *self = from_base(sel);

    vr_fd_close(sel->env, self->epfd);
    vr_dealloc(sel->env, self->more);
    vr_dealloc(sel->env, self);
}

static int epoll_own_fd(struct vr_selector *sel)
{
    return from_base(sel)->epfd;
}

static int epoll_watch(struct vr_selector *sel, int fd, uint64_t key,
                       unsigned was, unsigned now)
{
    assert(was != now);

    int op = !was ? EPOLL_CTL_ADD : !now ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    struct epoll_event event = {.events = to_epoll(now), .data.u64 = key};

    return vr_sys(sel->env, epoll_ctl)(from_base(sel)->epfd, op, fd, &event) < 0
               ? -errno
               : 0;
}

static void epoll_drop(struct vr_selector *sel, int fd)
{
    /* ENOENT when nothing was awaited: as wished */
    (void)vr_sys(sel->env, epoll_ctl)(from_base(sel)->epfd, EPOLL_CTL_DEL, fd,
                                      NULL);
}

/* Room for @p cap events, or without memory for @p batch, which are few. */
static struct epoll_event *find_room(struct epoll_selector *self,
                                     struct epoll_event batch[BATCH], int *cap)
{
    if (*cap <= BATCH)
        return batch;

    struct epoll_event *more = vr_reserve(
        self->base.env, self->more, &self->room, (size_t)*cap, sizeof(*more));
    if (!more) {
        *cap = BATCH; /* what is left over comes next time */
        return batch;
    }
    return self->more = more;
}

static int epoll_await(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    if (!cap)
        return 0; /* the kernel knows of each change already */

    struct epoll_event batch[BATCH];
    struct epoll_event *found = find_room(from_base(sel), batch, &cap);
    int count =
        vr_sys(sel->env, epoll_wait)(from_base(sel)->epfd, found, cap, timeout);
    if (count < 0)
        return errno == EINTR ? 0 : -errno;

    for (int i = 0; i < count; i++) {
        ready[i].key = found[i].data.u64;
        ready[i].events = from_epoll(found[i].events);
    }
    return count;
}

const struct vr_selector_ops vr_selector_epoll = {
    .name = "epoll",
    .open = epoll_open,
    .fd = epoll_own_fd,
    .watch = epoll_watch,
    .drop = epoll_drop,
    .wait = epoll_await,
    .close = epoll_close,
};
