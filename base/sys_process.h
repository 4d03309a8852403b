/* SPDX-License-Identifier: MIT */
/**
 * @file sys_process.h
 * Which descriptor of the system's is readable once a process has ended.
 * Internal; of sys.c and of who wraps its table.
 */
#ifndef VR_BASE_SYS_PROCESS_H
#define VR_BASE_SYS_PROCESS_H

#include <sys/types.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

/* A pidfd can be sent signals, too.  A kqueue can not, and belongs to the
 * process that has opened it: its forked children do not have it. */
#if defined(HAVE_KQUEUE) && !defined(HAVE_LIBKQUEUE)
#define VR_EXIT_KQUEUE 1
#elif defined(SYS_pidfd_open)
#define VR_EXIT_PIDFD 1
#endif

#ifdef HAVE_KQUEUE
/** As kqueue(2), but never one of 0 to 2. */
int vr_sys_kqueue(void);
#endif
#if defined(VR_EXIT_KQUEUE) || defined(VR_EXIT_PIDFD)
/** As pidfd_open(2), which sets close-on-exec. */
int vr_sys_pidfd_open(pid_t pid, unsigned flags);
#endif
#ifdef VR_EXIT_PIDFD
/** As pidfd_send_signal(2). */
int vr_sys_pidfd_send_signal(int fd, int number, void *info, unsigned flags);
#endif

#endif
