/* SPDX-License-Identifier: MIT */
/**
 * @file trial_fds.c
 * The descriptors of a test, and whether all are closed when it ends.
 *
 * The system is asked directly: the environment is the selector's, and may
 * fail on purpose.
 */
#include <vreactor/testing/trial.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>

/* ---- what is open ---- */

static bool was_open(const struct vr_trial *trial, int fd)
{
    return trial->open_before[fd / 8] >> (fd % 8) & 1;
}

void vr_trial_note_open(struct vr_trial *trial)
{
    for (int fd = 0; fd < VR_TRIAL_MOST; fd++)
        if (vr_sys_default()->get_fd_flags(fd) >= 0)
            trial->open_before[fd / 8] |= (unsigned char)(1 << fd % 8);
}

int vr_trial_inherited(const struct vr_trial *trial)
{
    for (int fd = 0; fd < VR_TRIAL_MOST; fd++) {
        int flags = vr_sys_default()->get_fd_flags(fd);
        if (flags >= 0 && !(flags & FD_CLOEXEC) && !was_open(trial, fd))
            return fd;
    }
    return -1;
}

static void look_for_lost(struct vr_trial *trial)
{
    for (int fd = 0; fd < VR_TRIAL_MOST; fd++)
        if ((vr_sys_default()->get_fd_flags(fd) >= 0) != was_open(trial, fd))
            vr_trial_fail(trial,
                          was_open(trial, fd) ? "it closed descriptor %d"
                                              : "it left descriptor %d open",
                          fd);
}

/* The selector may watch a descriptor and read its flags, nothing more. */
static void close_own(struct vr_trial *trial, int fd)
{
    if (vr_sys_default()->close(fd) < 0)
        vr_trial_fail(trial, "it closed descriptor %d, which it watched", fd);
}

void vr_trial_close_fds(struct vr_trial *trial)
{
    for (int i = 0; i < trial->fd_count; i++)
        close_own(trial, trial->fds[i]);
    trial->fd_count = 0;
    look_for_lost(trial);
}

/* ---- descriptors of the test ---- */

int vr_trial_keep(struct vr_trial *trial, int fd)
{
    if (fd < 0) {
        vr_trial_skip(trial, "no descriptor to be had: %s", vr_errname(errno));
        return -1;
    }
    if (trial->fd_count == VR_TRIAL_FDS) {
        vr_sys_default()->close(fd);
        vr_trial_fail(trial, "more than %d descriptors", VR_TRIAL_FDS);
        return -1;
    }
    trial->fds[trial->fd_count++] = fd;
    int flags = vr_sys_default()->get_fl_flags(fd);
    if (flags >= 0)
        (void)vr_sys_default()->set_fl_flags(fd, flags | O_NONBLOCK);
    (void)vr_sys_default()->set_fd_flags(fd, FD_CLOEXEC);
    return fd;
}

/* Both or none. */
static void keep_both(struct vr_trial *trial, int err, int ends[2])
{
    if (err < 0)
        ends[0] = ends[1] = -1;
    for (int i = 0; i < 2; i++)
        ends[i] = vr_trial_keep(trial, ends[i]);
}

int vr_trial_dup(struct vr_trial *trial, int fd, int least)
{
    if (vr_trial_over(trial))
        return -1;

    while (least && vr_sys_default()->get_fd_flags(least) >= 0)
        least++;
    return vr_trial_keep(trial, least ? dup2(fd, least) : dup(fd));
}

void vr_trial_pipe(struct vr_trial *trial, int ret_ends[2])
{
    ret_ends[0] = ret_ends[1] = -1;
    if (!vr_trial_over(trial))
        keep_both(trial, vr_sys_default()->pipe(ret_ends), ret_ends);
}

void vr_trial_pair(struct vr_trial *trial, int type, int ret_ends[2])
{
    ret_ends[0] = ret_ends[1] = -1;
    if (!vr_trial_over(trial))
        keep_both(trial,
                  vr_sys_default()->socketpair(AF_UNIX, type, 0, ret_ends),
                  ret_ends);
}

void vr_trial_ready_pipe(struct vr_trial *trial, int ret_ends[2])
{
    vr_trial_pipe(trial, ret_ends);
    vr_trial_put(trial, ret_ends[1]);
    vr_trial_await(trial, ret_ends[0], VR_READ);
}

void vr_trial_close_fd(struct vr_trial *trial, int fd)
{
    for (int i = 0; i < trial->fd_count; i++)
        if (trial->fds[i] == fd) {
            trial->fds[i] = trial->fds[--trial->fd_count];
            close_own(trial, fd);
            return;
        }
}

