/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_uring_files.c
 * What the selector over io_uring keeps for how long: files that are polled,
 * polls of threads that end, and what a failing call left undone.
 */
#include "uring_fixture.h"

#include <errno.h>
#include <pthread.h>

/* ---- files ---- */

/* Has the other end of @p fd been closed, or will it be within @p ms? */
static bool is_hung_up(int fd, int ms)
{
    struct pollfd one = {.fd = fd, .events = POLLRDHUP};

    return poll(&one, 1, ms) == 1;
}

/* That @p fd, polled for @p events in vain, is closed when it says so, and
 * @p peer hears of it: at once, or, over TCP, at all. */
static void check_peer_hears(int fd, int peer, unsigned events, int ms)
{
    set_up();
    check_int(watch(sel, fd, 0, events), 0);
    settle();
    sel->ops->drop(sel, fd);
    check(!is_hung_up(peer, 0));
    check_int(close(fd), 0);
    check(is_hung_up(peer, ms));
    tear_down();
}

static void fill_pipe(int fd)
{
    char block[4096] = {0};

    check_int(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    while (write(fd, block, sizeof(block)) > 0)
        ;
}

TEST(selector_uring_files, are_closed_with_a_descriptor_that_was_dropped)
{
    int ends[2];

    set_up_sys();
    make_pair(ends);
    check_peer_hears(ends[0], ends[1], VR_READ, 0);
    close(ends[1]);
    make_pipe(ends);
    check_peer_hears(ends[0], ends[1], VR_READ, 0);
    close(ends[1]);
    make_pipe(ends);
    fill_pipe(ends[1]);
    check_peer_hears(ends[1], ends[0], VR_WRITE, 0);
    close(ends[0]);
    make_tcp_pair(ends);
    check_peer_hears(ends[0], ends[1], VR_READ, -1);
    close(ends[1]);
}

TEST(selector_uring_files, are_not_kept_by_a_selector_that_is_closed)
{
    int ends[2];

    set_up();
    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    settle();
    tear_down();
    check_int(close(ends[0]), 0);
    check(is_hung_up(ends[1], 0));
    check_int(close(ends[1]), 0);
}

/* ---- calls that fail ---- */

static int failures, failure;

static int fail_submit(struct io_uring *ring)
{
    if (failures-- > 0) {
        errno = failure;
        return -1;
    }
    return count_submit(ring);
}

static int fail_wait(struct io_uring *ring, const struct timespec *timeout)
{
    if (failures-- > 0) {
        errno = failure;
        return -1;
    }
    return count_wait(ring, timeout);
}

TEST(selector_uring_files, dropped_in_vain_are_given_up_by_the_next_wait)
{
    int ends[2];

    set_up();
    make_pair(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    settle();
    sys.submit = fail_submit;
    failures = 1;
    failure = EAGAIN;
    sel->ops->drop(sel, ends[0]);
    check_int(close(ends[0]), 0);
    check(!is_hung_up(ends[1], 0));
    settle();
    check(is_hung_up(ends[1], 0));
    check_int(close(ends[1]), 0);
    tear_down();
}

/* However often that happens. */
TEST(selector_uring_files, dropped_in_vain_may_be_more_than_a_ring_holds)
{
    enum { COUNT = 400 };
    int ends[2], fds[COUNT];

    set_up();
    make_pair(ends);
    for (int i = 0; i < COUNT; i++) {
        fds[i] = dup(ends[0]);
        check_int(watch(sel, fds[i], 0, VR_READ), 0);
    }
    settle();
    check_int(close(ends[0]), 0);
    sys.submit = fail_submit;
    failures = COUNT * 4;
    failure = EAGAIN;
    for (int i = 0; i < COUNT; i++) {
        sel->ops->drop(sel, fds[i]);
        check_int(close(fds[i]), 0);
    }
    failures = 0;
    settle();
    check(is_hung_up(ends[1], 0));
    check_int(close(ends[1]), 0);
    tear_down();
}

/* Older kernels take nothing more before what has completed is fetched. */
TEST(selector_uring_files, are_dropped_though_the_kernel_is_busy)
{
    int ends[2], other[2];

    set_up();
    make_pair(ends);
    make_pipe(other);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(watch(sel, other[0], 0, VR_READ), 0);
    settle();
    put(other[1], "x");
    sys.submit = fail_submit;
    failures = 1;
    failure = EBUSY;
    sel->ops->drop(sel, ends[0]);
    check_int(close(ends[0]), 0);
    check(is_hung_up(ends[1], 0));
    check_int(ready_events(sel, other[0]), VR_READ);
    close(ends[1]);
    close_both(other);
    tear_down();
}

TEST(selector_uring_files, are_waited_for_though_the_kernel_is_busy)
{
    struct vr_ready ready[1];
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    sys.wait = fail_wait;
    failures = 2;
    failure = EBUSY;
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    close_both(ends);
    tear_down();
}

/* ---- a kernel that has not all ---- */

static int open_without_features(unsigned entries, struct io_uring *ring)
{
    int err = vr_uring_sys_default()->open(entries, ring);

    ring->features &= ~IORING_FEAT_EXT_ARG;
    return err;
}

/* Whatever is asked for, the kernel does not know or allow it. */
static int submit_unknown(struct io_uring *ring)
{
    int result = vr_uring_sys_default()->submit(ring);

    ring->cq.cqes[*ring->cq.khead & ring->cq.ring_mask].res = -failure;
    return result;
}

static void check_open_fails(int err)
{
    struct vr_selector *none = NULL;

    check_int(open_by_sys(&none), err);
    check(!none);
}

TEST(selector_uring_files, are_none_where_the_kernel_lacks_something)
{
    set_up_sys();
    sys.open = open_without_features;
    check_open_fails(-ENOTSUP);

    set_up_sys();
    sys.submit = submit_unknown;
    failure = EINVAL;
    check_open_fails(-EINVAL);
    failure = EACCES;
    check_open_fails(-EACCES);

    set_up_sys();
    sys.submit = fail_submit;
    failures = 1;
    failure = EPERM;
    check_open_fails(-EPERM);
}

/* ---- threads ---- */

static void *wait_once(void *arg)
{
    (void)arg;
    settle();
    return NULL;
}

static void wait_in_a_thread(void)
{
    pthread_t thread;

    check_int(pthread_create(&thread, NULL, wait_once, NULL), 0);
    check_int(pthread_join(thread, NULL), 0);
}

/* Polls end with the thread that submitted them. */
TEST(selector_uring_files, are_polled_anew_when_their_thread_has_ended)
{
    struct vr_ready ready[1];
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    for (int i = 0; i < 3; i++) /* likely under the same name */
        wait_in_a_thread();
    settle();
    wait_in_a_thread();
    put(ends[1], "x");
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check_int(ready[0].events, VR_READ);
    close_both(ends);
    tear_down();
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int stage;

static void go_to(int next)
{
    pthread_mutex_lock(&gate);
    stage = next;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&gate);
}

static void await_stage(int next)
{
    pthread_mutex_lock(&gate);
    while (stage < next)
        pthread_cond_wait(&moved, &gate);
    pthread_mutex_unlock(&gate);
}

static void *wait_and_linger(void *arg)
{
    (void)arg;
    settle();
    go_to(1);
    await_stage(2);
    return NULL;
}

TEST(selector_uring_files, are_polled_anew_while_their_thread_lives)
{
    struct vr_ready ready[1];
    pthread_t thread;
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(pthread_create(&thread, NULL, wait_and_linger, NULL), 0);
    await_stage(1);
    settle();
    go_to(2);
    check_int(pthread_join(thread, NULL), 0);
    put(ends[1], "x");
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check_int(ready[0].events, VR_READ);
    close_both(ends);
    tear_down();
}
