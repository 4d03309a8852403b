/* SPDX-License-Identifier: MIT */
/**
 * @file watch_table.c
 * Watches and the selector: what it is told, and who hears what it finds.
 */
#include <vreactor/reactor/watch_table.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/watch.h>

enum { BOTH = VR_READ | VR_WRITE };

static struct vr_watch *watch_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_watch, link);
}

static void leave(struct vr_watch *watch, unsigned events)
{
    (void)watch;
    (void)events;
}

/* Turns leave such a watch alone. */
const struct vr_watch_ops vr_collect_ops = {.ready = leave};

/* ---- what the selector is told ---- */

static uint64_t key_of(const struct vr_slot *slot, int fd)
{
    return (uint64_t)slot->generation << 32 | (uint32_t)fd;
}

unsigned vr_watch_wanted_of(const struct vr_watch_table *table, int fd)
{
    const struct vr_slot *slot = &table->slots[fd];

    return (slot->reader ? slot->reader->want & VR_READ : 0) |
           (slot->writer ? slot->writer->want & VR_WRITE : 0);
}

void vr_watch_table_init(struct vr_watch_table *table,
                         struct vr_selector *selector)
{
    *table = (struct vr_watch_table){.selector = selector, .dirty = -1};
    vr_list_init(&table->watches);
}

void vr_watch_table_fini(struct vr_watch_table *table)
{
    vr_dealloc(table->selector->env, table->slots);
}

int vr_watch_table_reserve(struct vr_watch_table *table, int fd)
{
    const struct vr_env *env = table->selector->env;
    int size = table->size ? table->size : 64;

    if (fd < table->size)
        return 0;
    /* A number that is no descriptor may be larger than any table. */
    if (vr_sys(env, get_fd_flags)(fd) < 0)
        return -errno;
    while (size <= fd) {
        if (size > INT_MAX / 2)
            return -ENOMEM;
        size *= 2;
    }
    struct vr_slot *slots =
        vr_resize(env, table->slots, (size_t)size * sizeof(*slots));
    if (!slots)
        return -ENOMEM;

    memset(slots + table->size, 0,
           (size_t)(size - table->size) * sizeof(*slots));
    table->slots = slots;
    table->size = size;
    return 0;
}

static void mark_dirty(struct vr_watch_table *table, int fd)
{
    struct vr_slot *slot = &table->slots[fd];

    if (slot->dirty)
        return;
    slot->dirty = true;
    slot->next_dirty = table->dirty;
    table->dirty = fd;
}

/* What the parent has of @slot tells nothing here. */
static bool is_left(const struct vr_slot *slot)
{
    return (slot->reader && slot->reader->left) ||
           (slot->writer && slot->writer->left);
}

int vr_watch_table_arm(struct vr_watch_table *table, int fd, unsigned now)
{
    struct vr_slot *slot = &table->slots[fd];
    struct vr_selector *selector = table->selector;

    if (now == slot->armed)
        return 0;
    if (is_left(slot))
        return -ECHILD;

    int err =
        selector->ops->watch(selector, fd, key_of(slot, fd), slot->armed, now);
    if (!err)
        slot->armed = now & BOTH;
    return err;
}

/* The events that are wanted of @p fd may have changed.  The flush before the
 * wait tells the selector; but between the turns of an embedded reactor the
 * host waits without a flush, so the selector is told here.  If it refuses, the
 * next flush tries again, and the watch hears of that. */
void vr_watch_table_changed(struct vr_reactor *reactor, int fd)
{
    struct vr_watch_table *table = &reactor->watches;
    unsigned now = vr_watch_wanted_of(table, fd);

    if (now != table->slots[fd].armed &&
        (!vr_reactor_between_turns(reactor) ||
         vr_reactor_is_inherited(reactor) ||
         vr_watch_table_arm(table, fd, now) < 0))
        mark_dirty(table, fd);
    vr_reactor_moved(reactor);
}

/* ---- what it refuses ---- */

/* @return whether it is to be told so */
static bool make_failed(struct vr_watch *watch)
{
    if (!watch || watch->failed)
        return false;

    watch->failed = true;
    watch->want = 0;
    return true;
}

/* It may close itself, and any other. */
static void tell_failed(struct vr_watch *watch, int err)
{
    if (watch->ops->failed)
        watch->ops->failed(watch, err);
    else
        vr_watch_close(watch);
}

/* The selector refuses the events that are wanted of @p fd.  After a stop no
 * `failed` runs: the next run tries again. */
static void refuse(struct vr_reactor *reactor, int fd, int err)
{
    struct vr_watch_table *table = &reactor->watches;
    struct vr_watch *reader = table->slots[fd].reader;
    struct vr_watch *writer = table->slots[fd].writer;
    unsigned want = writer ? writer->want : 0;

    if (vr_reactor_is_stopping(reactor)) {
        mark_dirty(table, fd);
        return;
    }
    bool tell_reader = make_failed(reader), tell_writer = make_failed(writer);
    if (tell_reader)
        tell_failed(reader, err);
    /* The table may have moved; the writer may be gone, or another. */
    if (!tell_writer || table->slots[fd].writer != writer || !writer->failed)
        return;
    if (!vr_reactor_is_stopping(reactor)) {
        tell_failed(writer, err);
        return;
    }
    writer->failed = false;
    writer->want = want & BOTH;
    mark_dirty(table, fd);
}

