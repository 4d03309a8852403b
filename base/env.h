/* SPDX-License-Identifier: MIT */
/**
 * @file env.h
 * The environment of the library: memory, clocks, system calls.
 *
 * Everything that the library takes from the system goes through a table, which
 * the options of a reactor name.  So a program can bring its own allocator, and
 * a test can make time pass, memory run out and system calls fail:
 *
 *     struct vr_env env = VR_ENV_INIT;
 *     struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
 *
 *     env.now = my_clock;
 *     options.env = &env;
 *     err = vr_reactor_new(&options, &reactor);
 *
 * A parameter `const struct vr_env *` may be NULL.  NULL means the environment
 * of the current reactor: that of this coroutine, else the one whose callback
 * this is; on a thread of a pool or a log, that of the pool or log; elsewhere
 * vr_env_default().  So objects made in a callback use the reactor's memory,
 * and failures there are reported to the reactor's log.  In three places NULL
 * means vr_env_default(): in vr_alloc() and the functions beside it, as memory
 * may be given back in another place than it was taken; for loggers and their
 * watchers, which threads share; and for buffers, which are not tied to a
 * reactor.
 *
 * A table begins with its size, so that the library knows which members the
 * program knew when it was built.  Reactors, pools and conditions, which copy
 * it, refuse a size of 0 with -EINVAL, and with -E2BIG a larger table that has
 * members set which the library does not know.  In a debug build a size of 0
 * is an assertion, everywhere.
 *
 * Ownership: a table is kept, so it must outlive all that was made with it.
 * Reactors, pools and conditions keep a copy.  The copy of a reactor is
 * counted: deferreds, coroutines, stacks, pools, log queues and reactors made
 * with it may outlive the reactor.  What ctx points to is the program's, and
 * must outlive them all.
 * Threads: members are called on every thread that uses what was made with the
 * table.
 */
#ifndef VR_BASE_ENV_H
#define VR_BASE_ENV_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct epoll_event;
struct vr_env_home;
struct iovec;
struct itimerspec;
struct kevent;
struct pollfd;
struct sigaction;
struct stat;
struct timespec;

/**
 * The system calls of the library: begin with VR_SYS_INIT, and set those that
 * are the program's.  Each is like the function of its name: on failure it
 * returns -1, or what its comment says, and sets errno.  NULL: as by default.
 */
struct vr_sys {
    size_t size; /**< sizeof(struct vr_sys) */
    int (*close)(int fd);
    ssize_t (*read)(int fd, void *buf, size_t size);
    ssize_t (*write)(int fd, const void *buf, size_t size);
    ssize_t (*recv)(int fd, void *buf, size_t size, int flags);
    ssize_t (*sendmsg)(int fd, const struct msghdr *msg, int flags);
    int (*fstat)(int fd, struct stat *stat);
    int (*get_fd_flags)(int fd);            /**< fcntl F_GETFD */
    int (*set_fd_flags)(int fd, int flags); /**< fcntl F_SETFD */
    int (*get_fl_flags)(int fd);            /**< fcntl F_GETFL */
    int (*set_fl_flags)(int fd, int flags); /**< fcntl F_SETFL */
    int (*dup_fd)(int fd, int least);       /**< fcntl F_DUPFD_CLOEXEC */
    int (*unlink)(const char *path);
    int (*pipe)(int ends[2]);
    int (*socket)(int domain, int type, int protocol);
    int (*socketpair)(int domain, int type, int protocol, int ends[2]);
    int (*bind)(int fd, const struct sockaddr *addr, socklen_t len);
    int (*listen)(int fd, int backlog);
    int (*accept)(int fd, struct sockaddr *addr, socklen_t *len);
    int (*accept4)(int fd, struct sockaddr *addr, socklen_t *len, int flags);
    int (*connect)(int fd, const struct sockaddr *addr, socklen_t len);
    int (*shutdown)(int fd, int how);
    int (*getsockopt)(int fd, int level, int name, void *value, socklen_t *len);
    int (*setsockopt)(int fd, int level, int name, const void *value,
                      socklen_t len);
    int (*unsent)(int fd, int *ret_bytes); /**< ioctl SIOCOUTQ, or the like */
    int (*getsockname)(int fd, struct sockaddr *addr, socklen_t *len);
    int (*getpeername)(int fd, struct sockaddr *addr, socklen_t *len);

