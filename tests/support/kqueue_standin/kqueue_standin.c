/* SPDX-License-Identifier: MIT */
/**
 * @file kqueue_standin.c
 * Enough of kqueue(2), over epoll(7), to run the kqueue selector's tests on
 * Linux.  It shows that our code uses the interface as its manual says, not
 * that a BSD behaves so.
 *
 * A kqueue is an epoll descriptor; what epoll cannot keep (two udata for one
 * descriptor) is in a table by its number.  close() is the system's own, so
 * the table learns that a number has a new owner when kqueue() hands it out
 * again.  Of filters there are EVFILT_READ and EVFILT_WRITE, level-triggered,
 * with fflags 0; and EVFILT_PROC for NOTE_EXIT, which makes the kqueue readable
 * for good, serves it alone, and as on some systems knows no zombie.
 *
 * In one thing it is stricter than the manual: an EV_ADD of a filter that is
 * there is EEXIST, for some versions of libkqueue do not take it either, and to
 * the systems it is work for nothing.
 *
 * Threads: any, but a kqueue is used by one at a time.
 */
#include <sys/event.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ, WRITE, FILTERS, MAX_KQUEUES = 4096, BATCH = 1024 };

/** What is awaited on the descriptor whose number is its index. */
struct knotes {
    bool on[FILTERS];
    void *udata[FILTERS];
    int turn; /**< filter reported first when there is room for one */
};