/* ---- TCP on the loopback ---- */

int vr_trial_bind(struct vr_trial *trial, struct sockaddr_in *ret_addr)
{
    struct sockaddr *addr = (struct sockaddr *)ret_addr;
    socklen_t len = sizeof(*ret_addr);

    *ret_addr = (struct sockaddr_in){.sin_family = AF_INET};
    ret_addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (vr_trial_over(trial))
        return -1;

    int fd =
        vr_trial_keep(trial, vr_sys_default()->socket(AF_INET, SOCK_STREAM, 0));
    if (fd >= 0 && (vr_sys_default()->bind(fd, addr, len) < 0 ||
                    vr_sys_default()->getsockname(fd, addr, &len) < 0))
        vr_trial_skip(trial, "there is no loopback: %s", vr_errname(errno));
    return fd;
}

int vr_trial_listen(struct vr_trial *trial, struct sockaddr_in *ret_addr)
{
    int fd = vr_trial_bind(trial, ret_addr);

    if (!vr_trial_over(trial) && vr_sys_default()->listen(fd, 1) < 0)
        vr_trial_skip(trial, "nobody may listen: %s", vr_errname(errno));
    return fd;
}

int vr_trial_connect(struct vr_trial *trial, const struct sockaddr_in *addr)
{
    if (vr_trial_over(trial))
        return -1;

    int fd =
        vr_trial_keep(trial, vr_sys_default()->socket(AF_INET, SOCK_STREAM, 0));
    if (fd >= 0 &&
        vr_sys_default()->connect(fd, (const struct sockaddr *)addr,
                                  sizeof(*addr)) < 0 &&
        errno != EINPROGRESS)
        vr_trial_skip(trial, "it does not connect: %s", vr_errname(errno));
    return fd;
}

void vr_trial_tcp(struct vr_trial *trial, int ret_ends[2])
{
    struct sockaddr_in addr;

    int listener = vr_trial_listen(trial, &addr);
    ret_ends[0] = vr_trial_connect(trial, &addr);
    ret_ends[1] = -1;
    vr_trial_settle(trial, listener, VR_READ);
    if (!vr_trial_over(trial))
        ret_ends[1] = vr_trial_keep(
            trial, vr_sys_default()->accept(listener, NULL, NULL));
    vr_trial_settle(trial, ret_ends[0], VR_WRITE);
}

/* ---- bytes ---- */

void vr_trial_put(struct vr_trial *trial, int fd)
{
    if (!vr_trial_over(trial))
        expect_int(trial, vr_sys_default()->write(fd, "x", 1), 1);
}

void vr_trial_fill(struct vr_trial *trial, int fd)
{
    static const char block[4096];

    while (!vr_trial_over(trial) &&
           vr_sys_default()->write(fd, block, sizeof(block)) > 0)
        ;
}

int vr_trial_take(struct vr_trial *trial, int fd)
{
    char block[4096];

    return vr_trial_over(trial)
               ? -1
               : (int)vr_sys_default()->read(fd, block, sizeof(block));
}

void vr_trial_drain(struct vr_trial *trial, int fd)
{
    while (vr_trial_take(trial, fd) > 0)
        ;
}

unsigned vr_trial_poll(int fd, unsigned events, vr_time timeout)
{
    struct pollfd truth = {.fd = fd};

    truth.events = (short)((events & VR_READ ? POLLIN : 0) |
                           (events & VR_WRITE ? POLLOUT : 0));
    if (vr_sys_default()->poll(&truth, 1, timeout) <= 0)
        return 0;
    if (truth.revents & (POLLERR | POLLHUP | POLLNVAL))
        return events;
    return (truth.revents & POLLIN ? (unsigned)VR_READ : 0u) |
           (truth.revents & POLLOUT ? (unsigned)VR_WRITE : 0u);
}

void vr_trial_settle(struct vr_trial *trial, int fd, unsigned events)
{
    if (!vr_trial_over(trial) && !vr_trial_poll(fd, events, VR_TRIAL_PATIENCE))
        vr_trial_skip(trial, "the system does not get on with descriptor %d",
                      fd);
}

void vr_trial_in_thread(struct vr_trial *trial, void *(*part)(void *arg),
                        void *arg)
{
    pthread_t thread;

    if (vr_trial_over(trial))
        return;
    if (pthread_create(&thread, NULL, part, arg))
        vr_trial_skip(trial, "no thread to be had");
    else
        pthread_join(thread, NULL);
}
