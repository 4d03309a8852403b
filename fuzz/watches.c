/* SPDX-License-Identifier: MIT */
/**
 * @file watches.c
 * Watches of a few descriptor numbers that are closed and used again, while
 * events of their former owners are still found, changes are refused and
 * callbacks open, close, free and stop.  A model says which callback comes
 * next, and what the selector is to know at each wait.
 *
 *   reaches reactor/watch.c: return -EEXIST;
 *   reaches reactor/watch_table.c: arm(table, fd, now) < 0))
 *   reaches reactor/watch_table.c: ops->ready(watch, ready->events
 *   reaches reactor/watch_table.c: ops->writable(watch);
 *   reaches reactor/watch_table.c: (void)call(watch, ready, BOTH & ~first);
 *   reaches reactor/watch_table.c: tell_failed(writer, err);
 *   reaches reactor/watch_table.c: writer->failed = false;
 *   reaches reactor/watch.c: vr_watch_close(watch_of(reactor->watches
 *   reaches reactor/watch_table.c: tell_failed(watch, -VR_ECLOSED);
 *   reaches reactor/spurious.c: known->events |= event->events;
 *   reaches reactor/spurious.c: name_stale(reactor, key);
 *   reaches reactor/spurious.c: bear_shortage(reactor, result, most);
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/post.h>

#include "fuzz/watches_model.h"

const char fuzz_target[] = "watches";

enum { MOST_OPS = 300, MOST_TURNS = 100 };

/* ---- what is done to them ---- */

/* Hears apart, the writer first, or both at once. */
enum manner { READ_FIRST, WRITE_FIRST, AT_ONCE };

static const struct vr_watch_ops *any_ops(unsigned roles, enum manner manner)
{
    static struct vr_watch_ops tables[2][3][4];
    bool is_deaf = fuzz_below(&it.in, 4) == 3;
    struct vr_watch_ops *ops = &tables[is_deaf][manner][roles];

    *ops = (struct vr_watch_ops){.failed = is_deaf ? NULL : on_failed};
    if (manner == AT_ONCE && roles == (VR_READ | VR_WRITE)) {
        ops->ready = on_ready;
        return ops;
    }
    ops->readable = roles & VR_READ ? on_readable : NULL;
    ops->writable = roles & VR_WRITE ? on_writable : NULL;
    ops->writable_first = manner == WRITE_FIRST;
    return ops;
}

/* What is to be said to one who opens. */
static int judge(int fd, unsigned roles, unsigned want)
{
    if (it.closing)
        return -VR_ECLOSED;
    if (fd < 0)
        return -EBADF;
    if (!roles || (want & ~roles))
        return -EINVAL;
    if (fd == NO_FD)
        return -EBADF;

    const struct slot *slot = slot_of(fd);
    if (((roles & VR_READ) && slot->reader) ||
        ((roles & VR_WRITE) && slot->writer))
        return -EEXIST;
    return 0;
}

static void open_as(struct subject *s, int fd, unsigned roles, unsigned want,
                    const struct vr_watch_ops *ops)
{
    free(s->watch);
    s->watch = calloc(1, sizeof(*s->watch));
    fuzz_check(s->watch);
    int expected = judge(fd, roles, want);
    it.refused = 0;
    it.opening = true;
    int err = vr_watch_open(s->watch, it.reactor, fd, want, ops);
    it.opening = false;
    fuzz_check(err == expected || (!expected && err == it.refused));
    if (!err)
        open_in_model(s, fd, roles, want);
}

static void open_one(struct subject *s)
{
    static const enum manner manners[] = {[5] = WRITE_FIRST, AT_ONCE, AT_ONCE};
    int choice = (int)fuzz_below(&it.in, FDS + 2) - 1;
    int fd = choice == FDS ? NO_FD : choice < 0 ? -1 : FIRST_FD + choice;
    unsigned roles = fuzz_below(&it.in, 8), want = fuzz_below(&it.in, 8);

    roles = roles > 3 ? roles - 4 : roles ? roles : 3;
    const struct vr_watch_ops *ops = any_ops(roles, manners[want]);
    want = want < 4 ? want : roles;
    if (!s->watch || s->fd < 0)
        open_as(s, fd, roles, want, ops);
}

