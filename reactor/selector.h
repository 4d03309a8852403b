/* SPDX-License-Identifier: MIT */
/**
 * @file selector.h
 * Which descriptors can make progress?  The one question that select(2),
 * poll(2), epoll(7) and kqueue(2) answer, each in its own way.
 *
 * A selector runs no callbacks and keeps no timers: those are the reactor's,
 * written once for every selector.  It never closes a descriptor it watches.
 * A program may bring one of its own: fill a table, have it tried by
 * testing/selector_check.h, and name it in the reactor's options.
 *
 * Errors: operations return a negative error code (see base/err.h).
 * Threads: a selector is used by its reactor's thread only.
 */
#ifndef VR_REACTOR_SELECTOR_H
#define VR_REACTOR_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_selector;

/**
 * What to wait for.  A descriptor that failed or was hung up counts as ready
 * for all that is awaited on it: the read or write that follows says why.
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

/** What a kind of selector must provide; no function may be NULL. */
struct vr_selector_ops {
    /** For logs and for vr_selector_find(): "epoll", "poll", ... */
    const char *name;

    /** Make a selector that watches nothing.  The caller closes @p ret_sel.
     *  Keeps @p env.  @p arg is what the reactor's options said, for kinds
     *  that need more to begin with; else NULL. */
    int (*open)(const struct vr_env *env, void *arg,
                struct vr_selector **ret_sel);

    /** A descriptor that is readable when a wait would not block, for
     *  embedding; -ENOTSUP if there is none.  It may rest on a wait without
     *  room after the last change. */
    int (*fd)(struct vr_selector *sel);

    /**
     * Await @p now on @p fd instead of @p was.  Both are event bits, 0 for
     * none, and they differ; @p was repeats the last @p now given for @p fd.
     * Events of @p fd are reported with @p key, for as long as they last:
     * level-triggered.  The key is the same until nothing is awaited, so that
     * what is in both @p was and @p now may be left alone.  On failure @p was
     * goes on.
     * @return 0; -EBADF if @p fd is not open; -EPERM for what is always ready:
     * a regular file, a directory, to epoll /dev/null too; -ERANGE from select
     * for FD_SETSIZE and above; -EPIPE from kqueue to write into a pipe nobody
     * can read any more; -ENOMEM, -ENOSPC
     */
    int (*watch)(struct vr_selector *sel, int fd, uint64_t key, unsigned was,
                 unsigned now);

    /** @p fd, open still, is about to be closed: nothing of it may stay in the
     *  kernel, and no event of it is reported any more.  Nothing may have been
     *  awaited, or watch() may have refused it, closed already. */
    void (*drop)(struct vr_selector *sel, int fd);

    /**
     * Fill @p ready with up to @p cap descriptors, waiting for the first.  One
     * descriptor may fill two entries.  What did not fit is reported by the
     * next wait, and no descriptor is passed over for ever.
     * @param cap  0: find nothing and do not wait, but see that the kernel
     * knows of all that was asked, for others will wait now: see fd()
     * @param timeout  nanoseconds, rounded up; negative to wait for ever
     * @return how many; 0 if the time ran out or a signal came.  -EAGAIN,
     * -ENOMEM and -ENOBUFS are a shortage: the reactor waits again in a while;
     * others end its run.  A key that the reactor does not know is left out.
     */
    int (*wait)(struct vr_selector *sel, struct vr_ready *ready, int cap,
                vr_time timeout);

    /** Free @p sel and forget what it watched.  The one operation that is also
     *  called in a child of fork(2), in which the kernel's part of @p sel, if
     *  it is there, is the parent's: let go of it, and change nothing. */
    void (*close)(struct vr_selector *sel);

    /** Another's loop does the waiting, and wait() only says what that found:
     *  a reactor over it makes turns, as embed.h has it, but cannot run. */
    bool is_guest;
};

/** First member of every selector. */
struct vr_selector {
    const struct vr_selector_ops *ops;
    const struct vr_env *env; /**< memory and system calls go through it */
};

/** May @p fd be awaited?  For authors of selectors, as epoll alone says so
 *  unasked.  @return 0; -EPERM for a regular file or a directory; -EBADF if it
 *  is not open. Threads: any. */
VR_MUST_CHECK
int vr_selector_check_fd(const struct vr_env *env, int fd);

/** The selectors this system has, best first, ending in NULL. */
extern const struct vr_selector_ops *const vr_selectors[];

/** The selector called @p name, or NULL if there is none here.
 *  Threads: any. */
const struct vr_selector_ops *vr_selector_find(const char *name);

VR_END_DECLS

#endif
