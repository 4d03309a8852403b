/* SPDX-License-Identifier: MIT */
/**
 * @file broken_selector.c
 * The faults, each where an author would make it.
 */
#include "broken_selector.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>

#include "tests/support/test.h"

enum { FDS = 2200, LOW = 100, LOST = 256 };

/** What it knows of the descriptor whose number is its index. */
struct known {
    bool is;        /**< watched since it was dropped */
    bool told;      /**< reported since it was watched */
    uint64_t key;   /**< to report it with */
    unsigned asked; /**< of poll(2) */
    unsigned times; /**< it was watched */
    pthread_t thread;
};

struct broken {
    struct vr_selector base;
    struct known fds[FDS];
    struct pollfd asked[FDS];
    int top;    /**< above each that is watched */
    int next;   /**< to look at first */
    int left;   /**< asked before and not looked at; 0: none */
    void *high; /**< memory for numbers that are not low */
    int users;
    int extra; /**< a descriptor of its own, or -1 */
    pthread_t thread;
};

static enum fault fault;
static struct broken *shared, *kept[LOST];
static int kept_count, lost[LOST], lost_count;

void broken_by(enum fault now)
{
    fault = now;
    while (kept_count)
        free(kept[--kept_count]);
    while (lost_count)
        close(lost[--lost_count]);
}

static struct broken *from_base(struct vr_selector *sel)
{
    return vr_container_of(sel, struct broken, base);
}

static short poll_now(int fd, short events)
{
    struct pollfd now = {.fd = fd, .events = events};
    return (short)(poll(&now, 1, 0) > 0 ? now.revents : 0);
}

/* ---- open and close ---- */

static int open_extra(void)
{
    if (fault != FAULT_INHERITED && fault != FAULT_KEEPS_DESCRIPTOR &&
        fault != FAULT_DEAD_FD)
        return -1;

    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fault != FAULT_INHERITED)
        check(!fcntl(fd, F_SETFD, FD_CLOEXEC));
    return fd;
}

static struct vr_selector *make(const struct vr_env *env)
{
    struct broken *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return NULL;

    self->base.ops =
        fault == FAULT_OTHER_TABLE ? vr_selector_nth(0) : &broken_selector;
    self->base.env =
        fault == FAULT_OTHER_ENV ? vr_env_default() : vr_env_or_default(env);
    self->thread = pthread_self();
    self->extra = open_extra();
    if (fault == FAULT_SHARED)
        shared = self;
    return &self->base;
}

static int broken_open(const struct vr_env *env, void *arg,
                       struct vr_selector **ret_sel)
{
    (void)arg;
    if (fault == FAULT_NO_DEFAULT_ENV && !env)
        return -EINVAL;

    struct vr_selector *sel = shared ? &shared->base : make(env);
    if (!sel)
        return -ENOMEM;
    from_base(sel)->users++;
    *ret_sel = sel;
    return 0;
}

static void close_watched(struct broken *self)
{
    for (int fd = 0; fd < self->top; fd++)
        if (self->fds[fd].is)
            close(fd);
}

static void broken_close(struct vr_selector *sel)
{
    struct broken *self = from_base(sel);

    if (--self->users)
        return;

    shared = NULL;
    if (fault == FAULT_CLOSES_WATCHED)
        close_watched(self);
    if (fault == FAULT_KEEPS_DESCRIPTOR && lost_count < LOST)
        lost[lost_count++] = self->extra;
    else if (self->extra >= 0)
        close(self->extra);
    vr_dealloc(sel->env, self->high);
    if (fault == FAULT_KEEPS_MEMORY && kept_count < LOST)
        kept[kept_count++] = self;
    else
        vr_dealloc(sel->env, self);
}

static int broken_fd(struct vr_selector *sel)
{
    return fault == FAULT_DEAD_FD ? from_base(sel)->extra : -ENOTSUP;
}

/* ---- watch and drop ---- */

static void forget_all(struct broken *self)
{
    for (int fd = 0; fd < self->top; fd++)
        self->fds[fd].asked = 0;
}