static void close_one(struct subject *s)
{
    if (!s->watch)
        return;
    vr_watch_close(s->watch);
    close_in_model(s);
    if (fuzz_below(&it.in, 4))
        vr_watch_close(s->watch); /* again: nothing happens */
    free(s->watch);
    s->watch = NULL;
}

/* The number goes to another owner, of the same kind. */
static void hand_on(struct subject *s)
{
    int fd = s->fd;
    unsigned roles = s->roles, want = s->want;

    if (!s->watch || fd < 0)
        return;
    const struct vr_watch_ops *ops = s->watch->ops;
    vr_watch_close(s->watch);
    close_in_model(s);
    open_as(s, fd, roles, want ? want : roles, ops);
}

static void apply(struct subject *s)
{
    if (!s->watch || it.closing)
        return;
    bool is_sound = s->fd >= 0 && !s->failed;
    unsigned awaited = is_sound ? slot_of(s->fd)->armed : 0;
    it.refused = 0;
    it.opening = true; /* nobody is told */
    int err = vr_watch_apply(s->watch);
    it.opening = false;
    fuzz_check(err == (is_sound ? it.refused : -EBADF));
    if (is_sound)
        fuzz_check(slot_of(s->fd)->armed ==
                   (err ? awaited : wanted_of(slot_of(s->fd))));
}

static void want(struct subject *s)
{
    unsigned wanted = fuzz_below(&it.in, 8);
    bool at_once = wanted > 3;

    wanted &= 3;
    if (!s->watch || (s->fd >= 0 && !s->failed && (wanted & ~s->roles)))
        return;
    if (s->fd >= 0 && !s->failed && s->want != wanted) {
        s->want = wanted;
        touch(s->fd);
    }
    vr_watch_want(s->watch, wanted);
    if (at_once)
        apply(s);
}

static void close_all(void)
{
    vr_watch_close_all(it.reactor);
    for (int i = 0; i < SUBJECTS; i++)
        close_in_model(&it.subjects[i]);
}

static void find_event(void)
{
    struct slot *slot = &it.slots[fuzz_below(&it.in, FDS)];
    unsigned back = fuzz_below(&it.in, 4), events = fuzz_below(&it.in, 4);

    if (!slot->epoch || it.event_end == EVENTS)
        return;
    unsigned epoch = back < slot->epoch ? slot->epoch - back : 1;
    struct vr_ready ready = {.key = slot->keys[epoch], .events = events};
    if (vr_test_script_find(&it.script, ready))
        return;
    it.events[it.event_end++] =
        (struct event){(int)(slot - it.slots) + FIRST_FD, epoch, events};
}

static void break_something(void)
{
    static const int errors[] = {-EAGAIN, -ENOMEM, -EBADF, -ENOSPC};
    unsigned kind = fuzz_below(&it.in, 4);
    int err = errors[fuzz_below(&it.in, 4)];

    it.script.refused_fd = FIRST_FD + (int)fuzz_below(&it.in, FDS);
    if (kind < 3)
        it.script.refusal = err;
    else
        it.script.wait_error = err;
}

static void post_work(void)
{
    if (!it.work_posted && !it.closing)
        vr_reactor_post(it.reactor, &it.work);
    it.work_posted = true;
}

static void look(void)
{
    struct vr_watch *found[SUBJECTS];
    unsigned kind = 1 + fuzz_below(&it.in, 3);
    size_t count = 0;

    if (it.closing)
        return; /* those that hear no failures are closed without a word */
    for (int i = 0; i < SUBJECTS; i++) {
        struct subject *s = &it.subjects[i];
        count += s->fd >= 0 && (s->roles & kind);
        if (!s->watch)
            continue;
        fuzz_check(vr_watch_fd(s->watch) == s->fd);
        fuzz_check(vr_watch_wanted(s->watch) == s->want);
    }
    fuzz_check(vr_watch_list(it.reactor, kind, found, SUBJECTS) == count);
    for (size_t i = 0; i < count; i++)
        fuzz_check(vr_watch_fd(found[i]) >= FIRST_FD);
}

