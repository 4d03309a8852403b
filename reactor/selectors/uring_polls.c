/* SPDX-License-Identifier: MIT */
/**
 * @file uring_polls.c
 * What the kernel is told of polls, and what it says of them.
 */
#include <vreactor/reactor/selectors/uring_polls.h>

#include <errno.h>
#include <poll.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/options.h>

static const unsigned NEEDED = IORING_FEAT_EXT_ARG | IORING_FEAT_NODROP;

/* User data of entries that are not polls: the lower half is no descriptor. */
static const uint64_t NO_POLL = UINT32_MAX;

static const struct vr_uring_queue EMPTY = {.first = -1, .last = -1};

static unsigned to_poll(unsigned events)
{
    return ((events & VR_READ) ? (unsigned)POLLIN : 0u) |
           ((events & VR_WRITE) ? (unsigned)POLLOUT : 0u);
}

/* An error is that of the poll: the descriptor was closed, say. */
static unsigned from_poll(int result)
{
    if (result < 0 || result & (POLLERR | POLLHUP | POLLNVAL))
        return VR_READ | VR_WRITE;

    return ((result & POLLIN) ? (unsigned)VR_READ : 0u) |
           ((result & POLLOUT) ? (unsigned)VR_WRITE : 0u);
}

static uint64_t name_of(const struct vr_uring_slot *slot, int fd)
{
    return (uint64_t)slot->poll << 32 | (uint32_t)fd;
}

/* ---- the queue ---- */

static void append(struct vr_uring_polls *polls, struct vr_uring_queue *queue,
                   int fd)
{
    struct vr_uring_slot *slot = &polls->slots[fd];

    if (slot->queued)
        return;
    slot->queued = true;
    slot->next = -1;
    if (queue->last >= 0)
        polls->slots[queue->last].next = fd;
    else
        queue->first = fd;
    queue->last = fd;
}

static void take_first(struct vr_uring_polls *polls)
{
    struct vr_uring_queue *queue = &polls->queue;
    struct vr_uring_slot *slot = &polls->slots[queue->first];

    slot->queued = false;
    queue->first = slot->next;
    if (queue->first < 0)
        queue->last = -1;
}

static struct vr_uring_queue join(struct vr_uring_polls *polls,
                                  struct vr_uring_queue front,
                                  struct vr_uring_queue back)
{
    if (front.first < 0)
        return back;
    if (back.first < 0)
        return front;

    polls->slots[front.last].next = back.first;
    front.last = back.last;
    return front;
}

/* ---- open and close ---- */

static int submit(struct vr_uring_polls *polls)
{
    int count = polls->sys.submit(&polls->ring);

    return count < 0 ? -errno : count;
}

/* A kernel that lacks or forbids polls says so here; one that has them says
 * that the descriptor is not open. */
static int try_poll(struct vr_uring_polls *polls)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&polls->ring);
    struct io_uring_cqe *cqe;
    unsigned head;

    io_uring_prep_poll_add(sqe, -1, POLLIN);
    io_uring_sqe_set_data64(sqe, NO_POLL);
    int err = submit(polls);
    if (err < 0)
        return err;

    err = -ENOTSUP;
    io_uring_for_each_cqe (&polls->ring, head, cqe)
        err = cqe->res;
    io_uring_cq_advance(&polls->ring, io_uring_cq_ready(&polls->ring));
    return err == -EBADF ? 0 : err;
}

/* The maps of the ring are not bound to the number.
 * @return 0; else the ring is closed */
static int lift(struct vr_uring_polls *polls)
{
    struct io_uring *ring = &polls->ring;
    int fd = ring->ring_fd;

    if (fd > 2 || !vr_sys(polls->env, dup_fd))
        return 0;
    fd = vr_sys(polls->env, dup_fd)(fd, 3);
    if (fd < 0) {
        int err = -errno;
        (void)polls->sys.close(ring);
        return err;
    }
    (void)vr_sys(polls->env, close)(ring->ring_fd);
    ring->ring_fd = ring->enter_ring_fd = fd;
    return 0;
}

/* What is not given is liburing's. */
static int fill_sys(struct vr_uring_sys *sys, const struct vr_uring_sys *given)
{
    const struct vr_uring_sys *real = vr_uring_sys_default();

    int err = vr_options_read(sys, vr_uring_sys, given);
    if (err)
        return err;
    sys->open = sys->open ? sys->open : real->open;
    sys->close = sys->close ? sys->close : real->close;
    sys->submit = sys->submit ? sys->submit : real->submit;
    sys->wait = sys->wait ? sys->wait : real->wait;
    return 0;
}

int vr_uring_open(struct vr_uring_polls *polls, const struct vr_env *env,
                  const struct vr_uring_sys *sys)
{
    *polls =
        (struct vr_uring_polls){.env = env, .queue = EMPTY, .reported = EMPTY};
    int err = fill_sys(&polls->sys, sys);
    if (err)
        return err;
    if (polls->sys.open(VR_URING_ENTRIES, &polls->ring) < 0)
        return -errno;

    err = lift(polls);
    if (err < 0)
        return err;
    err = -ENOTSUP;
    if ((polls->ring.features & NEEDED) == NEEDED)
        err = try_poll(polls);
    if (err < 0)
        (void)polls->sys.close(&polls->ring);
    return err;
}

