/* SPDX-License-Identifier: MIT */
/**
 * @file trial.h
 * The state of one test of vr_selector_check(): the selector, the events that
 * are awaited of it, and the descriptors to close after the test.  Internal.
 *
 * The first failure decides the test.  From then on the functions here only
 * clean up, and return -1 for a descriptor: so a test is written as if nothing
 * could fail.
 *
 * All that the selector reports is compared with the events that are awaited:
 * an unknown key, or an event that is not awaited, fails the test.
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTING_TRIAL_H
#define VR_TESTING_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/selector_check.h>

struct sockaddr_in;

enum {
    VR_TRIAL_FDS = 400,  /* descriptors of one test */
    VR_TRIAL_ROOM = 64,  /* more entries than a simple test has ready */
    VR_TRIAL_MOST = 4096 /* descriptors below it are looked after */
};

/** The timeout of waits that an event should end.  It does not measure speed,
 *  but ends the test of a broken selector. */
#define VR_TRIAL_PATIENCE (10 * VR_SEC)

/** What is awaited on one descriptor. */
struct vr_trial_want {
    int fd;
    unsigned events; /**< never 0 */
    uint64_t key;
};

struct vr_trial {
    const struct vr_selector_ops *ops;
    const struct vr_selector_check_options *options;
    struct vr_selector *sel; /**< NULL: not open */

    const struct vr_env *real; /**< that of the options */
    struct vr_env env;         /**< the same, with memory counted */
    int requests;              /**< for memory, so far */
    int failing;               /**< the request to refuse; 0: none */
    int held;                  /**< blocks not given back */

    struct vr_trial_want wants[VR_TRIAL_FDS];
    int want_count;
    int fds[VR_TRIAL_FDS]; /**< the test's own, closed when it ends */
    int fd_count;
    unsigned char open_before[VR_TRIAL_MOST / 8]; /**< a bit each */

    /** As the last wait left it; room for one that heeds no bounds. */
    struct vr_ready ready[VR_TRIAL_FDS + 1];

    enum vr_selector_outcome outcome;
    char why[256];
};

/* ---- verdicts ---- */

/** Let the test fail, unless it is decided. */
VR_PRINTF(2, 3)
void vr_trial_fail(struct vr_trial *trial, const char *format, ...);

/** Let the test be skipped, unless it is decided. */
VR_PRINTF(2, 3)
void vr_trial_skip(struct vr_trial *trial, const char *format, ...);

/** Is the test decided? */
bool vr_trial_over(const struct vr_trial *trial);

/** The name of the file at @p path. */
const char *vr_trial_file(const char *path);

#define expect(trial, cond)                                                    \
    do {                                                                       \
        if (!(cond))                                                           \
            vr_trial_fail((trial), "not so: %s (%s:%d)", #cond,                \
                          vr_trial_file(__FILE__), __LINE__);                  \
    } while (0)

#define expect_int(trial, got, want)                                           \
    do {                                                                       \
        long long got_ = (long long)(got), want_ = (long long)(want);          \
        if (got_ != want_)                                                     \
            vr_trial_fail((trial), "%s is %lld, not %lld (%s:%d)", #got, got_, \
                          want_, vr_trial_file(__FILE__), __LINE__);           \
    } while (0)

/* ---- the trial itself ---- */

/** Begin, with nothing open.  @p options are kept. */
void vr_trial_init(struct vr_trial *trial, const struct vr_selector_ops *ops,
                   const struct vr_selector_check_options *options);

/** Close the selector and all descriptors, and check that nothing leaked. */
void vr_trial_finish(struct vr_trial *trial);

/* ---- the selector ---- */

/** Open it, as it is before each test.  @return 0, or what open() said */
int vr_trial_open(struct vr_trial *trial);

/** Close it; it may be opened again. */
void vr_trial_close(struct vr_trial *trial);

/** Any descriptor as a key: a generation with its highest bit set, so that no
 *  sign may creep in. */
uint64_t vr_trial_key(int fd);

/** Await @p now on @p fd, which may be refused.  @return as watch() */
int vr_trial_try(struct vr_trial *trial, int fd, unsigned now);

