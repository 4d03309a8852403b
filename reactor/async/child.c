/* SPDX-License-Identifier: MIT */
/**
 * @file child.c
 * Deferreds of processes that end: by a descriptor of the system's, or where
 * there is none by a thread that waits.
 */
#include <vreactor/reactor/async/child.h>

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/options.h>
#include <vreactor/base/process.h>
#include <vreactor/base/spawn.h>
#include <vreactor/reactor/async/child_thread.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/watch_table.h>

static const char STAGE[] = "child";

/* ---- the end ---- */

/* Else it is a kqueue, which no forked child has, and which sends nothing. */
static bool is_pidfd(const struct vr_env *env)
{
    return vr_sys(env, pidfd_send_signal) != NULL;
}

/* Is it a child of the parent of this process, and so none of this one? */
static bool is_left(const struct vr_child *child)
{
    return child->thread ? vr_child_thread_is_left(child->thread)
                         : child->watch.left;
}

static void stop_watching(struct vr_child *child)
{
    const struct vr_env *env = vr_reactor_env(child->reactor);
    bool has_fd = is_pidfd(env) ||
                  !(vr_reactor_is_inherited(child->reactor) || is_left(child));

    vr_watch_close(&child->watch);
    if (has_fd)
        vr_fd_close(env, child->fd);
    child->fd = -1;
    vr_child_thread_stop(child->thread);
    child->thread = NULL;
}

/* The owner may free the child now. */
static void settle(struct vr_child *child, int err)
{
    const struct vr_env *env = vr_reactor_env(child->reactor);
    struct vr_pending *pending = child->pending;

    stop_watching(child);
    if (err)
        (void)vr_pending_fail(pending,
                              (vr_failure_new)(env, err, STAGE, NULL, NULL));
    else
        (void)vr_pending_fire(pending, vr_value_of(child, NULL));
}

/* @return whether to look again, in the next turn */
static bool look(struct vr_child *child)
{
    const struct vr_env *env = vr_reactor_env(child->reactor);

    pid_t pid = vr_sys(env, waitpid)(child->pid, &child->status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return true;
    settle(child, pid < 0 ? -errno : 0);
    return false;
}

/* It comes again while the child is not waited for. */
static void on_end(struct vr_watch *watch)
{
    (void)look(vr_container_of(watch, struct vr_child, watch));
}

static bool on_end_of_thread(void *arg, int err)
{
    if (!err)
        return look(arg);
    settle(arg, err);
    return false;
}

static void on_failed(struct vr_watch *watch, int err)
{
    settle(vr_container_of(watch, struct vr_child, watch), err);
}

static void cancel(void *arg, struct vr_pending *pending)
{
    (void)pending;
    stop_watching(arg);
}

static const struct vr_watch_ops end_ops = {.readable = on_end,
                                            .failed = on_failed};

/* ---- watching ---- */

static int open_pidfd(const struct vr_env *env, pid_t pid)
{
    if (!vr_sys(env, pidfd_open))
        return -ENOSYS;

    int fd = vr_sys(env, pidfd_open)(pid, 0);
    return fd < 0 ? -errno : vr_fd_lift(env, fd);
}

static int watch_by_fd(struct vr_child *child, pid_t pid)
{
    const struct vr_env *env = vr_reactor_env(child->reactor);

    int fd = open_pidfd(env, pid);
    if (fd < 0)
        return fd;
    int err =
        vr_watch_open(&child->watch, child->reactor, fd, VR_READ, &end_ops);
    if (err) {
        vr_fd_close(env, fd);
        return err;
    }
    vr_watch_bind(&child->watch);
    child->fd = fd;
    return 0;
}

static int watch_pid(struct vr_child *child, pid_t pid)
{
    int err = watch_by_fd(child, pid);
    if (err == -ENOSYS || err == -EPERM)
        err = vr_child_thread_start(child->reactor, pid, on_end_of_thread,
                                    child, &child->thread);
    if (!err)
        child->pid = pid;
    return err;
}

static void init(struct vr_child *child, struct vr_reactor *reactor)
{
    *child = (struct vr_child){.reactor = reactor, .fd = -1};
    child->watch.fd = -1;
}

static int check_usable(struct vr_reactor *reactor)
{
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    return vr_reactor_is_closed(reactor) ? -VR_ECLOSED : 0;
}

#undef vr_child_watch /* the macro adds the place */
struct vr_pending *vr_child_watch(struct vr_child *child,
                                  struct vr_reactor *reactor, pid_t pid)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    vr_assert_may_touch(reactor);
    init(child, reactor);
    int err = pid > 0 ? check_usable(reactor) : -ESRCH;
    if (err)
        return (vr_pending_failed)(env, err, STAGE);
    child->pending = (vr_pending_new)(env, cancel, child);
    if (!child->pending)
        return NULL;

    err = watch_pid(child, pid);
    if (!err)
        return child->pending;
    (void)vr_pending_fail(child->pending,
                          (vr_failure_new)(env, err, STAGE, NULL, NULL));
    return child->pending;
}