    /* As ppoll(2) without a mask, for at most @p timeout nanoseconds, negative
     * for ever.  Times are rounded up, if at all, also those of the others. */
    int (*poll)(struct pollfd *fds, size_t count, vr_time timeout);
    int (*select)(int count, void *reads, void *writes, void *excepts,
                  const struct timespec *timeout); /**< sets: fd_set */
    int (*epoll_create1)(int flags);
    int (*epoll_ctl)(int epfd, int op, int fd, struct epoll_event *event);
    int (*epoll_wait)(int epfd, struct epoll_event *events, int cap,
                      vr_time timeout); /**< as of poll */
    int (*eventfd)(unsigned initial, int flags);
    int (*kqueue)(void); /**< never 0 to 2 */
    int (*kevent)(int kq, const struct kevent *changes, int change_count,
                  struct kevent *events, int event_count,
                  const struct timespec *timeout);

    long (*sysconf)(int name);
    void *(*mmap)(void *addr, size_t size, int prot, int flags, int fd,
                  off_t offset); /**< MAP_FAILED on failure */
    int (*munmap)(void *addr, size_t size);
    int (*mprotect)(void *addr, size_t size, int prot);
    int (*madvise)(void *addr, size_t size, int advice);

    /* As pthread_cond_timedwait(), for at most @p span nanoseconds of the
     * monotonic clock, negative for ever: 0, also when nothing was signalled,
     * or -1 and ETIMEDOUT.  As pthread_create(), with default attributes. */
    int (*cond_wait)(void *cond, void *lock,
                     vr_time span); /**< pthread_cond_t, pthread_mutex_t */
    int (*thread_create)(void *ret_thread, void *(*fn)(void *arg),
                         void *arg); /**< pthread_t */

    int (*open)(const char *path, int flags, mode_t mode);
    int (*getcwd)(char *buf, size_t size); /**< 0, or -1 */
    int (*check_tty)(int fd); /**< isatty(): 0 if it is a terminal, else -1 */
    int (*lstat)(const char *path, struct stat *stat);

    unsigned (*if_nametoindex)(const char *name); /**< 0: failed */
    char *(*if_indextoname)(unsigned index,
                            char *ret_name); /**< NULL: failed */

    int (*sigaction)(int number, const struct sigaction *action,
                     struct sigaction *ret_before);
    pid_t (*fork)(void);
    pid_t (*waitpid)(pid_t pid, int *ret_status, int options);
    int (*kill)(pid_t pid, int number);
    int (*pidfd_open)(pid_t pid, unsigned flags);
    int (*pidfd_send_signal)(int fd, int number, void *info, unsigned flags);
    int (*timerfd_create)(int clock, int flags);
    int (*timerfd_settime)(int fd, int flags, const struct itimerspec *time,
                           struct itimerspec *ret_before);

    /* splice(2), of which one end is a pipe, and without waiting.  fcntl
     * F_SETPIPE_SZ. */
    ssize_t (*splice)(int from, int to, size_t size);
    int (*set_pipe_size)(int fd, int size);

    /* Cannot fail. */
    void (*syslog)(int priority, const char *text); /**< no format */
};

#define VR_SYS_INIT VR_SIZED_INIT(struct vr_sys)

/** The environment: begin with VR_ENV_INIT, and set what is the program's.
 *  NULL: as by default. */
struct vr_env {
    size_t size; /**< sizeof(struct vr_env) */

    void *ctx; /**< first argument of resize, now, wall and boot */

    /** Memory as by realloc(3): @p old NULL allocates, @p size 0 frees and
     *  returns NULL.  NULL: out of memory, @p old is as it was. */
    void *(*resize)(void *ctx, void *old, size_t size);