struct queue {
    struct knotes *notes;
    int count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct queue *queues[MAX_KQUEUES]; /* by descriptor */

static void forget(struct queue *queue)
{
    free(queue->notes);
    queue->notes = NULL;
    queue->count = 0;
}

int kqueue(void)
{
    int kq = epoll_create1(0);
    if (kq < 0)
        return -1;

    pthread_mutex_lock(&lock);
    if (kq < MAX_KQUEUES && !queues[kq])
        queues[kq] = calloc(1, sizeof(*queues[kq]));
    bool made = kq < MAX_KQUEUES && queues[kq];
    if (made)
        forget(queues[kq]);
    pthread_mutex_unlock(&lock);

    if (!made) {
        close(kq);
        errno = ENOMEM;
        return -1;
    }
    return kq;
}

static struct queue *find_queue(int kq)
{
    pthread_mutex_lock(&lock);
    struct queue *queue = kq >= 0 && kq < MAX_KQUEUES ? queues[kq] : NULL;
    pthread_mutex_unlock(&lock);
    return queue;
}

static struct knotes *find_notes(struct queue *queue, int fd)
{
    if (fd >= queue->count) {
        int count = fd + 64;
        struct knotes *notes =
            realloc(queue->notes, (size_t)count * sizeof(*notes));
        if (!notes)
            return NULL;
        memset(notes + queue->count, 0,
               (size_t)(count - queue->count) * sizeof(*notes));
        queue->notes = notes;
        queue->count = count;
    }
    return &queue->notes[fd];
}

/* Tell epoll what is awaited on @p fd now. @return 0 or errno */
static int set_epoll(int kq, int fd, const struct knotes *notes, int op)
{
    struct epoll_event event = {.data.fd = fd};

    if (notes->on[READ])
        event.events |= EPOLLIN | EPOLLRDHUP;
    if (notes->on[WRITE])
        event.events |= EPOLLOUT;
    if (!event.events)
        op = EPOLL_CTL_DEL;
    return epoll_ctl(kq, op, fd, &event) < 0 ? errno : 0;
}

static int add_filter(int kq, int fd, struct knotes *notes, int filter,
                      void *udata)
{
    struct knotes old = *notes;
    bool known = old.on[READ] || old.on[WRITE];

    if (old.on[filter] && set_epoll(kq, fd, notes, EPOLL_CTL_MOD) != ENOENT)
        return EEXIST;
    notes->on[filter] = true;
    notes->udata[filter] = udata;
    int err = set_epoll(kq, fd, notes, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
    if (known && err == ENOENT) { /* another file has the number now */
        old = (struct knotes){0};
        notes->on[!filter] = false;
        err = set_epoll(kq, fd, notes, EPOLL_CTL_ADD);
    }
    if (err)
        *notes = old;
    return err;
}

static int delete_filter(int kq, int fd, struct knotes *notes, int filter)
{
    if (!notes->on[filter])
        return ENOENT;

    notes->on[filter] = false;
    int err = set_epoll(kq, fd, notes, EPOLL_CTL_MOD);
    if (err == ENOENT) /* another file has the number now */
        notes->on[!filter] = false;
    return err;
}

/* The kqueue becomes the descriptor of the process. @return 0 or errno */
static int add_process(int kq, pid_t pid)
{
    siginfo_t info = {0};
    if (!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
        info.si_pid)
        return ESRCH;

    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return errno;
    int err = dup3(fd, kq, O_CLOEXEC) < 0 ? errno : 0;
    close(fd);
    return err;
}

/* @return 0 or errno */
static int apply(int kq, struct queue *queue, const struct kevent *change)
{
    bool known =
        change->filter == EVFILT_READ || change->filter == EVFILT_WRITE;
    int action = change->flags & ~EV_RECEIPT;
    if (change->filter == EVFILT_PROC && action == EV_ADD &&
        change->fflags == NOTE_EXIT)
        return add_process(kq, (pid_t)change->ident);
    if (!known || (action != EV_ADD && action != EV_DELETE))
        return EINVAL;
    if (change->ident > INT_MAX / 2 || fcntl((int)change->ident, F_GETFD) < 0)
        return EBADF;

    int fd = (int)change->ident;
    struct knotes *notes = find_notes(queue, fd);
    if (!notes)
        return ENOMEM;

    int filter = change->filter == EVFILT_READ ? READ : WRITE;
    return action == EV_ADD ? add_filter(kq, fd, notes, filter, change->udata)
                            : delete_filter(kq, fd, notes, filter);
}

/* @return how many receipts there are; -1 and errno if one had no room */
static int apply_all(int kq, struct queue *queue, const struct kevent *changes,
                     int change_count, struct kevent *events, int event_count)
{
    int receipts = 0;

    for (int i = 0; i < change_count; i++) {
        struct kevent change = changes[i]; /* events may be the same array */
        int err = apply(kq, queue, &change);
        if (!err && !(change.flags & EV_RECEIPT))
            continue;
        if (receipts < event_count) {
            change.flags = EV_ERROR;
            change.data = err;
            events[receipts++] = change;
        } else if (err) {
            errno = err;
            return -1;
        }
    }
    return receipts;
}

static bool is_ready(const struct knotes *notes, int filter, uint32_t events)
{
    uint32_t wanted = filter == READ ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
    return notes->on[filter] && events & (wanted | EPOLLHUP | EPOLLERR);
}

static struct kevent report(const struct knotes *notes, int fd, int filter,
                            uint32_t events)
{
    uint32_t ends = EPOLLHUP | EPOLLERR | (filter == READ ? EPOLLRDHUP : 0);
    int left = 0;
    if (filter == READ && ioctl(fd, FIONREAD, &left) < 0)
        left = 1; /* a listening socket, say: connections, not bytes */

    return (struct kevent){.ident = (uintptr_t)fd,
                           .filter =
                               filter == READ ? EVFILT_READ : EVFILT_WRITE,
                           .flags = events & ends ? EV_EOF : 0,
                           .data = left,
                           .udata = notes->udata[filter]};
}

/* One filter for each descriptor, and the other one for as many as there is
 * room for; whose filter was left out has it reported first the next time. */
static int report_all(struct queue *queue, const struct epoll_event *found,
                      int found_count, struct kevent *events, int event_count)
{
    int count = 0, others = 0, other[BATCH];

    for (int i = 0; i < found_count; i++) {
        int fd = found[i].data.fd;
        struct knotes *notes = &queue->notes[fd];
        bool reads = is_ready(notes, READ, found[i].events);
        bool writes = is_ready(notes, WRITE, found[i].events);
        if (reads && writes)
            other[others++] = i;
        else
            notes->turn = writes ? WRITE : READ;
        events[count++] = report(notes, fd, notes->turn, found[i].events);
        notes->turn = !notes->turn;
    }
    for (int i = 0; i < others && count < event_count; i++) {
        int fd = found[other[i]].data.fd;
        const struct knotes *notes = &queue->notes[fd];
        events[count++] =
            report(notes, fd, notes->turn, found[other[i]].events);
    }
    return count;
}

/* @return milliseconds, rounded up; -1 for ever; -2 if it is no time */
static int to_ms(const struct timespec *timeout)
{
    if (!timeout)
        return -1;
    if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
        timeout->tv_nsec >= 1000000000)
        return -2;
    if (timeout->tv_sec >= INT_MAX / 1000)
        return INT_MAX;
    return (int)(timeout->tv_sec * 1000 +
                 (timeout->tv_nsec + 999999) / 1000000);
}

int kevent(int kq, const struct kevent *changes, int change_count,
           struct kevent *events, int event_count,
           const struct timespec *timeout)
{
    struct epoll_event found[BATCH];
    struct queue *queue = find_queue(kq);
    int ms = to_ms(timeout);

    if (!queue || ms < -1) {
        errno = queue ? EINVAL : EBADF;
        return -1;
    }
    int receipts =
        apply_all(kq, queue, changes, change_count, events, event_count);
    if (receipts || event_count <= 0)
        return receipts;

    int count =
        epoll_wait(kq, found, event_count < BATCH ? event_count : BATCH, ms);
    return count < 0 ? -1
                     : report_all(queue, found, count, events, event_count);
}
