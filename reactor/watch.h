/* SPDX-License-Identifier: MIT */
/**
 * @file watch.h
 * A watcher of a descriptor: callbacks for when it can be read or written.
 *
 *     static void on_readable(struct vr_watch *watch)
 *     {
 *         struct session *session =
 *             vr_container_of(watch, struct session, watch);
 *         ssize_t len = read(vr_watch_fd(watch), session->buf, SIZE);
 *         ...
 *     }
 *     static const struct vr_watch_ops ops = {.readable = on_readable};
 *
 *     err = vr_watch_open(&session->watch, reactor, fd, VR_READ, &ops);
 *
 * Watches are level-triggered: a callback comes again in each turn while the
 * descriptor is ready.  A descriptor that failed or was hung up is ready for
 * all that is wanted of it; the read or write that follows says why.  While
 * nothing is wanted, a hang-up is not reported.  A descriptor may have one
 * reader and one writer, in the same watch or in two.  Readiness is a hint that
 * may be out of date, so descriptors are best non-blocking.  A program that
 * enables the error queue of a socket (MSG_ERRQUEUE) must empty it: until then
 * the socket is ready.
 *
 * Ownership: the program embeds the watch, and keeps it in place while it is
 * open.  After vr_watch_close() it may be freed at once, also inside a
 * callback.  The descriptor stays the program's: close it after the watch.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_WATCH_H
#define VR_REACTOR_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/reactor/selectors/selector.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_watch;

/** Callbacks of a watch.  One with `readable` is the descriptor's reader, one
 *  with `writable` its writer, one with `ready` is both; at least one of them
 * is given, and `ready` alone. */
struct vr_watch_ops {
    void (*readable)(struct vr_watch *watch);
    void (*writable)(struct vr_watch *watch);

    /** One call a turn for both: @p events are bits of enum vr_event, those
     *  that are wanted and were found, at least one. */
    void (*ready)(struct vr_watch *watch, unsigned events);

    /**
     * The last callback of a watch that does not work any more: the kernel
     * refused a change of what is wanted (-errno), or the reactor is being
     * closed (-VR_ECLOSED).  It runs once, in a turn or inside
     * vr_reactor_close().  The watch must still be closed.  NULL: the watch is
     * closed instead.
     */
    void (*failed)(struct vr_watch *watch, int err);

    /** Where a descriptor is found ready for both, its writer hears first.  In
     *  the table of the writer, which may be the reader too; false: the reader
     *  hears first. */
    bool writable_first;

    void *reserved[4]; /**< NULL */
};

/** Members are private to reactor/. */
struct vr_watch {
    const struct vr_watch_ops *ops;
    struct vr_reactor *reactor; /* NULL: not open */
    struct vr_list link;
    int fd;
    unsigned want : 2; /* VR_READ, VR_WRITE */
    bool failed : 1;
    bool background : 1;
    bool bound : 1; /* to this process, see watch_table.h */
    bool left : 1;  /* with the parent, which it was bound to */
};

/**
 * Watch @p fd for @p want: VR_READ, VR_WRITE, both, or 0 for nothing yet.  The
 * kernel is told at once.  Keeps @p ops; NULL: for collecting, see collect.h.
 * @return 0; -EBADF if @p fd is not open; -EPERM for a kind of file that is
 * always ready, such as a regular file; -ERANGE for a number too large for
 * select; -EEXIST if @p fd has a reader and this would be another one, or a
 * writer likewise; -EINVAL if @p ops has no callback for what is wanted, or
 * `ready` and another one;
 * -ENOMEM; -VR_ECLOSED; -ECHILD in a child forked since the reactor was made
 */
VR_MUST_CHECK
int vr_watch_open(struct vr_watch *watch, struct vr_reactor *reactor, int fd,
                  unsigned want, const struct vr_watch_ops *ops);

/** From now on call back for @p want only, also in the turn that is under way.
 *  The kernel is told before the next wait, once, and not at all if the change
 *  was taken back by then.  On a watch that is not open, or has failed, nothing
 *  happens. */
void vr_watch_want(struct vr_watch *watch, unsigned want);

/**
 * Tell the kernel at once what is wanted of the descriptor, by @p watch and by
 * another watch of it, and return its answer, instead of hearing `failed` later
 * in the turn.  If nothing has changed since the kernel was told, it is not
 * asked.  After an error the kernel awaits what it did before; the change is
 * tried again before the next wait, and `failed` runs if it is refused there
 * too, unless the change was taken back by then.  No callback runs inside.
 *
 * What epoll, kqueue, poll and select answer here stands.  io_uring is asked at
 * the next wait only, libevent's loops may be: over these an answer of 0 says
 * that nothing is known against it.
 * @return 0; -EBADF if @p watch is not open, or has failed; an error of the
 * kernel, as those of vr_watch_open(); -ECHILD in a forked child
 */
VR_MUST_CHECK
int vr_watch_apply(struct vr_watch *watch);

/** Close @p watch: from here on no callback of it runs.  To be called before
 *  the descriptor is closed.  On a watch that is not open nothing happens. */
void vr_watch_close(struct vr_watch *watch);

/** Have @p watch be background, which does not keep vr_reactor_run_until_idle()
 *  running (reactor/idle.h), or not, as it was opened.  On a watch that is not
 *  open nothing happens. */
void vr_watch_set_background(struct vr_watch *watch, bool is_background);

/** The descriptor; -1 if @p watch is not open. */
int vr_watch_fd(const struct vr_watch *watch);

/** What is wanted; 0 if @p watch is not open, or has failed. */
unsigned vr_watch_wanted(const struct vr_watch *watch);

/**
 * The open watches of @p reactor of one @p kind: its readers for VR_READ, its
 * writers for VR_WRITE, all for both bits.
 * @param ret_watches  filled with the first @p cap of them; NULL if cap is 0
 * @return how many there are
 */
size_t vr_watch_list(const struct vr_reactor *reactor, unsigned kind,
                     struct vr_watch **ret_watches, size_t cap);

/** Close every watch of @p reactor; no callback runs. */
void vr_watch_close_all(struct vr_reactor *reactor);

VR_END_DECLS

#endif
