/* SPDX-License-Identifier: MIT */
/**
 * @file sys.h
 * Fault injection: system calls that are counted, and fail when a test says so.
 *
 *     vr_test_sys_reset();
 *     vr_test_env_init(&test, 0);
 *
 *     vr_test_sys_fail(VR_TEST_SYS_RECV, 1, 2, EINTR);
 *     vr_test_sys_limit(1);
 *
 * To test that a program survives the failure of any call, let the first one
 * fail, then the second, until there is none left to fail:
 *
 *     int nth = 0;
 *     do {
 *         vr_test_sys_reset();
 *         vr_test_sys_fail(VR_TEST_SYS_ANY, ++nth, 1, 0);
 *         run_the_program();
 *     } while (vr_test_sys_failures() > 0);
 *
 * A timerfd, which the library has for steps of the wall clock alone, is none
 * of the system's: vr_test_set_wall() and vr_test_suspend() of testing/env.h
 * make it readable.
 *
 * A call that fails has no effect, except that calls which release something,
 * close(), munmap(), a waitpid() that waits, kill(), EPOLL_CTL_DEL and
 * EV_DELETE, release it and then fail: no caller tries those again.
 *
 * System calls have no context, so all of this is global to the process: one
 * test at a time.  Threads: any, except for vr_test_sys_reset().
 */
#ifndef VR_TESTING_SYS_H
#define VR_TESTING_SYS_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>

VR_BEGIN_DECLS

struct vr_uring_sys;

/** The members of struct vr_sys and of struct vr_uring_sys that can fail, and
 *  groups of them. */
enum vr_test_sys_call {
    VR_TEST_SYS_CLOSE,
    VR_TEST_SYS_READ,
    VR_TEST_SYS_WRITE,
    VR_TEST_SYS_RECV,
    VR_TEST_SYS_SENDMSG,
    VR_TEST_SYS_FSTAT,
    VR_TEST_SYS_GET_FD_FLAGS,
    VR_TEST_SYS_SET_FD_FLAGS,
    VR_TEST_SYS_GET_FL_FLAGS,
    VR_TEST_SYS_SET_FL_FLAGS,
    VR_TEST_SYS_DUP_FD,
    VR_TEST_SYS_UNLINK,
    VR_TEST_SYS_PIPE,
    VR_TEST_SYS_SOCKET,
    VR_TEST_SYS_SOCKETPAIR,
    VR_TEST_SYS_BIND,
    VR_TEST_SYS_LISTEN,
    VR_TEST_SYS_ACCEPT,
    VR_TEST_SYS_ACCEPT4,
    VR_TEST_SYS_CONNECT,
    VR_TEST_SYS_SHUTDOWN,
    VR_TEST_SYS_GETSOCKOPT,
    VR_TEST_SYS_SETSOCKOPT,
    VR_TEST_SYS_UNSENT,
    VR_TEST_SYS_GETSOCKNAME,
    VR_TEST_SYS_GETPEERNAME,
    VR_TEST_SYS_POLL,
    VR_TEST_SYS_SELECT,
    VR_TEST_SYS_EPOLL_CREATE1,
    VR_TEST_SYS_EPOLL_CTL,
    VR_TEST_SYS_EPOLL_WAIT,
    VR_TEST_SYS_EVENTFD,
    VR_TEST_SYS_KQUEUE,
    VR_TEST_SYS_KEVENT,
    VR_TEST_SYS_URING_OPEN,
    VR_TEST_SYS_URING_CLOSE,
    VR_TEST_SYS_URING_SUBMIT,
    VR_TEST_SYS_URING_WAIT,
    VR_TEST_SYS_SYSCONF,
    VR_TEST_SYS_MMAP,
    VR_TEST_SYS_MUNMAP,
    VR_TEST_SYS_MPROTECT,
    VR_TEST_SYS_MADVISE,
    VR_TEST_SYS_COND_WAIT,
    VR_TEST_SYS_THREAD_CREATE,
    VR_TEST_SYS_OPEN,
    VR_TEST_SYS_GETCWD,
    VR_TEST_SYS_CHECK_TTY,
    VR_TEST_SYS_LSTAT,
    VR_TEST_SYS_IF_NAMETOINDEX,
    VR_TEST_SYS_IF_INDEXTONAME,
    VR_TEST_SYS_SIGACTION,
    VR_TEST_SYS_FORK,
    VR_TEST_SYS_WAITPID,
    VR_TEST_SYS_KILL,
    VR_TEST_SYS_PIDFD_OPEN,
    VR_TEST_SYS_PIDFD_SEND_SIGNAL,
    VR_TEST_SYS_TIMERFD_CREATE,
    VR_TEST_SYS_TIMERFD_SETTIME,
    VR_TEST_SYS_SPLICE,
    VR_TEST_SYS_SET_PIPE_SIZE,

    VR_TEST_SYS_ANY_ACCEPT, /**< accept or accept4 */
    VR_TEST_SYS_ANY_WAIT,   /**< any call by which a selector waits */
    VR_TEST_SYS_ANY,        /**< any call at all */
};

/** How many calls there are, without groups: all numbers below are calls. */
enum { VR_TEST_SYS_CALLS = VR_TEST_SYS_ANY_ACCEPT };

/** The system's own calls, counted.  Those the system lacks are NULL.  A test
 *  that copies the table, to replace members, sets `size` of the copy to
 *  sizeof(struct vr_sys); NULL there means the system's call, not counted. */
const struct vr_sys *vr_test_sys(void);

/** Count what the selector over io_uring asks of the kernel: @p ret_counted, to
 *  be its argument, calls @p calls, vr_uring_sys_default() as a rule: none of
 *  its members is NULL.  There is one such table: it calls what it was given
 *  last.  See reactor/selectors/uring.h.  Not while such a selector is open. */
void vr_test_sys_wrap_uring(const struct vr_uring_sys *calls,
                            struct vr_uring_sys *ret_counted);

/** Reset all counters and injected failures.  No other thread may make a call
 *  meanwhile. */
void vr_test_sys_reset(void);

/**
 * Let the @p nth @p call from now on fail, and the following ones until
 * @p times have failed.  Replaces what was set for @p call before.
 * @param nth    1 is the next one; 0: none fails any more
 * @param times  INT_MAX: all that follow
 * @param err    the errno; 0: vr_test_sys_likely() of each call
 */
void vr_test_sys_fail(enum vr_test_sys_call call, int nth, int times, int err);

/** Let read, write, recv, sendmsg and splice move at most @p most bytes at a
 * time; 0: any number.  Only sockets, pipes and files are limited, not an
 * eventfd, which needs eight bytes at once. */
void vr_test_sys_limit(size_t most);

/** How often @p call was made, failed calls included. */
int64_t vr_test_sys_count(enum vr_test_sys_call call);

/** How many injected failures there were. */
int64_t vr_test_sys_failures(void);

/** The last call that a failure was injected into; VR_TEST_SYS_ANY: none. */
enum vr_test_sys_call vr_test_sys_failed(void);

/** How many waits of selectors found an event. */
int64_t vr_test_sys_woken(void);

/** The name of @p call, as in struct vr_sys; of a group "accept", "wait" or
 *  "any". */
const char *vr_test_sys_name(enum vr_test_sys_call call);

/** A likely errno for @p call, which is not a group: EMFILE for calls that make
 *  descriptors, ECONNRESET for recv, and so on. */
int vr_test_sys_likely(enum vr_test_sys_call call);

VR_END_DECLS

#endif
