/* SPDX-License-Identifier: MIT */
/**
 * @file watches_model.h
 * What watches.c knows of its watches, descriptors and events; and a selector
 * that sees that it is told nothing wrong.
 */
#ifndef VR_FUZZ_WATCHES_MODEL_H
#define VR_FUZZ_WATCHES_MODEL_H

#include <errno.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/script.h>

#include "fuzz/fuzz.h"

/* Numbers of no file, which the script does not mind: on both sides of 64,
 * where the reactor's table grows. */
enum { FIRST_FD = 62, FDS = 4, SUBJECTS = 7, EVENTS = 2048, EPOCHS = 512 };
enum { NO_FD = 5000 };

struct subject {
    struct vr_watch *watch; /* NULL: never opened, or freed */
    int fd;                 /* -1: not open */
    unsigned roles, want;
    unsigned want_before; /* it failed */
    bool failed, owed, hears_failed;
    bool joint, writes_first; /* `ready` for both events; the order of two */
};

/* Of a descriptor number. */
struct slot {
    struct subject *reader, *writer;
    unsigned epoch; /* counts its owners; 0: none yet */
    uint64_t keys[EPOCHS];
    unsigned armed; /* what the selector was told */
    bool touched;   /* changed since the flush began, or refused */
    int refusal;
};

struct event {
    int fd;
    unsigned epoch, events;
};

enum phase { BETWEEN, POSTS_RUN, FIRST_FLUSH, EVENTS_COME, LAST_FLUSH };

static struct {
    struct fuzz_input in;
    struct vr_test_env test;
    struct vr_sys sys;
    struct vr_test_script script;
    struct vr_reactor *reactor;
    struct vr_post work;
    bool work_posted, embedded, opening, stopping, closing;
    struct subject subjects[SUBJECTS];
    struct slot slots[FDS];
    struct event events[EVENTS]; /* found, and not taken by a wait yet */
    int event_begin, event_end;
    int next, batch_end; /* those that come in this turn: in halves */
    unsigned first;      /* event of the half with an even number */
    int cap, ops, refused, wait_error;
    enum phase phase;
} it;

static void on_readable(struct vr_watch *watch);
static void on_writable(struct vr_watch *watch);
static void on_ready(struct vr_watch *watch, unsigned events);
static void on_failed(struct vr_watch *watch, int err);

static struct slot *slot_of(int fd)
{
    return &it.slots[fd - FIRST_FD];
}

static struct subject *subject_of(const struct vr_watch *watch)
{
    for (int i = 0; i < SUBJECTS; i++)
        if (it.subjects[i].watch == watch && it.subjects[i].fd >= 0)
            return &it.subjects[i];
    fuzz_check(false); /* one that is not open hears something */
    return NULL;
}

static unsigned wanted_of(const struct slot *slot)
{
    return (slot->reader ? slot->reader->want & VR_READ : 0) |
           (slot->writer ? slot->writer->want & VR_WRITE : 0);
}

static void touch(int fd)
{
    if (it.phase == FIRST_FLUSH || it.phase == LAST_FLUSH)
        slot_of(fd)->touched = true;
}

static void open_in_model(struct subject *s, int fd, unsigned roles,
                          unsigned want)
{
    struct slot *slot = slot_of(fd);

    if (!slot->reader && !slot->writer) {
        fuzz_check(++slot->epoch < EPOCHS);
        slot->keys[slot->epoch] = it.script.fds[fd].key;
        for (unsigned i = 1; i < slot->epoch; i++)
            fuzz_check(slot->keys[i] != slot->keys[slot->epoch]);
    }
    fuzz_check(slot->keys[slot->epoch] == it.script.fds[fd].key);
    struct vr_watch *watch = s->watch;
    *s = (struct subject){.watch = watch, .fd = fd, .want = want};
    s->roles = roles;
    s->hears_failed = watch->ops->failed != NULL;
    s->joint = watch->ops->ready != NULL;
    s->writes_first = watch->ops->writable_first;
    if (roles & VR_READ)
        slot->reader = s;
    if (roles & VR_WRITE)
        slot->writer = s;
    touch(fd);
}

static void close_in_model(struct subject *s)
{
    if (s->fd < 0)
        return;

    struct slot *slot = slot_of(s->fd);
    if (slot->reader == s)
        slot->reader = NULL;
    if (slot->writer == s)
        slot->writer = NULL;
    touch(s->fd);
    s->fd = -1;
    s->want = 0;
    s->owed = s->failed = false;
}

/* ---- events ---- */

/* The event of half @p n of the batch; the order of the two halves is that of
 * their writer when the first one comes. */
static unsigned role_of(int n)
{
    const struct slot *slot = slot_of(it.events[n / 2].fd);

    if (n % 2 == 0)
        it.first =
            slot->writer && slot->writer->writes_first ? VR_WRITE : VR_READ;
    return n % 2 ? (unsigned)(VR_READ | VR_WRITE) & ~it.first : it.first;
}

/* Half @p n of the batch: who is to hear it, as things are? */
static struct subject *who_hears(int n)
{
    const struct event *event = &it.events[n / 2];
    const struct slot *slot = slot_of(event->fd);
    unsigned role = role_of(n);
    struct subject *s = role == VR_WRITE ? slot->writer : slot->reader;

    return s && slot->epoch == event->epoch && (event->events & role) &&
                   (s->want & role)
               ? s
               : NULL;
}

/* One that hears both at once hears both halves. */
static struct vr_watch *next_to_hear(unsigned events)
{
    struct subject *s = NULL;

