/* SPDX-License-Identifier: MIT */
/**
 * @file watch.h
 * Hear when a descriptor can be read or written.
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
 * Level-triggered: a callback comes again while there is something left.  A
 * descriptor that failed or was hung up is ready for all that is awaited; the
 * read or write that follows says why.  A hang-up nobody awaits is found when
 * somebody does.  One descriptor may have one reader and one writer, in the
 * same watch or in two.  Readiness is a hint, now and then a stale one: let
 * descriptors be non-blocking.  Who turns on what fills the error queue of a
 * socket (MSG_ERRQUEUE) empties it: until then it is ready.
 *
 * Ownership: the watch is the caller's, embedded, and stays in place while it
 * is open; its memory is free at once after vr_watch_close(), also inside a
 * callback.  The descriptor stays the caller's: close it after the watch.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_WATCH_H
#define VR_REACTOR_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/reactor/selector.h>

VR_BEGIN_DECLS

struct vr_reactor;
struct vr_watch;

/** What a watch hears.  With readable it is the descriptor's reader, with
 *  writable its writer; at least one is given. */
struct vr_watch_ops {
    void (*readable)(struct vr_watch *watch);
    void (*writable)(struct vr_watch *watch);

    /**
     * The watch hears nothing any more, and must be closed still: the kernel
     * refused a change of what is wanted (-errno), or the reactor is being
     * closed (-VR_ECLOSED).  Once, from the loop or from the closing of the
     * reactor.  NULL: closed without a word.
     */
    void (*failed)(struct vr_watch *watch, int err);
};

/** Members are private to reactor/. */
struct vr_watch {
    const struct vr_watch_ops *ops;
    struct vr_reactor *reactor; /* NULL: not open */
    struct vr_list link;
    int fd;
    unsigned want;
    bool failed;
};

/**
 * Watch @p fd for @p want: VR_READ, VR_WRITE, both or 0 for nothing yet.
 * Reaches the kernel at once.  Keeps @p ops.
 * @return 0; -EBADF for no descriptor; -EPERM for a kind that is always ready,
 * such as a regular file; -ERANGE for one too large for select; -EEXIST if it
 * has a reader or writer already where this would be another; -EINVAL if
 * something is wanted that @p ops does not hear; -ENOMEM; -VR_ECLOSED; -ECHILD
 * in a child forked since the reactor was made
 */
VR_MUST_CHECK
int vr_watch_open(struct vr_watch *watch, struct vr_reactor *reactor, int fd,
                  unsigned want, const struct vr_watch_ops *ops);

/** From now on hear of @p want only.  Costs nothing until the next wait, and
 *  nothing then either if it was changed back.  On a watch that is not open,
 *  or failed, nothing happens. */
void vr_watch_want(struct vr_watch *watch, unsigned want);

/** Hear nothing any more: no callback of @p watch runs from here on.  To be
 *  called before the descriptor is closed.  Again: nothing happens. */
void vr_watch_close(struct vr_watch *watch);

/** The descriptor; -1 where @p watch is not open. */
int vr_watch_fd(const struct vr_watch *watch);

/** What is wanted; 0 where @p watch is not open, or failed. */
unsigned vr_watch_wanted(const struct vr_watch *watch);

/**
 * The open watches of @p reactor that are of a kind: readers for VR_READ,
 * writers for VR_WRITE, either for both.
 * @param ret_watches  filled with the first @p cap of them; NULL if cap is 0
 * @return how many there are
 */
size_t vr_watch_list(const struct vr_reactor *reactor, unsigned kind,
                     struct vr_watch **ret_watches, size_t cap);

/** Close every watch of @p reactor; nobody is told. */
void vr_watch_close_all(struct vr_reactor *reactor);

VR_END_DECLS

#endif
