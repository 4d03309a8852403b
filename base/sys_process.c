/* SPDX-License-Identifier: MIT */
/**
 * @file sys_process.c
 * Descriptors of processes, by pidfd_open(2) or kqueue(2).
 */
#include <vreactor/base/sys_process.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>
#ifdef HAVE_KQUEUE
#include <sys/event.h>
#endif

#ifdef HAVE_KQUEUE
/* It is not to be had twice everywhere, so it is made anew. */
int vr_sys_kqueue(void)
{
    int kq = kqueue();
    if (kq < 0 || kq > 2)
        return kq;

    int above = vr_sys_kqueue();
    (void)close(kq);
    return above;
}
#endif

#ifdef VR_EXIT_KQUEUE
/* Some systems know no process that is a zombie already: as there is no
 * descriptor then, it is waited for, and found at once. */
static int hear_exit(int kq, pid_t pid)
{
    struct kevent event;

    EV_SET(&event, (uintptr_t)pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, 0);
    if (kevent(kq, &event, 1, NULL, 0, NULL) >= 0)
        return fcntl(kq, F_SETFD, FD_CLOEXEC);
    if (errno == ESRCH)
        errno = ENOSYS;
    return -1;
}

/* The event is never taken out, so it stays readable. */
int vr_sys_pidfd_open(pid_t pid, unsigned flags)
{
    (void)flags;
    int kq = vr_sys_kqueue();
    if (kq < 0 || hear_exit(kq, pid) >= 0)
        return kq;

    int err = errno;
    (void)close(kq);
    errno = err;
    return -1;
}
#endif

#ifdef VR_EXIT_PIDFD
int vr_sys_pidfd_open(pid_t pid, unsigned flags)
{
    return (int)syscall(SYS_pidfd_open, pid, flags);
}

int vr_sys_pidfd_send_signal(int fd, int number, void *info, unsigned flags)
{
    return (int)syscall(SYS_pidfd_send_signal, fd, number, info, flags);
}
#endif
