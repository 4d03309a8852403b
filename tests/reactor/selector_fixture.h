/* SPDX-License-Identifier: MIT */
/**
 * @file selector_fixture.h
 * What the tests of selectors share.  They run once for each selector: the one
 * named by VR_SELECTOR, or the best.
 */
#ifndef VR_TESTS_SELECTOR_FIXTURE_H
#define VR_TESTS_SELECTOR_FIXTURE_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/selectors/selector.h>

#include "tests/support/test.h"
#include "tests/support/tested.h"

enum { ENOUGH = 64 }; /* more entries than any test has ready */

static inline bool tested_is(const char *name)
{
    return !strcmp(tested_kind()->name, name);
}

static inline struct vr_selector *open_in(const struct vr_env *env)
{
    struct vr_selector *sel = NULL;
    check_int(tested_kind()->open(env, NULL, &sel), 0);
    check(sel && sel->ops == tested_kind());
    return sel;
}

static inline struct vr_selector *open_tested(void)
{
    return open_in(vr_env_default());
}

/* A generation with its highest bit set: no sign may creep into the key. */
static inline uint64_t key_of(int fd)
{
    return (uint64_t)0xfedcba98 << 32 | (uint32_t)fd;
}

static inline int watch(struct vr_selector *sel, int fd, unsigned was,
                        unsigned now)
{
    return sel->ops->watch(sel, fd, key_of(fd), was, now);
}

static inline int wait_at_most(struct vr_selector *sel, struct vr_ready *ready,
                               int cap, vr_time timeout)
{
    int count = sel->ops->wait(sel, ready, cap, timeout);
    check(count <= cap);
    return count;
}

/* How many entries are ready now. */
static inline int ready_count(struct vr_selector *sel)
{
    struct vr_ready ready[ENOUGH];
    return wait_at_most(sel, ready, ENOUGH, 0);
}

/* All events of @p fd that are there now. */
static inline unsigned ready_events(struct vr_selector *sel, int fd)
{
    struct vr_ready ready[ENOUGH];
    unsigned events = 0;

    int count = wait_at_most(sel, ready, ENOUGH, 0);
    check(count >= 0);
    for (int i = 0; i < count; i++)
        if (ready[i].key == key_of(fd))
            events |= ready[i].events;
    return events;
}

static inline void make_pair(int ends[2])
{
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static inline void make_pipe(int ends[2])
{
    check_int(pipe(ends), 0);
}

/* Both ends of a named pipe, whose name is gone already. */
static inline void make_fifo(int ends[2])
{
    char dir[] = "/tmp/vr_test_XXXXXX", path[sizeof(dir) + 8];

    check(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof(path), "%s/fifo", dir);
    check_int(mkfifo(path, 0600), 0);
    ends[0] = open(path, O_RDONLY | O_NONBLOCK);
    ends[1] = open(path, O_WRONLY | O_NONBLOCK);
    check(unlink(path) == 0 && rmdir(dir) == 0);
}

static inline void make_tcp_pair(int ends[2])
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof(addr);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check_int(bind(listener, (struct sockaddr *)&addr, len), 0);
    check_int(listen(listener, 1), 0);
    check_int(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    check_int(connect(ends[0], (struct sockaddr *)&addr, len), 0);
    ends[1] = accept(listener, NULL, NULL);
    check(ends[1] >= 0);
    close(listener);
}

static inline void put(int fd, const char *text)
{
    check_int(write(fd, text, strlen(text)), strlen(text));
}

/* Read once. @return how many bytes */
static inline long take(int fd)
{
    char buf[64];
    return (long)read(fd, buf, sizeof(buf));
}

static inline void close_both(const int ends[2])
{
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
}

#endif
