/* SPDX-License-Identifier: MIT */
/**
 * @file quiet.h
 * Writing without the signals that write(2) and splice(2) raise on the thread
 * that calls them, where the call itself has no flag for that.  Internal.
 *
 *     vr_quiet_begin(&quiet);
 *     result = ...;
 *     vr_quiet_end(&quiet, result);
 *
 * Threads: any.
 */
#ifndef VR_BASE_QUIET_H
#define VR_BASE_QUIET_H

#include <signal.h>
#include <sys/types.h>

struct vr_quiet {
    sigset_t raised;
    sigset_t blocked; /* before */
    sigset_t pending; /* before, so somebody else's */
};

/** Block SIGPIPE and SIGXFSZ. */
void vr_quiet_begin(struct vr_quiet *quiet);

/** Take the signal that @p result, -errno of the call, tells of, and unblock
 *  what was not blocked before. */
void vr_quiet_end(const struct vr_quiet *quiet, ssize_t result);

#endif
