/* SPDX-License-Identifier: MIT */
/**
 * @file env.h
 * What the library stands on: memory, clocks, system calls.
 *
 * All of it is a table in the options, so a program can bring its own, and a
 * test can make time pass, memory run out and system calls fail:
 *
 *     struct vr_env env = vr_env_default;
 *     env.now = my_clock;
 *     vr_reactor_new(&(struct vr_reactor_options){
 *         .size = sizeof(struct vr_reactor_options), .env = &env}, &reactor);
 *
 * Wherever a `const struct vr_env *` is asked for, NULL means that of the
 * reactor whose turn this is: of this coroutine's reactor, if it has one; else
 * of the reactor whose callback this is; else, in a thread of the library's, of
 * the pool or log that has the thread; else vr_env_default.  So what is made in
 * a callback is of the reactor's memory, and what goes wrong there is told to
 * the reactor's log.  Where it differs: vr_alloc() and the like, as memory goes
 * back elsewhere than it was taken; loggers and their watchers, which many
 * threads share; buffers, which have no end.  There NULL means vr_env_default.
 *
 * Ownership: tables are kept, so they must outlive what was made with them.
 * Reactors and pools keep a copy; that of a reactor is counted, so deferreds,
 * coroutines, stacks, pools, queues of logs and reactors made with it may
 * outlive the reactor.  What ctx points to is the program's, and must outlive
 * them all.  Threads: members are called from every thread that uses what was
 * made with the table.
 */
#ifndef VR_BASE_ENV_H
#define VR_BASE_ENV_H

#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct epoll_event;
struct vr_env_home;
struct io_uring;
struct iovec;
struct kevent;
struct pollfd;
struct stat;
struct timespec;

/**
 * The system calls the library makes.  Each is like the function of its name:
 * -1, or what is said there, and errno on failure.  Those a system lacks are
 * NULL there.
 */
struct vr_sys {
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
    int (*getsockname)(int fd, struct sockaddr *addr, socklen_t *len);
    int (*getpeername)(int fd, struct sockaddr *addr, socklen_t *len);
    int (*poll)(struct pollfd *fds, size_t count, int ms);
    int (*select)(int count, void *reads, void *writes, void *excepts,
                  const struct timespec *timeout); /**< sets: fd_set */
    int (*epoll_create1)(int flags);
    int (*epoll_ctl)(int epfd, int op, int fd, struct epoll_event *event);
    int (*epoll_wait)(int epfd, struct epoll_event *events, int cap, int ms);
    int (*eventfd)(unsigned initial, int flags);
    int (*kqueue)(void);
    int (*kevent)(int kq, const struct kevent *changes, int change_count,
                  struct kevent *events, int event_count,
                  const struct timespec *timeout);

    /* In liburing io_uring_queue_init() without flags, queue_exit(),
     * submit_and_get_events(), and submit_and_wait_timeout() for one
     * completion, which is there then; else -1, and ETIME, EINTR, ... */
    int (*uring_open)(unsigned entries, struct io_uring *ring);
    int (*uring_close)(struct io_uring *ring);
    int (*uring_submit)(struct io_uring *ring);
    int (*uring_wait)(struct io_uring *ring, const struct timespec *timeout);

    long (*sysconf)(int name);
    void *(*mmap)(void *addr, size_t size, int prot, int flags, int fd,
                  off_t offset); /**< MAP_FAILED on failure */
    int (*munmap)(void *addr, size_t size);
    int (*mprotect)(void *addr, size_t size, int prot);
    int (*madvise)(void *addr, size_t size, int advice);

    /* As pthread_cond_timedwait(), for at most @p span nanoseconds of the
     * monotonic clock, negative for ever: -1 and ETIMEDOUT, or 0, also for
     * nothing.  As pthread_create(), for a thread as usual. */
    int (*cond_wait)(pthread_cond_t *cond, pthread_mutex_t *lock, vr_time span);
    int (*thread_create)(pthread_t *thread, void *(*fn)(void *arg), void *arg);

    int (*open)(const char *path, int flags, mode_t mode);
    int (*getcwd)(char *buf, size_t size); /**< 0, or -1 */
    int (*check_tty)(int fd); /**< isatty(): 0 if it is a terminal, else -1 */
    int (*lstat)(const char *path, struct stat *stat);

