/* SPDX-License-Identifier: MIT */
/**
 * @file fault.h
 * System calls that are counted, and fail when a test says so.
 *
 *     fault_init();
 *     env.sys = &fault_sys;
 *     fault_at(FAULT_RECV, 1, 2, EINTR);    the next two
 *
 * Threads: the one under test.
 */
#ifndef VR_TESTS_SUPPORT_FAULT_H
#define VR_TESTS_SUPPORT_FAULT_H

#include <stddef.h>

#include <vreactor/base/env.h>

enum fault_call {
    FAULT_RECV,
    FAULT_SEND,
    FAULT_ACCEPT,
    FAULT_CONNECT,
    FAULT_SOCKET,
    FAULT_LISTEN,
    FAULT_WAIT, /* whatever the selector waits with */
    FAULT_CALLS,
};

extern struct vr_sys fault_sys;

/** How often each was called since fault_init(). */
extern int fault_count[FAULT_CALLS];

/** Waits that found something ready. */
extern int fault_woken;

/** Bytes that one recv or sendmsg moves at most; 0: any. */
extern size_t fault_most;

void fault_init(void);

/** Let the @p nth call from now, and so many in a row, fail with
 *  @p err. */
void fault_at(enum fault_call call, int nth, int times, int err);

#endif