    while (it.next < it.batch_end && !(s = who_hears(it.next)))
        it.next++;
    fuzz_check(s);
    unsigned found = it.events[it.next / 2].events & s->want;
    fuzz_check(events == (s->joint ? found : role_of(it.next)));
    it.next += s->joint && it.next % 2 == 0 ? 2 : 1;
    return s->watch;
}

static void all_is_heard(void)
{
    while (!it.stopping && it.next < it.batch_end)
        fuzz_check(!who_hears(it.next++));
}

/* The first event of each descriptor takes up those that came apart. */
static void join_events(int begin, int end)
{
    for (int i = begin; i < end; i++)
        for (int j = i + 1; j < end; j++)
            if (it.events[j].fd == it.events[i].fd &&
                it.events[j].epoch == it.events[i].epoch) {
                it.events[i].events |= it.events[j].events;
                it.events[j].events = 0;
            }
}

/* ---- what is refused ---- */

static bool fail(struct subject *s)
{
    if (!s || s->failed)
        return false;
    s->want_before = s->want;
    s->failed = true;
    s->want = 0;
    return true;
}

static void owe(struct subject *s)
{
    if (s->hears_failed)
        s->owed = true;
    else
        close_in_model(s);
}

/* Its reader was told: is the writer still there to be told? */
static void settle_writer(int fd)
{
    struct subject *s = fd < 0 ? NULL : slot_of(fd)->writer;

    if (!s || !s->owed)
        return;
    s->owed = false;
    if (!it.stopping) {
        owe(s);
        return;
    }
    s->failed = false; /* the next run tries anew */
    s->want = s->want_before;
    slot_of(fd)->touched = true;
}

/* A flush is refused: those who watch hear so, but not after a stop. */
static void refuse_flush(int fd)
{
    struct slot *slot = slot_of(fd);

    if (it.opening)
        return;
    slot->touched = true;
    slot->refusal = it.refused;
    if (it.phase == BETWEEN || it.stopping)
        return;
    struct subject *writer = slot->writer;
    bool tell_reader = fail(slot->reader), tell_writer = fail(writer);
    if (tell_writer)
        writer->owed = true;
    if (tell_reader)
        owe(slot->reader);
    if (tell_writer && (!slot->reader || !tell_reader))
        settle_writer(fd);
}

/* ---- the selector ---- */

static const struct vr_selector_ops watched_script;

static int no_fd(struct vr_selector *sel)
{
    return vr_test_script_selector()->fd(sel);
}

static void script_close(struct vr_selector *sel)
{
    vr_test_script_selector()->close(sel);
}

static int script_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    return vr_test_script_selector()->wait(sel, ready, cap, timeout);
}

static int script_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    int err = vr_test_script_selector()->open(env, arg, ret_sel);

    if (!err)
        (*ret_sel)->ops = &watched_script;
    return err;
}

static int script_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    int err = vr_test_script_selector()->watch(sel, fd, key, was, now);

    if (fd < FIRST_FD)
        return err; /* the reactor's own */
    fuzz_check(was == slot_of(fd)->armed && was != now);
    it.refused = err;
    if (err)
        refuse_flush(fd);
    else
        slot_of(fd)->armed = now;
    return err;
}

static void script_drop(struct vr_selector *sel, int fd)
{
    vr_test_script_selector()->drop(sel, fd);
    if (fd >= FIRST_FD)
        slot_of(fd)->armed = 0;
}

static const struct vr_selector_ops watched_script = {
    .name = "watched script",
    .open = script_open,
    .fd = no_fd,
    .watch = script_watch,
    .drop = script_drop,
    .wait = script_wait,
    .close = script_close,
};

/* The selector knows what is wanted, but for what was changed since. */
static void check_armed(void)
{
    for (int fd = FIRST_FD; fd < FIRST_FD + FDS; fd++)
        fuzz_check(slot_of(fd)->touched ||
                   slot_of(fd)->armed == wanted_of(slot_of(fd)));
}

static void untouch(void)
{
    for (int i = 0; i < FDS; i++)
        it.slots[i].touched = false;
}

static void look_at_wait(struct vr_test_script *script)
{
    int left = it.event_end - it.event_begin;
    int count = left < it.cap ? left : it.cap;

    check_armed();
    untouch();
    it.wait_error = script->wait_error;
    it.next = 2 * it.event_begin;
    count = it.wait_error ? 0 : count;
    join_events(it.event_begin, it.event_begin + count);
    it.event_begin += count;
    it.batch_end = 2 * it.event_begin;
    it.phase = EVENTS_COME;
}

/* ---- the begin ---- */

static int no_file(int fd)
{
    errno = EBADF;
    return fd == NO_FD ? -1 : 0;
}

static void begin_model(const uint8_t *data, size_t size)
{
    struct vr_reactor_options options = {.size = sizeof(options)};

    memset(&it, 0, sizeof(it));
    it.in = fuzz_input(data, size);
    vr_test_env_init(&it.test, 0);
    it.sys = *it.test.env.sys;
    it.sys.get_fd_flags = no_file;
    it.test.env.sys = &it.sys;
    vr_test_script_init(&it.script, &it.test);
    it.cap = 1 + (int)fuzz_below(&it.in, 8);
    options.env = &it.test.env;
    options.events_per_turn = it.cap;
    options.selector_ops = &watched_script;
    options.selector_arg = &it.script;
    fuzz_check(!vr_reactor_new(&options, &it.reactor));
    it.script.on_wait = look_at_wait;
    for (int i = 0; i < SUBJECTS; i++)
        it.subjects[i].fd = -1;
}

#endif
