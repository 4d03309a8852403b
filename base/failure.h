/* SPDX-License-Identifier: MIT */
/**
 * @file failure.h
 * Failures: why something did not work, and what caused that.
 *
 *     return vr_fail(vr_failure_new(env, -ECONNREFUSED, "connect", cause,
 *                                   "none of %d addresses answered", count));
 *
 * A failure does not change once it is made.  It is counted: each holder has a
 * reference, and gives it back by vr_failure_unref().  It carries what frees
 * it, so it may outlive the reactor and the environment it was made with.
 *
 * Threads: any.
 */
#ifndef VR_BASE_FAILURE_H
#define VR_BASE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>

VR_BEGIN_DECLS

struct vr_end;

/** For reading only. */
struct vr_failure {
    int code;                 /**< -errno or -VR_E... */
    const char *stage;        /**< what was being done; NULL: not said */
    const char *text;         /**< more words; NULL: none */
    struct vr_failure *cause; /**< what led to it; NULL: nothing known */
    const struct vr_end *end; /**< see vr_failure_of_end(); NULL: none */
    const char *file;         /**< where it was made; NULL: in the library */
    int line;
    struct vr_allocator memory; /**< frees it; none: it is a constant */
    unsigned refs;
};

/**
 * Make a failure here, with one reference, which is yours.
 *
 *     why = vr_failure_new(env, code, "stage", cause, "format %d", count);
 *
 * @param env  for its memory; NULL: that of the reactor whose turn this is,
 * else the default
 * @param stage  what was being done, a constant text, which is kept; or NULL
 * @param cause  taken; may be NULL
 * @param format  as for printf(3); NULL: no text
 * @return never NULL: vr_failure_no_memory() when there is no memory
 */
VR_PRINTF(5, 6)
struct vr_failure *vr_failure_new(const struct vr_env *env, int code,
                                  const char *stage, struct vr_failure *cause,
                                  const char *format, ...);
#define vr_failure_new(...)                                                    \
    vr_failure_place(__FILE__, __LINE__, (vr_failure_new)(__VA_ARGS__))

/** Note another place for @p failure, which vr_failure_new() has just made;
 *  keeps @p file.  @return @p failure */
struct vr_failure *vr_failure_place(const char *file, int line,
                                    struct vr_failure *failure);

/** Make a failure of @p end, which is kept: its cause is that of the failure,
 *  too.  Its code is that of @p end, or, where that has none, one that says as
 *  much as its kind.  @return as vr_failure_new() */
struct vr_failure *vr_failure_of_end(const struct vr_env *env,
                                     const struct vr_end *end);

/** The failure of code -ENOMEM: a constant, which is always there and never
 *  freed. */
struct vr_failure *vr_failure_no_memory(void);

/** The failure of code -VR_ECANCELLED, a constant. */
struct vr_failure *vr_failure_cancelled(void);

/** The failure of what was cancelled because its time was up: a constant of
 *  code -ETIMEDOUT, with the cause -VR_ECANCELLED. */
struct vr_failure *vr_failure_timeout(void);

/** Take another reference to @p failure. @return @p failure */
struct vr_failure *vr_failure_ref(struct vr_failure *failure);

/** Give back a reference; NULL is fine.  The last frees. */
void vr_failure_unref(struct vr_failure *failure);

/** Has @p failure, or one of its causes, this @p code? */
bool vr_failure_is(const struct vr_failure *failure, int code);

/** Is @p failure the result of a cancel?  So it is if it or one of its causes
 *  has the code -VR_ECANCELLED, as vr_failure_timeout() has. */
bool vr_failure_is_cancel(const struct vr_failure *failure);

/**
 * Write @p failure as one line without a newline, such as "connect: connection
 * refused (ECONNREFUSED), none of 2 addresses answered, at client.c:12; cause:
 * ...".  It is safe for a terminal and a log whoever chose the words: control
 * characters are written as "\x1b".  At most @p size bytes with the final zero;
 * @p size may be 0.
 * @return the length of the whole line
 */
size_t vr_failure_format(const struct vr_failure *failure, char *buf,
                         size_t size);

VR_END_DECLS

#endif
