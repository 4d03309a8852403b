/* SPDX-License-Identifier: MIT */
/**
 * @file sys_impl.h
 * Shared by the counted system calls.  Internal.
 *
 * Threads: any.
 */
#ifndef VR_TESTING_SYS_IMPL_H
#define VR_TESTING_SYS_IMPL_H

#include <stdbool.h>
#include <sys/types.h>

#include <vreactor/testing/sys.h>

/**
 * Count @p call, and @p kind it is of.
 * @param kind  VR_TEST_SYS_ANY: of no other
 * @return true if it is to fail, with errno set
 */
bool vr_test_sys_fails(enum vr_test_sys_call call, enum vr_test_sys_call kind);

/** How many of @p size bytes a call may move on @p fd. */
size_t vr_test_sys_cut(int fd, size_t size);

/** Count a wait that found @p found. @return @p found */
int vr_test_sys_wake(int found);

/* Members of vr_test_sys() that have to do with memory: sys_pages.c. */
long vr_test_sys_sysconf(int name);
void *vr_test_sys_mmap(void *addr, size_t size, int prot, int flags, int fd,
                       off_t offset);
int vr_test_sys_munmap(void *addr, size_t size);
int vr_test_sys_mprotect(void *addr, size_t size, int prot);
int vr_test_sys_madvise(void *addr, size_t size, int advice);

/* Of sys_threads.c, as the members of struct vr_sys. */
int vr_test_sys_cond_wait(void *cond, void *lock, vr_time span);
int vr_test_sys_thread_create(void *thread, void *(*fn)(void *arg), void *arg);

/* Of sys_files.c. */
int vr_test_sys_fstat(int fd, struct stat *stat);
int vr_test_sys_unlink(const char *path);
int vr_test_sys_open(const char *path, int flags, mode_t mode);
int vr_test_sys_getcwd(char *buf, size_t size);
int vr_test_sys_check_tty(int fd);
int vr_test_sys_lstat(const char *path, struct stat *stat);
unsigned vr_test_sys_if_nametoindex(const char *name);
char *vr_test_sys_if_indextoname(unsigned index, char *ret_name);
ssize_t vr_test_sys_splice(int from, int to, size_t size);
int vr_test_sys_set_pipe_size(int fd, int size);
void vr_test_sys_syslog(int priority, const char *text); /**< never fails */

/* Of sys_processes.c. */
int vr_test_sys_sigaction(int number, const struct sigaction *action,
                          struct sigaction *ret_before);
pid_t vr_test_sys_fork(void);
pid_t vr_test_sys_waitpid(pid_t pid, int *ret_status, int options);
int vr_test_sys_kill(pid_t pid, int number);
int vr_test_sys_pidfd_open(pid_t pid, unsigned flags);
int vr_test_sys_pidfd_send_signal(int fd, int number, void *info,
                                  unsigned flags);

/* Of sys_timers.c. */
struct itimerspec;
int vr_test_sys_timerfd_create(int clock, int flags);
int vr_test_sys_timerfd_settime(int fd, int flags,
                                const struct itimerspec *time,
                                struct itimerspec *ret_before);

/** Let each timerfd tell that the wall clock was set. */
void vr_test_sys_step(void);

/** Is @p fd one? */
bool vr_test_sys_is_timer(int fd);

/** @p fd is about to be closed. */
void vr_test_sys_forget_timer(int fd);

#endif
