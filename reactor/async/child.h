/* SPDX-License-Identifier: MIT */
/**
 * @file child.h
 * Child processes, whose end is a deferred.
 *
 *     static const char *const argv[] = {"sort", "--unique", NULL};
 *     const struct vr_child_fd fds[] = {{.theirs = 0, .ours = input},
 *                                       {.theirs = 1, .ours = output}};
 *     struct vr_child_options options = VR_CHILD_OPTIONS_INIT;
 *
 *     options.argv = argv;
 *     options.fds = fds;
 *     options.fd_count = 2;
 *     end = vr_child_spawn(&job->child, reactor, &options);
 *     err = vr_pending_then(end, on_end, on_failure, job);
 *
 * The system tells of the end by a descriptor: a pidfd of Linux 5.3 or later,
 * or a kqueue.  Where it has none or forbids it, a thread of the library waits
 * for each child, and leaves it a zombie until the reactor waits for it in a
 * turn.  No handler of SIGCHLD is installed, and no child of others is waited
 * for.  The thread is cancelled with pthread_cancel(3): the GNU C library loads
 * libgcc_s for that, and ends the program where that is missing.
 *
 * Ownership: the program embeds the child and keeps it in place until the
 * deferred has a result, or is freed.  To cancel or free the deferred is to
 * watch no longer: the process goes on, and waiting for it is up to the
 * program, by waitpid(2) or vr_child_watch().
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_ASYNC_CHILD_H
#define VR_REACTOR_ASYNC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/watch.h>

VR_BEGIN_DECLS

struct vr_child_thread;
struct vr_reactor;

/** Members are private to reactor/. */
struct vr_child {
    struct vr_watch watch;
    struct vr_reactor *reactor;
    struct vr_pending *pending;
    pid_t pid;
    int fd;
    int status;
    struct vr_child_thread *thread; /* NULL: there is a descriptor */
    void *spare[1];
};

/** A descriptor of the child. */
struct vr_child_fd {
    int theirs; /**< its number in the child */
    int ours;   /**< in this process, where it stays open */
};

/** What to execute; 0 and NULL mean the default. */
struct vr_child_options {
    size_t size; /**< by VR_CHILD_OPTIONS_INIT */

    /** The arguments, and NULL.  The first is the program: a path, or a name
     *  without a slash that is looked for as by execvp(3), in the PATH of @p
     * env where that is given.  Not NULL. */
    const char *const *argv;
    const char *const *env; /**< "NAME=value", ..., NULL; NULL: as here */
    const char *directory;  /**< to begin in; NULL: as here */

    /** Descriptors of the child, in any order, with any overlaps.  Others are
     *  inherited unless they are closed on exec, as all of the library are. */
    const struct vr_child_fd *fds;
    size_t fd_count;

    bool new_group; /**< it leads a process group of its own */
};

#define VR_CHILD_OPTIONS_INIT VR_SIZED_INIT(struct vr_child_options)

/**
 * Execute a program in a child of this process, with a signal mask that is
 * empty and with signals that were caught at their defaults.  Returns once the
 * program is executed, or has failed to be, for which it waits.
 *
 * Until then the child has a copy of each descriptor of this process, also of
 * those that are closed on exec: a peer sees the end of what is closed here
 * meanwhile only once the program is executed.  Another thread that calls
 * fork(2) at the same time makes such a copy, too, and this may wait until the
 * child of that thread executes a program, or ends.
 * @param options  not kept
 * @return a deferred that fires with @p child as its value once the process has
 * ended: see vr_child_status().  It fails with the error of what failed, also
 * in the child: of chdir(2) or exec(3), such as -ENOENT, of a descriptor that
 * is not open or a number that is none or too large, -EBADF; -EAGAIN of
 * fork(2), or where the system has no thread left; -EMFILE; -ENOMEM; -EPERM
 * where the system forbids a call;
 * -EINVAL and -E2BIG for options; -VR_ECLOSED if the reactor is closed before
 * the process has ended; -ECHILD in a forked child, and, once the process has
 * ended, where SIGCHLD is ignored or another has waited for it.  NULL: no
 * memory
 */
struct vr_pending *vr_child_spawn(struct vr_child *child,
                                  struct vr_reactor *reactor,
                                  const struct vr_child_options *options);
#define vr_child_spawn(...) VR_PLACED((vr_child_spawn)(__VA_ARGS__))

/**
 * Wait for the process @p pid, which somebody else has made, as by waitpid(2).
 * @return a deferred as that of vr_child_spawn(), which fires also where the
 * process had ended before; it fails with -ESRCH if there is no such process,
 * and, once it has ended, with -ECHILD if it is no child of this process or
 * another has waited for it; where a thread waits, at once if it is no
 * child of this process, and with -EAGAIN if the system has no thread left
 */
struct vr_pending *vr_child_watch(struct vr_child *child,
                                  struct vr_reactor *reactor, pid_t pid);
#define vr_child_watch(...) VR_PLACED((vr_child_watch)(__VA_ARGS__))

/** Send the signal @p number to the process, and to no other that has its
 *  number later.  Where there are no pidfds this holds unless the program waits
 *  for the process itself, in another thread at that moment.  @return 0, also
 * where it has ended, and the deferred has not fired yet; -ESRCH if it is not
 * watched any more; -ECHILD in a forked child; or the error of the system */
int vr_child_kill(const struct vr_child *child, int number);

/** The process; 0 if it could not be made. */
pid_t vr_child_pid(const struct vr_child *child);

/** How the process ended, as waitpid(2) tells, once the deferred has fired. */
int vr_child_status(const struct vr_child *child);

VR_END_DECLS

#endif
