/* SPDX-License-Identifier: MIT */
/**
 * @file uring.c
 * Selector over Linux io_uring(7).
 *
 * Polls that end with their first event: one that lasts tells of changes, and
 * what is left unread must be heard of again.  So what was reported is polled
 * anew, by the system call that waits next; if it is ready still, that poll
 * ends at once.  So is what ended before a wait began, as it may be over.
 *
 * A poll belongs to the thread that submits it: its end interrupts that one,
 * and the end of the thread is its end.  So watch() only queues, waits submit,
 * and a wait in another thread than the last one polls all anew.
 *
 * A poll keeps its file open: what is dropped is taken back at once.
 */
#include <vreactor/reactor/selectors/uring.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/reactor/selectors/selector_impl.h>
#include <vreactor/reactor/selectors/uring_polls.h>

struct uring_selector {
    struct vr_selector base;
    struct vr_uring_polls polls;
    bool has_waited;
    pthread_t waiter; /* the thread that waited last */
    uint64_t mark;    /* whose polls they are: children share the ring */
};

static struct uring_selector *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct uring_selector, base);
}

static int uring_open(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    struct uring_selector *self =
        vr_selector_alloc(env, vr_selector_uring(), sizeof(*self));
    if (!self)
        return -ENOMEM;

    env = self->base.env;
    self->mark = vr_fork_mark();
    int err = vr_uring_open(&self->polls, env, arg);
    if (err < 0) {
        vr_dealloc(env, self);
        return err;
    }

    *ret_sel = &self->base;
    return 0;
}

static int uring_own_fd(struct vr_selector *sel)
{
    return from_base(sel)->polls.ring.ring_fd;
}

static int uring_watch(struct vr_selector *sel, int fd, uint64_t key,
                       unsigned was, unsigned now)
{
    assert(was != now);

    struct vr_uring_polls *polls = &from_base(sel)->polls;
    int err = was ? 0 : vr_selector_check_fd(sel->env, fd);
    if (!err)
        err = vr_uring_reserve(polls, (size_t)fd + 1);
    if (err < 0)
        return err;

    polls->slots[fd].key = key;
    polls->slots[fd].want = now;
    vr_uring_renew(polls, fd);
    return 0;
}

static void uring_drop(struct vr_selector *sel, int fd)
{
    struct vr_uring_polls *polls = &from_base(sel)->polls;

    if (fd < 0 || (size_t)fd >= polls->slot_count)
        return;

    polls->slots[fd].want = 0;
    if (!polls->slots[fd].armed)
        return;

    /* A change that fails here is queued, and made by the next wait. */
    vr_uring_renew(polls, fd);
    bool prepared = vr_uring_prepare(polls, fd);
    int err = vr_uring_submit(polls);
    if (!prepared && err >= 0 && vr_uring_prepare(polls, fd))
        (void)vr_uring_submit(polls);
    (void)vr_uring_collect(polls, NULL, 0);
}

static void wait_in_this_thread(struct uring_selector *self)
{
    pthread_t me = pthread_self();

    if (self->has_waited && !pthread_equal(self->waiter, me))
        vr_uring_renew_all(&self->polls);
    self->has_waited = true;
    self->waiter = me;
}

/* Tell the kernel all. */
static int flush(struct vr_uring_polls *polls)
{
    int err = vr_uring_look_again(polls);

    while (err >= 0 && vr_uring_prepare_some(polls, INT_MAX)) {
        err = vr_uring_submit(polls);
        (void)vr_uring_collect(polls, NULL, 0);
    }
    return err < 0 ? err : 0;
}

/* Submit, and wait for something to end.  For ever is a day.
 * @return whether something did */
static int enter(struct vr_uring_polls *polls, vr_time timeout)
{
    struct timespec span;

    (void)vr_selector_timespec(timeout < 0 ? VR_TIME_MAX : timeout, &span);
    if (polls->sys.wait(&polls->ring, &span) >= 0)
        return true;
    if (errno == ETIME || errno == EINTR)
        return false;
    if (errno == EBUSY)
        return true; /* so much that it is to be collected first */

    return -errno;
}

/* Submit more until enough is ready.  If all is submitted and nothing is ready,
 * wait; again, if only polls have ended that are not reported. */
static int find(struct vr_uring_polls *polls, struct vr_ready *ready, int cap,
                vr_time timeout)
{
    const struct vr_env *env = polls->env;
    vr_time until = timeout > 0 ? vr_time_add(vr_now(env), timeout) : 0;
    bool again = false;
    int found = 0, result;

    do {
        (void)vr_uring_prepare_some(polls, cap);
        if (again && timeout > 0)
            timeout = vr_time_until(until, vr_now(env));
        bool waits = !found && polls->queue.first < 0;
        result = enter(polls, waits ? timeout : 0);
        found += vr_uring_collect(polls, ready + found, cap - found);
        again = result > 0 && !found;
    } while (result >= 0 && found < cap && (again || polls->queue.first >= 0));

    return found ? found : result < 0 ? result : 0;
}

static int uring_await(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    struct uring_selector *self = from_base(sel);

    wait_in_this_thread(self);
    if (!cap)
        return flush(&self->polls);

    int err = vr_uring_look_again(&self->polls);
    return err < 0 ? err : find(&self->polls, ready, cap, timeout);
}

static void take_all_back(struct vr_uring_polls *polls)
{
    for (size_t fd = 0; fd < polls->slot_count; fd++)
        polls->slots[fd].want = 0;
    vr_uring_renew_all(polls);
    (void)flush(polls);
}

static void uring_close(struct vr_selector *sel)
{
    struct uring_selector *self = from_base(sel);

    /* A child would take back its parent's. */
    if (vr_fork_mark() == self->mark)
        take_all_back(&self->polls);
    vr_uring_close(&self->polls);
    vr_dealloc(sel->env, self);
}

const struct vr_selector_ops *vr_selector_uring(void)
{
    static const struct vr_selector_ops ops = {
        .name = "io_uring",
        .open = uring_open,
        .fd = uring_own_fd,
        .watch = uring_watch,
        .drop = uring_drop,
        .wait = uring_await,
        .close = uring_close,
    };

    return &ops;
}
