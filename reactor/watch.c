/* SPDX-License-Identifier: MIT */
/**
 * @file watch.c
 * Readers and writers of descriptors, as their owners open, change and close
 * them.  What becomes of that in the selector is in watch_table.c.
 */
#include <vreactor/reactor/watch.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

enum { BOTH = VR_READ | VR_WRITE };

static struct vr_watch *watch_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_watch, link);
}

unsigned vr_watch_roles(const struct vr_watch_ops *ops)
{
    if (ops->ready)
        return BOTH;

    return (ops->readable ? (unsigned)VR_READ : 0u) |
           (ops->writable ? (unsigned)VR_WRITE : 0u);
}

/* `ready` hears both events, so nothing else does. */
static bool is_sound(const struct vr_watch_ops *ops, unsigned want)
{
    unsigned roles = vr_watch_roles(ops);

    return roles && !(want & ~roles) && vr_is_known(ops) &&
           !(ops->ready && (ops->readable || ops->writable));
}

int vr_watch_open(struct vr_watch *watch, struct vr_reactor *reactor, int fd,
                  unsigned want, const struct vr_watch_ops *ops)
{
    struct vr_watch_table *table = &reactor->watches;

    vr_assert_may_touch(reactor);

    if (!ops)
        ops = &vr_collect_ops;
    unsigned roles = vr_watch_roles(ops);
    *watch = (struct vr_watch){.ops = ops, .fd = -1};
    vr_list_init(&watch->link);
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    if (fd < 0)
        return -EBADF;
    if (!is_sound(ops, want))
        return -EINVAL;
    int err = vr_watch_table_reserve(table, fd);
    if (err)
        return err;

    struct vr_slot *slot = &table->slots[fd];
    if (((roles & VR_READ) && slot->reader) ||
        ((roles & VR_WRITE) && slot->writer))
        return -EEXIST;
    if (!slot->reader && !slot->writer)
        slot->generation++;
    /* With nothing wanted yet it is armed all the same, so that a descriptor
     * the kernel refuses is refused here; the flush takes it out again. */
    unsigned first = want || slot->armed ? want : (unsigned)VR_READ;
    err = vr_watch_table_arm(table, fd, slot->armed | first);
    if (err)
        return err;

    if (roles & VR_READ)
        slot->reader = watch;
    if (roles & VR_WRITE)
        slot->writer = watch;
    watch->reactor = reactor;
    watch->fd = fd;
    watch->want = want & BOTH;
    vr_list_append(&table->watches, &watch->link);
    table->awaited++;
    vr_watch_table_changed(reactor, fd);
    return 0;
}

void vr_watch_want(struct vr_watch *watch, unsigned want)
{
    if (!watch->reactor || watch->failed || watch->want == want)
        return;

    vr_assert_may_touch(watch->reactor);
    assert(!(want & ~vr_watch_roles(watch->ops)));

    watch->want = want & BOTH;
    vr_watch_table_changed(watch->reactor, watch->fd);
}

int vr_watch_apply(struct vr_watch *watch)
{
    struct vr_reactor *reactor = watch->reactor;
    int fd = watch->fd;

    if (!reactor || watch->failed)
        return -EBADF;

    vr_assert_may_touch(reactor);
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;

    /* What is refused is marked already: the flush asks again. */
    struct vr_watch_table *table = &reactor->watches;
    int err = vr_watch_table_arm(table, fd, vr_watch_wanted_of(table, fd));
    if (!err)
        vr_reactor_moved(reactor);
    return err;
}

/* May tell a host: @p watch is closed already. */
static void leave_slot(const struct vr_watch *watch, struct vr_reactor *reactor,
                       int fd)
{
    struct vr_watch_table *table = &reactor->watches;
    struct vr_slot *slot = &table->slots[fd];

    if (slot->reader == watch)
        slot->reader = NULL;
    if (slot->writer == watch)
        slot->writer = NULL;

    if (slot->reader || slot->writer) {
        vr_watch_table_changed(reactor, fd);
    } else if (slot->armed) {
        table->selector->ops->drop(table->selector, fd);
        slot->armed = 0;
        vr_reactor_moved(reactor); /* a drop that failed is for a turn to do */
    }
}

void vr_watch_close(struct vr_watch *watch)
{
    struct vr_reactor *reactor = watch->reactor;
    int fd = watch->fd;

    if (!reactor)
        return;

    vr_assert_may_touch(reactor);

    vr_list_remove(&watch->link);
    reactor->watches.awaited -= !watch->background;
    watch->reactor = NULL;
    watch->fd = -1;
    watch->want = 0;
    /* What a child takes out of the selector would be lost to its parent. */
    if (!vr_reactor_is_inherited(reactor))
        leave_slot(watch, reactor, fd);
}

int vr_watch_fd(const struct vr_watch *watch)
{
    return watch->fd;
}

unsigned vr_watch_wanted(const struct vr_watch *watch)
{
    return watch->want;
}

void vr_watch_bind(struct vr_watch *watch)
{
    watch->bound = true;
}

void vr_watch_hide(struct vr_watch *watch)
{
    vr_watch_set_background(watch, true);
    vr_list_remove(&watch->link);
}

size_t vr_watch_list(const struct vr_reactor *reactor, unsigned kind,
                     struct vr_watch **ret_watches, size_t cap)
{
    const struct vr_list *head = &reactor->watches.watches;
    size_t count = 0;

    for (struct vr_list *link = head->next; link != head; link = link->next) {
        struct vr_watch *watch = watch_of(link);
        if (!(vr_watch_roles(watch->ops) & kind))
            continue;
        if (count < cap)
            ret_watches[count] = watch;
        count++;
    }
    return count;
}

void vr_watch_close_all(struct vr_reactor *reactor)
{
    while (!vr_list_is_empty(&reactor->watches.watches))
        vr_watch_close(watch_of(reactor->watches.watches.next));
}
