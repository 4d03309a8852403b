/* SPDX-License-Identifier: MIT */
/**
 * @file poll.c
 * Selector over poll(2), for systems with nothing better.
 *
 * The array given to poll() holds what is awaited and nothing else: a hang-up
 * is reported asked or unasked, and nobody would be there to hear it.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>

static const vr_time LONGEST_PART = 10 * VR_MSEC;

/** What is known of the descriptor whose number is its index. */
struct slot {
    uint64_t key;
    size_t place; /**< 1 + index of its pollfd; 0: nothing awaited */
};

struct poll_selector {
    struct vr_selector base;
    struct pollfd *fds; /**< those awaited, in no order */
    size_t count, room; /**< of fds */
    struct slot *slots;
    size_t slot_count;
    size_t next; /**< index in fds to look at first, after the next wait */
};

static struct poll_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct poll_selector, base);
}

static short to_poll(unsigned events)
{
    return (short)(((events & VR_READ) ? POLLIN : 0) |
                   ((events & VR_WRITE) ? POLLOUT : 0));
}

static unsigned from_poll(short events)
{
    if (events & (POLLERR | POLLHUP | POLLNVAL))
        return VR_READ | VR_WRITE;

    return ((events & POLLIN) ? (unsigned)VR_READ : 0u) |
           ((events & POLLOUT) ? (unsigned)VR_WRITE : 0u);
}

static int poll_open(const struct vr_env *env, void *arg,
                     struct vr_selector **ret_sel)
{
    (void)arg;
    struct poll_selector *self =
        vr_selector_alloc(env, &vr_selector_poll, sizeof(*self));
    if (!self)
        return -ENOMEM;

    *ret_sel = &self->base;
    return 0;
}

static void poll_close(struct vr_selector *sel)
{
    struct poll_selector *self = from_base(sel);

    vr_dealloc(sel->env, self->fds);
    vr_dealloc(sel->env, self->slots);
    vr_dealloc(sel->env, self);
}

static int poll_own_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP;
}

static int reserve_slots(struct poll_selector *self, size_t need)
{
    struct slot *slots = vr_reserve(self->base.env, self->slots,
                                    &self->slot_count, need, sizeof(*slots));
    if (!slots)
        return -ENOMEM;

    self->slots = slots;
    return 0;
}

static int reserve_fds(struct poll_selector *self, size_t need)
{
    struct pollfd *fds =
        vr_reserve(self->base.env, self->fds, &self->room, need, sizeof(*fds));
    if (!fds)
        return -ENOMEM;

    self->fds = fds;
    return 0;
}

static int add(struct poll_selector *self, int fd)
{
    int err = vr_selector_check_fd(self->base.env, fd);
    if (!err)
        err = reserve_slots(self, (size_t)fd + 1);
    if (!err)
        err = reserve_fds(self, self->count + 1);
    if (err < 0)
        return err;

    self->fds[self->count++] = (struct pollfd){.fd = fd};
    self->slots[fd].place = self->count;
    return 0;
}

static void poll_drop(struct vr_selector *sel, int fd)
{
    struct poll_selector *self = from_base(sel);

    if (fd < 0 || (size_t)fd >= self->slot_count || !self->slots[fd].place)
        return;

    /* The last one moves into the gap. */
    size_t place = self->slots[fd].place;
    struct pollfd last = self->fds[--self->count];
    self->fds[place - 1] = last;
    self->slots[last.fd].place = place;
    self->slots[fd].place = 0;
}

static int poll_watch(struct vr_selector *sel, int fd, uint64_t key,
                      unsigned was, unsigned now)
{
    assert(was != now);

    struct poll_selector *self = from_base(sel);
    if (!now) {
        poll_drop(sel, fd);
        return 0;
    }
    int err = was ? 0 : add(self, fd);
    if (err < 0)
        return err;

    self->slots[fd].key = key;
    self->fds[self->slots[fd].place - 1].events = to_poll(now);
    return 0;
}

/* From where the last one stopped, so that all have their turn. */
static int collect(struct poll_selector *self, struct vr_ready *ready, int cap)
{
    size_t at = self->next;
    int found = 0;

    for (size_t looked = 0; looked < self->count && found < cap; looked++) {
        if (at >= self->count)
            at = 0;
        const struct pollfd *fd = &self->fds[at++];
        if (!fd->revents)
            continue;
        ready[found].key = self->slots[fd->fd].key;
        ready[found].events = from_poll(fd->revents);
        found++;
    }
    self->next = at;
    return found;
}

/* More descriptors are awaited than RLIMIT_NOFILE, which was lowered, lets be
 * asked for at a time: ask in parts, then wait for the first of them, not long.
 */
static int poll_in_parts(struct poll_selector *self, vr_time timeout)
{
    const struct vr_env *env = self->base.env;
    long most = vr_sys(env, sysconf)(_SC_OPEN_MAX);
    size_t part = most > 0 ? (size_t)most : 1;
    int found = 0;

    if (self->count <= part) {
        errno = EINVAL; /* it is something else */
        return -1;
    }
    for (size_t at = 0; at < self->count; at += part) {
        size_t left = self->count - at;
        int count =
            vr_sys(env, poll)(self->fds + at, left < part ? left : part, 0);
        if (count < 0)
            return -1;
        found += count;
    }
    if (found || !timeout)
        return found;
    if (timeout < 0 || timeout > LONGEST_PART)
        timeout = LONGEST_PART;
    return vr_sys(env, poll)(self->fds, part, timeout);
}

static int poll_await(struct vr_selector *sel, struct vr_ready *ready, int cap,
                      vr_time timeout)
{
    if (!cap)
        return 0; /* nothing is kept back */

    struct poll_selector *self = from_base(sel);
    int count = vr_sys(sel->env, poll)(self->fds, self->count, timeout);
    if (count < 0 && errno == EINVAL)
        count = poll_in_parts(self, timeout);
    if (count < 0)
        return errno == EINTR ? 0 : -errno;

    return collect(self, ready, cap < count ? cap : count);
}

const struct vr_selector_ops vr_selector_poll = {
    .name = "poll",
    .open = poll_open,
    .fd = poll_own_fd,
    .watch = poll_watch,
    .drop = poll_drop,
    .wait = poll_await,
    .close = poll_close,
};