static bool is_known_file(struct broken *self, int fd, const struct stat *stat)
{
    struct stat other;

    for (int i = 0; i < self->top; i++)
        if (i != fd && self->fds[i].asked && !fstat(i, &other) &&
            other.st_ino == stat->st_ino && other.st_dev == stat->st_dev)
            return true;

    return false;
}

/* @return what it says of @p fd, or 0 */
static int refuse(struct broken *self, int fd)
{
    struct stat stat;

    if (fstat(fd, &stat) < 0)
        return fault == FAULT_OTHER_CODE ? -EINVAL : -EBADF;
    if (fd >= FDS || (fault == FAULT_NO_HIGH_NUMBERS && fd >= LOW))
        return -EINVAL;
    if (fault == FAULT_ONE_PER_FILE && is_known_file(self, fd, &stat))
        return -EEXIST;
    if (fault == FAULT_REFUSES_PIPE && poll_now(fd, 0))
        return -EINVAL;
    if (fault == FAULT_REFUSES_NULL && S_ISCHR(stat.st_mode))
        return -ENODEV;
    if (fault == FAULT_TAKES_FILES)
        return 0;
    return vr_selector_check_fd(vr_env_default(), fd);
}

static int reserve(struct broken *self, int fd)
{
    if (fd < LOW || self->high)
        return 0;

    self->high = vr_alloc(self->base.env, 1);
    if (!self->high && fault == FAULT_FORGETS_ON_FAILURE)
        forget_all(self);
    return self->high ? 0 : -ENOMEM;
}

/* What to ask of poll(2) for @p now. */
static unsigned to_ask(const struct broken *self, const struct known *known,
                       unsigned was, unsigned now)
{
    if (fault == FAULT_ADDS_ONLY || (fault == FAULT_NOISY && !now))
        return was | now;
    if (fault == FAULT_FORGETS_TENTH && known->times % 10 == 0)
        return was;
    if (fault == FAULT_AT_MOST_256 && known - self->fds >= 256)
        return 0;
    return now;
}

static int broken_watch(struct vr_selector *sel, int fd, uint64_t key,
                        unsigned was, unsigned now)
{
    struct broken *self = from_base(sel);

    int err = was ? 0 : refuse(self, fd);
    if (!err)
        err = reserve(self, fd);
    if (err < 0 && fault == FAULT_FORGETS_ON_REFUSAL)
        forget_all(self);
    if (err < 0)
        return err;

    struct known *known = &self->fds[fd];
    if (!(fault == FAULT_OLD_KEY && known->is) &&
        !(fault == FAULT_FIRST_KEY && known->times))
        known->key = key;
    known->is = true;
    known->told = false;
    known->times++;
    known->asked = to_ask(self, known, was, now);
    known->thread = pthread_self();
    if (fd >= self->top)
        self->top = fd + 1;
    return 0;
}

static void broken_drop(struct vr_selector *sel, int fd)
{
    struct broken *self = from_base(sel);

    if (fd < 0 || fd >= FDS || fault == FAULT_KEEPS_DROPPED)
        return;
    if (fault == FAULT_DROPS_ALL ||
        (fault == FAULT_DROPS_ANOTHER && !self->fds[fd].is))
        forget_all(self);
    if (fault != FAULT_SPINS_AFTER_DROP)
        self->fds[fd].asked = 0;
    self->fds[fd].is = false;
}

/* ---- wait ---- */

static int to_ms(vr_time timeout)
{
    int ms = vr_time_to_ms(timeout);

    if (fault == FAULT_NEVER_FOR_EVER && ms < 0)
        return 0;
    if (fault == FAULT_EARLY && ms > 0)
        return ms / 2;
    if (fault == FAULT_CUTS_TIMES && ms > 0)
        return (int)(uint32_t)((timeout - 1) / VR_MSEC + 1);
    return fault == FAULT_LATE && ms > 0 ? ms + 1500 : ms;
}

static bool is_asked(const struct known *known)
{
    return known->asked || (known->is && (fault == FAULT_LOUD_HANG_UP ||
                                          fault == FAULT_SPINS_AT_HANG_UP));
}

static int poll_asked(struct broken *self, nfds_t count, vr_time timeout)
{
    vr_time end = vr_time_add(vr_now(vr_env_default()), timeout);
    int ms = fault == FAULT_BUSY ? 0 : to_ms(timeout), found;

    do
        found = poll(self->asked, count, ms);
    while (fault == FAULT_BUSY && !found && vr_now(vr_env_default()) < end);
    return found;
}

