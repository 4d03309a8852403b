/* SPDX-License-Identifier: MIT */
/**
 * @file libevent_gather.c
 * Events of libevent that gather until a wait hands them out.
 *
 * Reading and writing are two events: libevent merges those of one descriptor,
 * so that each change is one system call, and what fails can be undone.  They
 * are persistent and level-triggered; one that is gathered already is told
 * again and again, at the cost of a look.
 */
#include <vreactor/reactor/selectors/libevent_gather.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/select.h>

#include <event2/event.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/fork_mark.h>

static const vr_time LONGEST_WAIT = 24 * 3600 * VR_SEC;

/** A descriptor of which something is awaited. */
struct vr_libevent_slot {
    struct vr_libevent *owner;
    struct vr_list link; /* in owner->gathered, or in no list */
    uint64_t key;
    unsigned found;
    struct event *events[2]; /* see place_of(); NULL: never awaited */
};

static struct vr_libevent_slot *slot_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_libevent_slot, link);
}

static int place_of(unsigned kind)
{
    return kind == VR_WRITE;
}

struct timeval vr_libevent_timeval(vr_time span)
{
    if (span > LONGEST_WAIT)
        span = LONGEST_WAIT;

    vr_time us = span / VR_USEC + (span % VR_USEC != 0);
    return (struct timeval){.tv_sec = (time_t)(us / 1000000),
                            .tv_usec = (suseconds_t)(us % 1000000)};
}

/* ---- gathering ---- */

/* A hang-up or a failure is both to libevent: all that is awaited. */
static void gather(evutil_socket_t fd, short what, void *arg)
{
    struct vr_libevent_slot *slot = arg;
    struct vr_libevent *self = slot->owner;

    (void)fd;
    self->found_count += !slot->found;
    slot->found |= ((what & EV_READ) ? (unsigned)VR_READ : 0u) |
                   ((what & EV_WRITE) ? (unsigned)VR_WRITE : 0u);
    if (vr_list_is_empty(&slot->link))
        vr_list_append(&self->gathered, &slot->link);
    if (self->turn)
        event_active(self->turn, EV_READ, 0);
}

/* Forget events of @p kinds that were collected. */
static void unfind(struct vr_libevent_slot *slot, unsigned kinds)
{
    slot->owner->found_count -= slot->found && !(slot->found & ~kinds);
    slot->found &= ~kinds;
}

/* A slot that was reported goes to the end of the list, and leaves the list
 * when it comes to the front and was not found again: so all have their
 * turn. */
int vr_libevent_hand_out(struct vr_libevent *self, struct vr_ready *ready,
                         int cap)
{
    int count = 0;

    while (count < cap && self->found_count) {
        struct vr_list *link = vr_list_pop(&self->gathered);
        struct vr_libevent_slot *slot = slot_of(link);
        if (!slot->found)
            continue;
        ready[count].key = slot->key;
        ready[count].events = slot->found;
        unfind(slot, slot->found);
        vr_list_append(&self->gathered, link);
        count++;
    }
    return count;
}

/* ---- watching ---- */

static int reserve(struct vr_libevent *self, size_t need)
{
    struct vr_libevent_slot **slots =
        vr_reserve(self->base.env, self->slots, &self->slot_count, need,
                   sizeof(struct vr_libevent_slot *));
    if (!slots)
        return -ENOMEM;

    self->slots = slots;
    return 0;
}

static int add_slot(struct vr_libevent *self, int fd)
{
    int err = reserve(self, (size_t)fd + 1);
    if (err)
        return err;

    struct vr_libevent_slot *slot = vr_alloc(self->base.env, sizeof(*slot));
    if (!slot)
        return -ENOMEM;

    slot->owner = self;
    vr_list_init(&slot->link);
    self->slots[fd] = slot;
    return 0;
}

static int turn_on(struct vr_libevent_slot *slot, int fd, unsigned kind)
{
    struct event **event = &slot->events[place_of(kind)];

    if (!*event)
        *event = event_new(slot->owner->loop, fd,
                           EV_PERSIST | (kind == VR_READ ? EV_READ : EV_WRITE),
                           gather, slot);
    if (!*event)
        return -ENOMEM;

    errno = 0;
    if (event_add(*event, NULL) < 0)
        return errno ? -errno : -ENOMEM;
    return 0;
}