    unsigned (*if_nametoindex)(const char *name); /**< 0: failed */
    char *(*if_indextoname)(unsigned index,
                            char *ret_name); /**< NULL: failed */

    /* What follows cannot fail. */
    void (*syslog)(int priority, const char *text); /**< no format */
};

/** The environment: copy vr_env_default and change what you need. */
struct vr_env {
    void *ctx; /**< first argument of resize, now and wall; yours */

    /** Memory as by realloc(3): @p old NULL allocates, @p size 0 frees and
     *  returns NULL.  NULL: out of memory, @p old is as it was. */
    void *(*resize)(void *ctx, void *old, size_t size);

    /** The monotonic clock: never goes back.  One that stands on the system's
     *  asks vr_env_default.now(), as vr_now(NULL) may mean itself. */
    vr_time (*now)(void *ctx);

    /** Nanoseconds since 1970-01-01 UTC, for the eyes of people. */
    vr_time (*wall)(void *ctx);

    /** A line about something nobody handled, of a level as in log/log.h.
     *  A reactor replaces it in its copy by its own log. */
    void (*report)(void *report_ctx, int level, const char *text);
    void *report_ctx; /**< first argument of report */

    const struct vr_sys *sys;

    struct vr_env_home *home; /**< the library's: in yours, NULL */
};

/** The system's own calls. */
extern const struct vr_sys vr_sys_default;

/** malloc(3), CLOCK_MONOTONIC, CLOCK_REALTIME, vr_sys_default; reports are
 *  dropped. */
extern const struct vr_env vr_env_default;

/** @p env, or vr_env_default for NULL. */
const struct vr_env *vr_env_or_default(const struct vr_env *env);

/** @p env, or what NULL means here, as said above. */
const struct vr_env *vr_env_or_current(const struct vr_env *env);

/** vr_env_or_current(), to be kept until vr_env_drop(): a reactor's stays
 *  though the reactor be freed, any other is to stay anyway. */
const struct vr_env *vr_env_keep(const struct vr_env *env);

/** No more use for what vr_env_keep() returned; NULL is nothing. */
void vr_env_drop(const struct vr_env *env);

/** Zeroed memory; NULL, here and below: vr_env_default. @return NULL when there
 * is none, or @p size is 0 */
void *vr_alloc(const struct vr_env *env, size_t size);

/** Memory of @p size bytes, above 0, with what @p old held; @p old may be
 *  NULL. @return NULL when there is none: @p old is as it was */
void *vr_resize(const struct vr_env *env, void *old, size_t size);

/**
 * Have room for @p need members of @p size bytes in an array, at first NULL,
 * that holds @p count of them: it grows by more than is asked for, and what is
 * new is zero.
 * @param count  in and out
 * @return the array, elsewhere perhaps; NULL when there is no memory: all is as
 * it was
 */
void *vr_reserve(const struct vr_env *env, void *array, size_t *count,
                 size_t need, size_t size);

/** Give back what vr_alloc() or vr_resize() gave; NULL is nothing.  Leaves
 *  errno as it is. */
void vr_dealloc(const struct vr_env *env, void *ptr);

/** A copy of @p text, or NULL when there is no memory. */
char *vr_strdup(const struct vr_env *env, const char *text);

/** How to give memory back, for what may outlive an environment. */
struct vr_allocator {
    void *(*resize)(void *ctx, void *old, size_t size); /**< NULL: none */
    void *ctx;
};

/** The allocator of @p env; NULL as for vr_env_or_current(). */
struct vr_allocator vr_allocator_of(const struct vr_env *env);

/** vr_alloc(), by @p allocator, which may stand in that memory. */
void *vr_allocator_alloc(struct vr_allocator allocator, size_t size);

/** vr_dealloc(), by @p allocator, which may stand in that memory. */
void vr_allocator_free(struct vr_allocator allocator, void *ptr);

/** What env->now says; NULL as for vr_env_or_current(). */
vr_time vr_now(const struct vr_env *env);

VR_END_DECLS

#endif