/* ---- spawning ---- */

/* Before any is opened here, which would get a number that is stale.  The child
 * moves its own above all of theirs. */
static int check_fds(const struct vr_env *env,
                     const struct vr_child_options *options)
{
    size_t count = options->fd_count;
    long most = vr_sys(env, sysconf)(_SC_OPEN_MAX);

    for (size_t i = 0; i < count; i++) {
        const struct vr_child_fd *fd = &options->fds[i];
        if (fd->theirs < 0 || fd->ours < 0)
            return -EBADF;
        if (most > 0 && (size_t)fd->theirs + count + 1 >= (size_t)most)
            return -EBADF;
        if (vr_sys(env, get_fd_flags)(fd->ours) < 0)
            return -errno;
    }
    return 0;
}

/* The numbers of the child's descriptors, and then ours, which it moves. */
static int copy_fds(const struct vr_env *env,
                    const struct vr_child_options *options,
                    struct vr_spawn *what, int **ret_numbers)
{
    size_t count = options->fd_count;
    if (!count)
        return 0;

    int err = check_fds(env, options);
    if (err)
        return err;
    int *numbers = vr_alloc(env, 2 * count * sizeof(*numbers));
    if (!numbers)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        numbers[i] = options->fds[i].theirs;
        numbers[count + i] = options->fds[i].ours;
    }
    what->theirs = numbers;
    what->ours = numbers + count;
    what->fd_count = count;
    *ret_numbers = numbers;
    return 0;
}

/* What is watched before it executes cannot be lost. */
static int spawn(struct vr_child *child, const struct vr_spawn *what)
{
    const struct vr_env *env = vr_reactor_env(child->reactor);
    struct vr_spawned spawned;

    int err = vr_spawn_begin(env, what, &spawned);
    if (err)
        return err;
    err = watch_pid(child, spawned.pid);
    if (err) {
        vr_spawn_give_up(env, &spawned);
        return err;
    }
    err = vr_spawn_go(env, &spawned);
    if (err) {
        stop_watching(child);
        child->pid = 0;
    }
    return err;
}

static int spawn_as(struct vr_child *child, struct vr_reactor *reactor,
                    const struct vr_child_options *given)
{
    const struct vr_env *env = vr_reactor_env(reactor);
    struct vr_child_options options = {0};

    int err = check_usable(reactor);
    if (!err)
        err = vr_options_read(&options, vr_child_options, given);
    if (!err && (!options.argv || !options.argv[0]))
        err = -EINVAL;
    if (err)
        return err;

    struct vr_spawn what = {.argv = options.argv,
                            .env = options.env,
                            .directory = options.directory,
                            .new_group = options.new_group};
    int *numbers = NULL;
    err = copy_fds(env, &options, &what, &numbers);
    if (!err)
        err = spawn(child, &what);
    vr_dealloc(env, numbers);
    return err;
}

#undef vr_child_spawn
struct vr_pending *vr_child_spawn(struct vr_child *child,
                                  struct vr_reactor *reactor,
                                  const struct vr_child_options *options)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    vr_assert_may_touch(reactor);
    init(child, reactor);
    child->pending = (vr_pending_new)(env, cancel, child);
    if (!child->pending)
        return NULL;

    int err = spawn_as(child, reactor, options);
    if (err)
        (void)vr_pending_fail(child->pending,
                              (vr_failure_new)(env, err, STAGE, NULL, NULL));
    return child->pending;
}

/* ---- questions ---- */

/* Without a pidfd the number is the child's own until it was waited for, which
 * the reactor does on this thread; others are not to, but may have. */
static int kill_by_number(const struct vr_env *env, pid_t pid, int number)
{
    if (vr_process_check(env, pid) < 0)
        return -ESRCH;

    return vr_sys(env, kill)(pid, number) < 0 ? -errno : 0;
}

int vr_child_kill(const struct vr_child *child, int number)
{
    if (child->fd < 0 && !child->thread)
        return -ESRCH;
    if (vr_reactor_is_inherited(child->reactor) || is_left(child))
        return -ECHILD;

    const struct vr_env *env = vr_reactor_env(child->reactor);
    if (child->thread || !is_pidfd(env))
        return kill_by_number(env, child->pid, number);
    return vr_sys(env, pidfd_send_signal)(child->fd, number, NULL, 0) < 0
               ? -errno
               : 0;
}

pid_t vr_child_pid(const struct vr_child *child)
{
    return child->pid;
}

int vr_child_status(const struct vr_child *child)
{
    return child->status;
}
