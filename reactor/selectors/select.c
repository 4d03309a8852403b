/* SPDX-License-Identifier: MIT */
/**
 * @file select.c
 * Selector over select(2), for descriptors below FD_SETSIZE.
 *
 * There is no set of exceptions: urgent data would be reported for as long as
 * it is not read, and nobody here reads it.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/select.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>

struct select_selector {
    struct vr_selector base;
    fd_set reads, writes; /**< awaited */
    int top;              /**< above every descriptor awaited */
    int next;             /**< descriptor to look at first, after next wait */
    uint64_t keys[FD_SETSIZE];
};

static struct select_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct select_selector, base);
}

static unsigned events_of(int fd, const fd_set *reads, const fd_set *writes)
{
    return (FD_ISSET(fd, reads) ? (unsigned)VR_READ : 0u) |
           (FD_ISSET(fd, writes) ? (unsigned)VR_WRITE : 0u);
}

static int select_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    (void)arg;
    struct select_selector *self =
        vr_selector_alloc(env, &vr_selector_select, sizeof(*self));
    if (!self)
        return -ENOMEM;

    FD_ZERO(&self->reads);
    FD_ZERO(&self->writes);
    *ret_sel = &self->base;
    return 0;
}

static void select_close(struct vr_selector *sel)
{
    vr_dealloc(sel->env, from_base(sel));
}

static int select_own_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP;
}

static void set_bit(int fd, fd_set *set, bool on)
{
    if (on)
        FD_SET(fd, set);
    else
        FD_CLR(fd, set);
}

static void set_awaited(struct select_selector *self, int fd, unsigned events)
{
    set_bit(fd, &self->reads, events & VR_READ);
    set_bit(fd, &self->writes, events & VR_WRITE);

    if (fd >= self->top)
        self->top = fd + 1;
    while (self->top > 0 &&
           !events_of(self->top - 1, &self->reads, &self->writes))
        self->top--;
}

static int select_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    assert(was != now);

    if (fd >= FD_SETSIZE)
        return -ERANGE;
    int err = was ? 0 : vr_selector_check_fd(sel->env, fd);
    if (err < 0)
        return err;

    from_base(sel)->keys[fd] = key;
    set_awaited(from_base(sel), fd, now);
    return 0;
}

static void select_drop(struct vr_selector *sel, int fd)
{
    if (fd >= 0 && fd < FD_SETSIZE)
        set_awaited(from_base(sel), fd, 0);
}

/* From where the last one stopped, so that all have their turn. */
static int collect(struct select_selector *self, const fd_set *reads,
                   const fd_set *writes, struct vr_ready *ready, int cap)
{
    int fd = self->next, found = 0;

    for (int looked = 0; looked < self->top && found < cap; looked++, fd++) {
        if (fd >= self->top)
            fd = 0;
        unsigned events = events_of(fd, reads, writes);
        if (!events)
            continue;
        ready[found].key = self->keys[fd];
        ready[found].events = events;
        found++;
    }
    self->next = fd;
    return found;
}

/* Someone closed a descriptor that is awaited: select() says so, but not which.
 * Its owner is to find out, by reading or writing, and nobody else. */
static void find_closed(struct select_selector *self, fd_set *reads,
                        fd_set *writes)
{
    FD_ZERO(reads);
    FD_ZERO(writes);
    for (int fd = 0; fd < self->top; fd++) {
        if (!events_of(fd, &self->reads, &self->writes) ||
            vr_sys(self->base.env, get_fd_flags)(fd) >= 0)
            continue;
        FD_SET(fd, reads);
        FD_SET(fd, writes);
    }
}

static int select_await(struct vr_selector *sel, struct vr_ready *ready,
                        int cap, vr_time timeout)
{
    if (!cap)
        return 0; /* nothing is kept back */

    struct select_selector *self = from_base(sel);
    fd_set reads = self->reads, writes = self->writes;
    struct timespec spec;
    int count = vr_sys(sel->env, select)(self->top, &reads, &writes, NULL,
                                         vr_selector_timespec(timeout, &spec));
    if (count == 0 || (count < 0 && errno == EINTR))
        return 0;
    if (count < 0 && errno != EBADF)
        return -errno;
    if (count < 0)
        find_closed(self, &reads, &writes);

    return collect(self, &reads, &writes, ready, cap);
}

const struct vr_selector_ops vr_selector_select = {
    .name = "select",
    .open = select_open,
    .fd = select_own_fd,
    .watch = select_watch,
    .drop = select_drop,
    .wait = select_await,
    .close = select_close,
};