static void flush_one(struct vr_reactor *reactor, int fd)
{
    struct vr_watch_table *table = &reactor->watches;

    int err = vr_watch_table_arm(table, fd, vr_watch_wanted_of(table, fd));
    if (!err)
        return;

    /* Events that are still awaited would end every wait, and no watch hears
     * them. */
    table->selector->ops->drop(table->selector, fd);
    table->slots[fd].armed = 0;
    refuse(reactor, fd, err);
}

void vr_watch_table_flush(struct vr_reactor *reactor)
{
    struct vr_watch_table *table = &reactor->watches;

    /* A change that a `failed` makes waits for the next turn. */
    int fd = table->dirty;

    table->dirty = -1;
    while (fd >= 0) {
        int next = table->slots[fd].next_dirty;
        table->slots[fd].dirty = false;
        flush_one(reactor, fd);
        fd = next;
    }
}

/* The watch of one role, if it is there and awaits its event now. */
static struct vr_watch *awaiting(struct vr_watch_table *table,
                                 const struct vr_ready *ready, unsigned event)
{
    struct vr_slot *slot = vr_watch_table_slot(table, ready->key);
    if (!slot || !(ready->events & event))
        return NULL;
    if (slot->generation != (uint32_t)(ready->key >> 32))
        return NULL;
    struct vr_watch *watch = event == VR_READ ? slot->reader : slot->writer;
    return watch && (watch->want & event) ? watch : NULL;
}

/* Call @p watch, which may free it. @return whether that was all for it */
static bool call(struct vr_watch *watch, const struct vr_ready *ready,
                 unsigned event)
{
    const struct vr_watch_ops *ops = watch->ops;

    if (ops->ready) {
        ops->ready(watch, ready->events & watch->want);
        return true;
    }
    if (event == VR_READ)
        ops->readable(watch);
    else
        ops->writable(watch);
    return false;
}

/* The event that is told first of @p ready, if both are found. */
static unsigned first_event(const struct vr_watch_table *table,
                            const struct vr_ready *ready)
{
    const struct vr_slot *slot = vr_watch_table_slot(table, ready->key);
    const struct vr_watch *writer = slot ? slot->writer : NULL;

    return writer && writer->ops->writable_first ? VR_WRITE : VR_READ;
}

void vr_watch_table_deliver(struct vr_reactor *reactor,
                            const struct vr_ready *ready)
{
    struct vr_watch_table *table = &reactor->watches;
    unsigned first = first_event(table, ready);

    struct vr_watch *watch = awaiting(table, ready, first);
    if (watch && call(watch, ready, first))
        return;
    if (vr_reactor_is_stopping(reactor))
        return;

    watch = awaiting(table, ready, BOTH & ~first);
    if (watch)
        (void)call(watch, ready, BOTH & ~first);
}

int vr_watch_table_close(struct vr_watch_table *table)
{
    int count = 0;

    for (struct vr_list *link = table->watches.next; link != &table->watches;
         link = link->next)
        count++;
    while (!vr_list_is_empty(&table->watches)) {
        struct vr_watch *watch = watch_of(table->watches.next);
        if (vr_reactor_is_inherited(watch->reactor))
            break; /* forked by the last one that was told */
        if (make_failed(watch))
            tell_failed(watch, -VR_ECLOSED);
        if (!vr_list_is_empty(&table->watches) &&
            watch_of(table->watches.next) == watch)
            vr_watch_close(watch);
    }
    return count;
}

/* ---- in a child that goes on ---- */

bool vr_watch_table_binds(const struct vr_watch_table *table, int fd)
{
    for (struct vr_list *link = table->watches.next; link != &table->watches;
         link = link->next) {
        const struct vr_watch *watch = watch_of(link);
        if (watch->bound && watch->fd == fd)
            return true;
    }
    return false;
}

int vr_watch_table_prepare(struct vr_watch_table *table,
                           struct vr_selector *selector, int fd)
{
    int err = vr_watch_table_reserve(table, fd);
    if (err)
        return err;

    for (struct vr_list *link = table->watches.next; link != &table->watches;
         link = link->next)
        if (watch_of(link)->fd == fd)
            return -EEXIST;
    struct vr_slot *slot = &table->slots[fd];
    slot->generation++;
    return selector->ops->watch(selector, fd, key_of(slot, fd), 0, VR_READ);
}

/* A watch that the child has closed is in its slot still. */
static void empty_slots(struct vr_watch_table *table)
{
    for (int fd = 0; fd < table->size; fd++)
        table->slots[fd] =
            (struct vr_slot){.generation = table->slots[fd].generation};
    table->dirty = -1;
}

static void enter_slot(struct vr_watch_table *table, struct vr_watch *watch)
{
    struct vr_slot *slot = &table->slots[watch->fd];
    unsigned roles = vr_watch_roles(watch->ops);

    if (roles & VR_READ)
        slot->reader = watch;
    if (roles & VR_WRITE)
        slot->writer = watch;
    watch->left = watch->bound;
    mark_dirty(table, watch->fd);
}

void vr_watch_table_renew(struct vr_watch_table *table,
                          struct vr_selector *selector, struct vr_watch *wake,
                          int fd)
{
    table->selector = selector;
    empty_slots(table);
    for (struct vr_list *link = table->watches.next; link != &table->watches;
         link = link->next)
        enter_slot(table, watch_of(link));
    wake->fd = fd;
    table->slots[fd].reader = wake;
    table->slots[fd].armed = VR_READ;
}