/** Await @p now on @p fd, 0 for nothing.  It is to work. */
void vr_trial_await(struct vr_trial *trial, int fd, unsigned now);

/** vr_trial_try() with @p key. */
int vr_trial_try_key(struct vr_trial *trial, int fd, unsigned now,
                     uint64_t key);

void vr_trial_drop(struct vr_trial *trial, int fd);

/** Wait once, for at most @p cap entries, which are in trial->ready then.
 *  @return how many; 0 when it is over */
int vr_trial_wait(struct vr_trial *trial, int cap, vr_time timeout);

/** How many entries are ready now. */
int vr_trial_count(struct vr_trial *trial);

/** What is awaited on @p fd and there now. */
unsigned vr_trial_events(struct vr_trial *trial, int fd);

/** A wait of @p span with nothing ready lasts no shorter. */
void vr_trial_expect_wait(struct vr_trial *trial, vr_time span);

/** Expect that nothing is ready, and that a wait does not end early: the
 *  reactor would spin. */
void vr_trial_expect_nothing(struct vr_trial *trial);

/* ---- what is open ---- */

/** Note which descriptors are open, all but this trial's. */
void vr_trial_note_open(struct vr_trial *trial);

/** Close those of the test, and see that no other was opened or closed. */
void vr_trial_close_fds(struct vr_trial *trial);

/** A descriptor opened since the trial began that a child would inherit; -1 if
 *  there is none. */
int vr_trial_inherited(const struct vr_trial *trial);

/* ---- descriptors, non-blocking, closed when the test ends ---- */

/** Take @p fd, which is this test's.  A negative one is what the system did not
 *  give: the test is skipped.  @return @p fd, or -1 when it is over */
int vr_trial_keep(struct vr_trial *trial, int fd);

/** Keep a copy of @p fd of the first free number from @p least on, or of any
 *  for 0.  @return its number, or -1 when it is over */
int vr_trial_dup(struct vr_trial *trial, int fd, int least);

void vr_trial_pipe(struct vr_trial *trial, int ret_ends[2]);

/** Two sockets of @p type, SOCK_STREAM say, joined to each other. */
void vr_trial_pair(struct vr_trial *trial, int type, int ret_ends[2]);

/** A socket bound to a port of the loopback, @p ret_addr. */
int vr_trial_bind(struct vr_trial *trial, struct sockaddr_in *ret_addr);

/** The same, and listening. */
int vr_trial_listen(struct vr_trial *trial, struct sockaddr_in *ret_addr);

/** A socket on its way to @p addr. */
int vr_trial_connect(struct vr_trial *trial, const struct sockaddr_in *addr);

/** Both ends of a TCP connection. */
void vr_trial_tcp(struct vr_trial *trial, int ret_ends[2]);

/** A pipe with a byte in it whose reading end is awaited. */
void vr_trial_ready_pipe(struct vr_trial *trial, int ret_ends[2]);

/** Close @p fd before its time. */
void vr_trial_close_fd(struct vr_trial *trial, int fd);

/** A byte into @p fd. */
void vr_trial_put(struct vr_trial *trial, int fd);

/** As many bytes into @p fd as there is room for. */
void vr_trial_fill(struct vr_trial *trial, int fd);

/** Read once. @return how many bytes, 0 at the end, -1 if there are none */
int vr_trial_take(struct vr_trial *trial, int fd);

/** Read all there is. */
void vr_trial_drain(struct vr_trial *trial, int fd);

/** What the system's poll(2) says of @p fd, after waiting at most @p timeout
 *  nanoseconds: bits of enum vr_event.  An error or a hang-up is all of
 *  @p events. */
unsigned vr_trial_poll(int fd, unsigned events, vr_time timeout);

/** Let the system come so far that @p events are on @p fd. */
void vr_trial_settle(struct vr_trial *trial, int fd, unsigned events);

/** Run @p part in a thread of its own, and wait for its end. */
void vr_trial_in_thread(struct vr_trial *trial, void *(*part)(void *arg),
                        void *arg);

#endif