static void turn_off(struct vr_libevent_slot *slot, unsigned kinds)
{
    for (unsigned kind = VR_READ; kind <= VR_WRITE; kind <<= 1)
        if ((kinds & kind) && slot->events[place_of(kind)])
            (void)event_del(slot->events[place_of(kind)]);

    unfind(slot, kinds);
}

/* @return 0; or an error, and none of @p kinds is on */
static int turn_on_all(struct vr_libevent_slot *slot, int fd, unsigned kinds)
{
    int err = kinds & VR_READ ? turn_on(slot, fd, VR_READ) : 0;
    if (!err && (kinds & VR_WRITE))
        err = turn_on(slot, fd, VR_WRITE);
    if (err)
        turn_off(slot, kinds);
    return err;
}

static void free_slot(struct vr_libevent *self, size_t fd)
{
    struct vr_libevent_slot *slot = self->slots[fd];

    unfind(slot, slot->found);
    vr_list_remove(&slot->link);
    for (int i = 0; i < 2; i++)
        if (slot->events[i])
            event_free(slot->events[i]);
    vr_dealloc(self->base.env, slot);
    self->slots[fd] = NULL;
}

void vr_libevent_drop(struct vr_selector *sel, int fd)
{
    struct vr_libevent *self = vr_libevent_of(sel);

    if (fd >= 0 && (size_t)fd < self->slot_count && self->slots[fd])
        free_slot(self, (size_t)fd);
}

/* libevent prints what epoll_ctl(2) refuses, and over select(2) ends the
 * program where the C library guards FD_SET(): what can be known is asked for
 * before. */
static int check_fd(struct vr_libevent *self, int fd)
{
    if (fd >= FD_SETSIZE &&
        strcmp(event_base_get_method(self->loop), "select") == 0)
        return -ERANGE;

    return vr_selector_check_fd(self->base.env, fd);
}

int vr_libevent_watch(struct vr_selector *sel, int fd, uint64_t key,
                      unsigned was, unsigned now)
{
    struct vr_libevent *self = vr_libevent_of(sel);
    unsigned on = now & ~was, off = was & ~now;

    assert(was != now);

    if (!now) {
        vr_libevent_drop(sel, fd);
        return 0;
    }
    int err = on ? check_fd(self, fd) : 0;
    if (!err && !was)
        err = add_slot(self, fd);
    if (err)
        return err;

    err = turn_on_all(self->slots[fd], fd, on);
    if (!err) {
        turn_off(self->slots[fd], off);
        self->slots[fd]->key = key;
    } else if (!was) {
        free_slot(self, (size_t)fd);
    }
    return err;
}

int vr_libevent_fd(struct vr_selector *sel)
{
    (void)sel;
    return -ENOTSUP;
}

/* ---- coming and going ---- */

struct vr_libevent *vr_libevent_of(struct vr_selector *sel)
{
    return vr_container_of(sel, struct vr_libevent, base);
}

int vr_libevent_open(const struct vr_env *env,
                     const struct vr_selector_ops *ops, struct event_base *loop,
                     void (*on_time)(int fd, short what, void *self),
                     struct vr_libevent **ret_self)
{
    struct vr_libevent *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->timer = evtimer_new(loop, on_time, self);
    if (!self->timer) {
        vr_dealloc(env, self);
        return -ENOMEM;
    }
    self->base.ops = ops;
    self->base.env = vr_env_or_default(env);
    self->loop = loop;
    self->mark = vr_fork_mark();
    vr_list_init(&self->gathered);
    *ret_self = self;
    return 0;
}

void vr_libevent_forget_all(struct vr_libevent *self)
{
    for (size_t fd = 0; fd < self->slot_count; fd++)
        if (self->slots[fd])
            free_slot(self, fd);
}

void vr_libevent_abandon(struct vr_libevent *self)
{
    const struct vr_env *env = self->base.env;

    for (size_t fd = 0; fd < self->slot_count; fd++)
        vr_dealloc(env, self->slots[fd]);
    vr_dealloc(env, self->slots);
    vr_dealloc(env, self);
}

void vr_libevent_free(struct vr_libevent *self)
{
    vr_libevent_forget_all(self);
    event_free(self->timer);
    if (self->turn)
        event_free(self->turn);
    vr_libevent_abandon(self);
}
