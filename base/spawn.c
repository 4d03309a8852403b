/* SPDX-License-Identifier: MIT */
/**
 * @file spawn.c
 * What happens between fork(2) and exec(3).  A child of a program with threads
 * may call there only what is safe in a signal handler; it calls the system
 * itself, as none of its failures is for this process.
 */
#include <vreactor/base/spawn.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>

/* A library of macOS cannot name the variable itself. */
#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

enum { MOST_NUMBERS = 129, NEVER_SEEN = 127 };

/* ---- in the child ---- */

/* A handler of the program's would run in the child, as soon as the mask is
 * empty. */
static void leave_handlers(void)
{
    struct sigaction action;

    for (int number = 1; number < MOST_NUMBERS; number++) {
        if (sigaction(number, NULL, &action) < 0 ||
            action.sa_handler == SIG_IGN || action.sa_handler == SIG_DFL)
            continue;
        action = (struct sigaction){.sa_handler = SIG_DFL};
        (void)sigaction(number, &action, NULL);
    }
}

/* All go out of the way of each other first. */
static int place_fds(const struct vr_spawn *what, int *fd)
{
    int above = 2;

    for (size_t i = 0; i < what->fd_count; i++)
        if (what->theirs[i] > above)
            above = what->theirs[i];
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, above + 1);
    if (moved < 0)
        return -errno;
    *fd = moved;
    for (size_t i = 0; i < what->fd_count; i++) {
        what->ours[i] = fcntl(what->ours[i], F_DUPFD_CLOEXEC, above + 1);
        if (what->ours[i] < 0)
            return -errno;
    }
    for (size_t i = 0; i < what->fd_count; i++)
        if (dup2(what->ours[i], what->theirs[i]) < 0)
            return -errno;
    return 0;
}

static int become(const struct vr_spawn *what)
{
    sigset_t none;

    if (what->new_group && setpgid(0, 0) < 0)
        return -errno;
    if (what->directory && chdir(what->directory) < 0)
        return -errno;
    if (what->env)
        environ = (char **)(uintptr_t)what->env; /* only read */
    leave_handlers();
    sigemptyset(&none);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
    (void)execvp(what->argv[0], (char *const *)(uintptr_t)what->argv);
    return -errno;
}

/* @return whether the word came */
static bool was_told(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char word;

    while (poll(&wait, 1, -1) < 0)
        ;
    return read(fd, &word, 1) == 1;
}

static _Noreturn void live(const struct vr_spawn *what, int fd, int parents)
{
    (void)close(parents);
    if (was_told(fd)) {
        int err = place_fds(what, &fd);
        if (!err)
            err = become(what);
        (void)!write(fd, &err, sizeof(err));
    }
    _Exit(NEVER_SEEN);
}

/* ---- in the parent ---- */

int vr_spawn_begin(const struct vr_env *env, const struct vr_spawn *what,
                   struct vr_spawned *ret_child)
{
    sigset_t all, before;
    int ends[2];

    int err = vr_fd_pair(env, AF_UNIX, SOCK_STREAM, ends);
    if (err)
        return err;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = vr_sys(env, fork)();
    err = pid < 0 ? -errno : 0;
    if (pid == 0)
        live(what, ends[1], ends[0]);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    vr_fd_close(env, ends[1]);
    if (err) {
        vr_fd_close(env, ends[0]);
        return err;
    }
    *ret_child = (struct vr_spawned){.pid = pid, .fd = ends[0]};
    return 0;
}

static void wait_for(const struct vr_env *env, pid_t pid)
{
    while (vr_sys(env, waitpid)(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* @return what the child answers, before it ends; 0: its end was closed by
 * exec(3); or an error, with *@ret_lost, as it may have executed or not */
static int hear(const struct vr_env *env, int fd, bool *ret_lost)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int err = 0;
    ssize_t len;

    do {
        (void)vr_sys(env, poll)(&wait, 1, -1);
        len = vr_sys(env, recv)(fd, &err, sizeof(err), 0);
    } while (len < 0 && (errno == EINTR || errno == EAGAIN));
    *ret_lost = len < 0;
    if (len < 0)
        return -errno;
    return len == (ssize_t)sizeof(err) ? err : 0;
}

int vr_spawn_go(const struct vr_env *env, const struct vr_spawned *child)
{
    struct iovec word = {.iov_base = (char[]){"x"}, .iov_len = 1};
    bool lost = false;
    ssize_t sent;

    do
        sent = vr_fd_send(env, child->fd, &word, 1);
    while (sent == -EINTR);
    int err = sent < 0 ? (int)sent : hear(env, child->fd, &lost);
    vr_fd_close(env, child->fd); /* one that was told nothing ends by this */
    if (lost)
        (void)vr_sys(env, kill)(child->pid, SIGKILL);
    if (err)
        wait_for(env, child->pid);
    return err;
}

/* It waits for the word still, so its number is its own. */
void vr_spawn_give_up(const struct vr_env *env, const struct vr_spawned *child)
{
    vr_fd_close(env, child->fd);
    (void)vr_sys(env, kill)(child->pid, SIGKILL);
    wait_for(env, child->pid);
}