static int ask(struct broken *self, vr_time timeout)
{
    nfds_t count = 0;

    for (int fd = 0; fd < self->top; fd++) {
        const struct known *known = &self->fds[fd];
        if (!is_asked(known))
            continue;
        struct pollfd *asked = &self->asked[count++];
        *asked = (struct pollfd){.fd = fd};
        asked->events = (short)((known->asked & VR_READ ? POLLIN : 0) |
                                (known->asked & VR_WRITE ? POLLOUT : 0));
        if (fault == FAULT_URGENT || fault == FAULT_SPINS_WHEN_URGENT)
            asked->events |= POLLPRI;
    }
    return poll_asked(self, count, timeout) < 0 ? -errno : (int)count;
}

static unsigned to_events(short revents)
{
    if (revents & (POLLERR | POLLHUP | POLLNVAL)) {
        if (fault == FAULT_SILENT_HANG_UP)
            return 0;
        return fault == FAULT_READ_HANG_UP ? VR_READ : VR_READ | VR_WRITE;
    }
    const short reads = POLLIN | (fault == FAULT_URGENT ? POLLPRI : 0);
    return (revents & reads ? (unsigned)VR_READ : 0u) |
           (revents & POLLOUT ? (unsigned)VR_WRITE : 0u);
}

/* @return what to report of @p known, 0 for nothing */
static unsigned found(struct known *known, short revents, int cap)
{
    unsigned events = to_events(revents);
    bool both = events == (VR_READ | VR_WRITE);

    if (fault == FAULT_ALWAYS_WRITABLE)
        events |= known->asked & VR_WRITE;
    if ((fault == FAULT_READ_FIRST && both) ||
        (fault == FAULT_ONE_OF_TWO && both && cap == 1))
        events = VR_READ;
    if (fault == FAULT_BLIND || (fault == FAULT_EDGE && known->told) ||
        (fault == FAULT_SPINS_AT_HANG_UP && !known->asked) || !known->is ||
        (fault == FAULT_DIES_WITH_THREAD &&
         !pthread_equal(known->thread, pthread_self())))
        return 0;
    known->told |= events != 0;
    return events;
}

static int collect(struct broken *self, int count, struct vr_ready *ready,
                   int cap)
{
    int at = fault == FAULT_UNFAIR ? 0 : self->next, filled = 0;

    for (int looked = 0; looked < count && filled < cap; looked++, at++) {
        if (at >= count)
            at = 0;
        struct known *known = &self->fds[self->asked[at].fd];
        unsigned events = found(known, self->asked[at].revents, cap);
        if (!events)
            continue;
        uint64_t key = known->key;
        if (fault == FAULT_SIGNED_KEY)
            key &= INT64_MAX;
        ready[filled++] = (struct vr_ready){.key = key, .events = events};
    }
    self->next = at;
    return filled;
}

static int broken_wait(struct vr_selector *sel, struct vr_ready *ready, int cap,
                       vr_time timeout)
{
    struct broken *self = from_base(sel);

    if (!cap && fault != FAULT_FINDS_WITHOUT_ROOM)
        return 0;
    if (fault == FAULT_SHORT_TIMES_ONLY && timeout > 60 * VR_SEC)
        return -EINVAL;
    if (fault == FAULT_GIVES_UP && timeout != 0)
        return -EINTR;
    if (fault == FAULT_THREAD_BOUND &&
        !pthread_equal(self->thread, pthread_self()))
        return -EPERM;
    if (fault == FAULT_ONE_TOO_MANY || !cap)
        cap++;
    int count = self->left ? self->left : ask(self, timeout);
    if (count < 0)
        return count;
    int filled = collect(self, count, ready, cap);
    self->left = fault == FAULT_KEEPS_LEFT_OVERS && filled == cap ? count : 0;
    return filled;
}

const struct vr_selector_ops broken_selector = {
    .name = "broken",
    .open = broken_open,
    .fd = broken_fd,
    .watch = broken_watch,
    .drop = broken_drop,
    .wait = broken_wait,
    .close = broken_close,
};