static void act(void)
{
    unsigned kind = fuzz_below(&it.in, 16);
    struct subject *s = &it.subjects[fuzz_below(&it.in, SUBJECTS)];

    if (fuzz_done(&it.in) || it.ops++ > MOST_OPS)
        return;
    if (kind < 4)
        open_one(s);
    else if (kind < 6)
        close_one(s);
    else if (kind < 8)
        want(s);
    else if (kind < 12)
        find_event();
    else if (kind == 12)
        break_something();
    else if (kind == 13)
        post_work();
    else if (kind == 14)
        look();
    else if (fuzz_below(&it.in, 2) && !it.closing) {
        it.stopping = true;
        vr_reactor_stop(it.reactor);
    } else if (fuzz_below(&it.in, 8) == 7) {
        close_all();
    } else {
        hand_on(s);
    }
}

static void act_some(unsigned most)
{
    for (unsigned n = fuzz_below(&it.in, most + 1); n > 0; n--)
        act();
}

/* ---- what the loop calls ---- */

static void hear(struct vr_watch *watch, unsigned events)
{
    fuzz_check(it.phase == EVENTS_COME && !it.stopping);
    fuzz_check(next_to_hear(events) == watch);
    act_some(3);
}

static void on_readable(struct vr_watch *watch)
{
    hear(watch, VR_READ);
}

static void on_writable(struct vr_watch *watch)
{
    hear(watch, VR_WRITE);
}

static void on_ready(struct vr_watch *watch, unsigned events)
{
    hear(watch, events);
}

static void on_failed(struct vr_watch *watch, int err)
{
    struct subject *s = subject_of(watch);
    int fd = s->fd;

    if (it.closing) {
        fuzz_check(err == -VR_ECLOSED && !s->failed);
        s->failed = true;
        s->want = 0;
        act_some(2);
        if (s->watch == watch)
            close_in_model(s);
        return;
    }
    if (it.phase == EVENTS_COME)
        all_is_heard();
    it.phase = it.phase < EVENTS_COME ? FIRST_FLUSH : LAST_FLUSH;
    fuzz_check(!it.stopping && s->owed && s->failed);
    fuzz_check(err == slot_of(fd)->refusal);
    s->owed = false;
    act_some(3);
    settle_writer(fd);
}

static void run_work(struct vr_post *post)
{
    (void)post;
    fuzz_check(!it.stopping);
    it.work_posted = false;
    act_some(3);
}

static void need_turn(void *host, vr_time due)
{
    (void)host;
    (void)due;
}

/* ---- turns ---- */

static void make_turn(void)
{
    bool stopped = it.stopping;

    if (stopped || it.work_posted)
        fuzz_check(vr_reactor_timeout(it.reactor) == 0);
    if (it.embedded)
        check_armed();
    untouch();
    it.stopping = false;
    it.phase = POSTS_RUN;
    int result = vr_reactor_turn(it.reactor, 0);
    if (it.phase == EVENTS_COME)
        all_is_heard();
    it.phase = BETWEEN;
    bool ends = it.wait_error == -EBADF || it.wait_error == -ENOSPC;
    fuzz_check(result == (ends ? it.wait_error : stopped || it.stopping));
    it.stopping = ends && (stopped || it.stopping);
    for (int i = 0; i < SUBJECTS; i++)
        fuzz_check(!it.subjects[i].owed);
    if (it.embedded)
        check_armed();
    look();
}

static void begin(const uint8_t *data, size_t size)
{
    begin_model(data, size);
    it.work.run = run_work;
    it.embedded = fuzz_below(&it.in, 3) == 2;
    if (it.embedded)
        fuzz_check(!vr_reactor_embed(it.reactor, need_turn, NULL));
}

static void end(void)
{
    it.closing = true;
    fuzz_check(!vr_reactor_close(it.reactor));
    for (int i = 0; i < SUBJECTS; i++) {
        struct subject *s = &it.subjects[i];
        if (!s->watch)
            continue;
        fuzz_check(s->fd < 0 || s->failed || !s->hears_failed);
        fuzz_check(vr_watch_fd(s->watch) < 0);
        free(s->watch);
    }
    fuzz_check(!vr_reactor_free(it.reactor));
    fuzz_check(!vr_test_blocks(&it.test));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    begin(data, size);
    for (int i = 0; i < MOST_TURNS && !fuzz_done(&it.in); i++) {
        act_some(4);
        make_turn();
    }
    end();
    return 0;
}
