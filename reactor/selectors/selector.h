/* SPDX-License-Identifier: MIT */
/**
 * @file selector.h
 * The back-end of a reactor that finds out which descriptors are ready: over
 * epoll(7), kqueue(2), poll(2) or select(2); see also uring.h and libevent.h.
 *
 *     struct vr_reactor_options options = {.size = sizeof(options),
 *                                          .selector = "poll"};
 *
 *     err = vr_reactor_new(&options, &reactor);
 *
 * A selector runs no callbacks and has no timers: the reactor does that, in the
 * same way for every selector.  It never closes a descriptor that it watches.
 * A program may bring a selector of its own: fill a table of operations, try it
 * with testing/selector_check.h, and name it in the reactor's options.
 *
 * Errors: operations return a negative error code (see base/err.h).
 * Threads: a selector is used by its reactor's thread only.
 */
#ifndef VR_REACTOR_SELECTORS_SELECTOR_H
#define VR_REACTOR_SELECTORS_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_selector;

/**
 * Events to wait for.  A descriptor that failed or was hung up is ready for all
 * that is awaited on it: the read or write that follows says why.
 */
enum vr_event {
    VR_READ = 1 << 0,  /**< reading would not block */
    VR_WRITE = 1 << 1, /**< writing would not block */
};

/** A descriptor found ready. */
struct vr_ready {
    uint64_t key;    /**< as given to watch(): generation << 32 | fd */
    unsigned events; /**< bits of enum vr_event; may hold more than awaited */
};

/** The operations of a selector; no function may be NULL but for `renew`. */
struct vr_selector_ops {
    /** For logs and for vr_selector_find(): "epoll", "poll", ... */
    const char *name;

    /** Make a selector that watches nothing.  The caller closes @p ret_sel.
     *  Keeps @p env.  @p arg is `selector_arg` of the reactor's options, for
     *  selectors that need an argument; else NULL. */
    int (*open)(const struct vr_env *env, void *arg,
                struct vr_selector **ret_sel);

    /** A descriptor that is readable when a wait would not block, for
     *  embedding; -ENOTSUP if there is none.  It needs to be up to date only
     *  after a wait with a `cap` of 0 that follows the last change. */
    int (*fd)(struct vr_selector *sel);

    /**
     * Await @p now on @p fd instead of @p was.  Both are event bits, 0 for
     * none, and they differ; @p was is the @p now of the last call for @p fd.
     * Events of @p fd are reported with @p key, in each wait for as long as
     * they last (level-triggered).  The key is the same until nothing is
     * awaited, so bits that are in both @p was and @p now need no change.
     * After a failure @p was is still awaited.
     * @return 0; -EBADF if @p fd is not open; -EPERM for a file that is always
     * ready: a regular file, a directory, with epoll /dev/null too; -ERANGE
     * with select for FD_SETSIZE and above; -EPIPE with kqueue for writing to a
     * pipe that has no reader left; -ENOMEM, -ENOSPC
     */
    int (*watch)(struct vr_selector *sel, int fd, uint64_t key, unsigned was,
                 unsigned now);

    /** Forget @p fd, which is about to be closed: the kernel must keep nothing
     *  of it, and no event of it is reported any more.  Must do no harm if
     *  nothing was awaited on @p fd, or if watch() refused it because it was
     *  closed already. */
    void (*drop)(struct vr_selector *sel, int fd);

    /**
     * Wait for the first event, and fill @p ready with up to @p cap entries.
     * One descriptor may fill two entries.  Descriptors that did not fit are
     * reported by the next wait, and none is passed over for ever.
     * @param cap  0: report nothing and do not wait, but tell the kernel of all
     * changes, as a host's loop is about to wait for the descriptor of fd()
     * @param timeout  nanoseconds, rounded up; negative: wait for ever
     * @return how many entries; 0 if the time ran out or a signal came.
     * -EAGAIN, -ENOMEM and -ENOBUFS mean a shortage, and the reactor waits
     * again after a while; any other error ends its run.  The reactor ignores
     * entries with a key that it does not know.
     */
    int (*wait)(struct vr_selector *sel, struct vr_ready *ready, int cap,
                vr_time timeout);

    /** Free @p sel and forget what it watched.  The only operation that is also
     *  called in a child of fork(2): there the parent still uses what the
     *  kernel has of @p sel, so close() only closes the child's descriptors and
     *  changes nothing in the kernel. */
    void (*close)(struct vr_selector *sel);

    /** In a child of fork(2), for vr_reactor_after_fork(): go on here with the
     *  copy of @p sel, which awaits nothing any more, as after open().  For
     *  selectors that another holds as well, such as a host's loop.  NULL: the
     *  child opens a new one, with the same argument, and closes the copy.
     *  @return 0; or an error: it is called again, or close() is */
    int (*renew)(struct vr_selector *sel);

    /** Another event loop does the waiting, and wait() only reports what that
     *  has found: a reactor over it makes turns, as in embed.h, but cannot
     *  run. */
    bool is_guest;

    void *reserved[4]; /**< NULL */
};

/** First member of every selector. */
struct vr_selector {
    const struct vr_selector_ops *ops;
    const struct vr_env *env; /**< memory and system calls go through it */
};

/** May @p fd be awaited?  For authors of selectors over system calls that take
 *  any descriptor, as all but epoll do.  @return 0; -EPERM for a regular file
 *  or a directory; -EBADF if @p fd is not open.  Threads: any. */
VR_MUST_CHECK
int vr_selector_check_fd(const struct vr_env *env, int fd);

/** The selectors of this system, the best is 0; NULL past the last.
 *  Threads: any. */
const struct vr_selector_ops *vr_selector_nth(size_t index);

/** The selector called @p name, or NULL if this system has none.
 *  Threads: any. */
const struct vr_selector_ops *vr_selector_find(const char *name);

VR_END_DECLS

#endif