    /** The monotonic clock, which never goes back.  A function that needs the
     *  system's clock calls vr_env_default()->now(): vr_now(NULL) may mean this
     *  very function. */
    vr_time (*now)(void *ctx);

    /** Nanoseconds since 1970-01-01 UTC, for dates: in logs, and of calls
     *  (reactor/clock_call.h). */
    vr_time (*wall)(void *ctx);

    /** A monotonic clock that goes on while the machine is suspended. */
    vr_time (*boot)(void *ctx);

    void *report_ctx; /**< first argument of report */

    /** Told of a failure that nobody handled, with a level of log/log.h.  A
     *  reactor replaces it, in its copy, by its own log. */
    void (*report)(void *report_ctx, int level, const char *text);

    const struct vr_sys *sys;

    struct vr_env_home *home; /**< the library's; NULL in a program's table */
};

#define VR_ENV_INIT VR_SIZED_INIT(struct vr_env)

/** The system's own calls, for functions that stand in for them.  Not to be
 *  copied: the library's table may be longer than the program's.  Members for
 *  calls that the system lacks are NULL. */
const struct vr_sys *vr_sys_default(void);

/** malloc(3), CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME (where there is
 *  none: CLOCK_MONOTONIC), vr_sys_default(); reports are dropped.  Not to be
 *  copied either. */
const struct vr_env *vr_env_default(void);

/** @p env, or vr_env_default() for NULL. */
const struct vr_env *vr_env_or_default(const struct vr_env *env);

/** @p env; for NULL, the environment of the current reactor, as above. */
const struct vr_env *vr_env_or_current(const struct vr_env *env);

/** vr_env_or_current(), with a reference: that of a reactor or a pool stays
 *  valid until vr_env_drop(), though these were freed.  The program keeps any
 *  other environment alive itself. */
const struct vr_env *vr_env_keep(const struct vr_env *env);

/** Give back the reference of vr_env_keep(); NULL is fine. */
void vr_env_drop(const struct vr_env *env);

/** Allocate @p size bytes, zeroed.  Here and in the functions below @p env may
 *  be NULL for vr_env_default().  @return NULL when there is no memory, or
 *  @p size is 0 */
void *vr_alloc(const struct vr_env *env, size_t size);

/** Resize @p old, which may be NULL, to @p size bytes, 1 or more, as by
 *  realloc(3).  @return NULL when there is no memory: @p old is as it was */
void *vr_resize(const struct vr_env *env, void *old, size_t size);

/**
 * Grow @p array, at first NULL, to @p need members of @p size bytes or more, if
 * it has fewer.  New members are zero.
 * @param count  how many members it has, in and out
 * @return the array, which may have moved; NULL when there is no memory: array
 * and @p count are as they were
 */
void *vr_reserve(const struct vr_env *env, void *array, size_t *count,
                 size_t need, size_t size);

/** Free memory of vr_alloc(), vr_resize() or vr_reserve(); NULL is fine.  Keeps
 *  errno. */
void vr_dealloc(const struct vr_env *env, void *ptr);

/** A copy of @p text, or NULL when there is no memory. */
char *vr_strdup(const struct vr_env *env, const char *text);

/** The allocator of an environment, for memory that may outlive the struct
 *  vr_env. */
struct vr_allocator {
    void *(*resize)(void *ctx, void *old, size_t size); /**< NULL: none */
    void *ctx;
};

/** The allocator of @p env; NULL as for vr_env_or_current(). */
struct vr_allocator vr_allocator_of(const struct vr_env *env);

/** vr_alloc() by @p allocator. */
void *vr_allocator_alloc(struct vr_allocator allocator, size_t size);

/** vr_dealloc() by @p allocator, which may be stored in that memory itself. */
void vr_allocator_free(struct vr_allocator allocator, void *ptr);

/** The monotonic clock of @p env; NULL as for vr_env_or_current(). */
vr_time vr_now(const struct vr_env *env);

VR_END_DECLS

#endif