void vr_uring_close(struct vr_uring_polls *polls)
{
    (void)polls->sys.close(&polls->ring);
    vr_dealloc(polls->env, polls->slots);
}

/* ---- submissions ---- */

int vr_uring_reserve(struct vr_uring_polls *polls, size_t need)
{
    struct vr_uring_slot *slots = vr_reserve(
        polls->env, polls->slots, &polls->slot_count, need, sizeof(*slots));
    if (!slots)
        return -ENOMEM;

    polls->slots = slots;
    return 0;
}

void vr_uring_renew(struct vr_uring_polls *polls, int fd)
{
    polls->slots[fd].outdated = polls->slots[fd].armed;
    append(polls, &polls->queue, fd);
}

void vr_uring_renew_all(struct vr_uring_polls *polls)
{
    for (size_t fd = 0; fd < polls->slot_count; fd++)
        if (polls->slots[fd].armed)
            vr_uring_renew(polls, (int)fd);
}

bool vr_uring_prepare(struct vr_uring_polls *polls, int fd)
{
    struct vr_uring_slot *slot = &polls->slots[fd];

    if (io_uring_sq_space_left(&polls->ring) < 2)
        return false;

    if (slot->outdated) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&polls->ring);
        io_uring_prep_poll_remove(sqe, name_of(slot, fd));
        io_uring_sqe_set_data64(sqe, NO_POLL);
        slot->armed = false;
        slot->outdated = false;
    }
    if (slot->want && !slot->armed) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&polls->ring);
        slot->poll++;
        io_uring_prep_poll_add(sqe, fd, to_poll(slot->want));
        io_uring_sqe_set_data64(sqe, name_of(slot, fd));
        slot->armed = true;
    }
    return true;
}

bool vr_uring_prepare_some(struct vr_uring_polls *polls, int most)
{
    while (most-- > 0 && polls->queue.first >= 0 &&
           vr_uring_prepare(polls, polls->queue.first))
        take_first(polls);

    return io_uring_sq_ready(&polls->ring) > 0;
}

int vr_uring_submit(struct vr_uring_polls *polls)
{
    int err = submit(polls);

    /* More completions than there is room for: take some out first. */
    if (err == -EBUSY && !vr_uring_look_again(polls))
        err = submit(polls);
    return err;
}

/* ---- completions ---- */

/* The descriptor whose poll @p cqe completes; -1: it is not of the last poll of
 * a descriptor. */
static int polled(const struct vr_uring_polls *polls,
                  const struct io_uring_cqe *cqe)
{
    uint64_t name = io_uring_cqe_get_data64(cqe);
    uint32_t fd = (uint32_t)name;

    if (fd >= polls->slot_count)
        return -1;

    const struct vr_uring_slot *slot = &polls->slots[fd];
    return slot->armed && name_of(slot, (int)fd) == name ? (int)fd : -1;
}

static void end_poll(struct vr_uring_polls *polls, int fd,
                     struct vr_uring_queue *queue)
{
    polls->slots[fd].armed = false;
    polls->slots[fd].outdated = false;
    append(polls, queue, fd);
}

int vr_uring_look_again(struct vr_uring_polls *polls)
{
    struct vr_uring_queue ended = EMPTY;
    struct io_uring_cqe *cqe;
    unsigned head;
    int err = 0;

    for (;;) {
        unsigned seen = 0;
        io_uring_for_each_cqe (&polls->ring, head, cqe) {
            int fd = polled(polls, cqe);
            if (fd >= 0)
                end_poll(polls, fd, &ended);
            seen++;
        }
        io_uring_cq_advance(&polls->ring, seen);
        if (!io_uring_cq_has_overflow(&polls->ring))
            break;
        err = submit(polls); /* brings more */
        if (err < 0 && (err != -EBUSY || !seen))
            break;
    }
    polls->queue = join(polls, polls->queue, polls->reported);
    polls->queue = join(polls, ended, polls->queue);
    polls->reported = EMPTY;
    return err < 0 ? err : 0;
}

/* Is the end of the poll of @p fd to be heard?  One is cancelled with the
 * thread that submitted it. */
static bool is_heard(const struct vr_uring_polls *polls, int fd, int result)
{
    return !polls->slots[fd].outdated && result != -ECANCELED;
}

int vr_uring_collect(struct vr_uring_polls *polls, struct vr_ready *ready,
                     int cap)
{
    struct io_uring_cqe *cqe;
    unsigned head, seen = 0;
    int found = 0;

    io_uring_for_each_cqe (&polls->ring, head, cqe) {
        int fd = polled(polls, cqe);
        bool heard = fd >= 0 && is_heard(polls, fd, cqe->res);
        if (heard && found == cap)
            break;
        if (heard) {
            ready[found].key = polls->slots[fd].key;
            ready[found].events = from_poll(cqe->res);
            found++;
        }
        if (fd >= 0)
            end_poll(polls, fd, heard ? &polls->reported : &polls->queue);
        seen++;
    }
    io_uring_cq_advance(&polls->ring, seen);
    return found;
}
