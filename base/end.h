/* SPDX-License-Identifier: MIT */
/**
 * @file end.h
 * The reason for which a stream, an agent or a chain has ended.
 *
 * An end that a hook is given is borrowed for that call.  To have it
 * afterwards, keep it:
 *
 *     static struct vr_end mine;
 *
 *     static void on_ended(struct vr_consumer *in, const struct vr_end *why)
 *     {
 *         (void)in;
 *         vr_end_keep(&mine, why);
 *     }
 *
 *     vr_end_drop(&mine); // when it is not needed any more
 *
 * Who was at the other end the chain tells: vr_chain_peer().
 */
#ifndef VR_BASE_END_H
#define VR_BASE_END_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_failure;

/** How it ended. */
enum vr_end_kind {
    VR_END_NONE,      /**< it has not ended */
    VR_END_EOF,       /**< orderly: all bytes have come */
    VR_END_TLS_EOF,   /**< orderly, and authenticated by TLS */
    VR_END_TRUNCATED, /**< orderly for the layer below, but too early for this
                         one */
    VR_END_RESET,     /**< the peer reset the connection */
    VR_END_TIMEOUT,   /**< a deadline passed */
    VR_END_CANCELLED, /**< the operation was cancelled */
    VR_END_LIMIT,     /**< a stated limit was passed */
    VR_END_LOCAL,     /**< this program closed it */
    VR_END_ERROR,     /**< something failed: see code */
};

/** What was being done. */
enum vr_end_stage {
    VR_STAGE_NONE,
    VR_STAGE_RESOLVE,
    VR_STAGE_CONNECT,
    VR_STAGE_PROXY,
    VR_STAGE_HANDSHAKE,
    VR_STAGE_READ,
    VR_STAGE_WRITE,
    VR_STAGE_IDLE,
    VR_STAGE_SHUTDOWN,
};

/** Why something ended.  Not to be copied by `=`: see vr_end_keep(). */
struct vr_end {
    enum vr_end_kind kind;
    enum vr_end_stage stage;
    int code;      /**< -errno or -VR_E...; 0 where none applies */
    vr_time after; /**< time spent in the stage; 0: not measured */

    /** Where there is more to say than that: why, in words, and from which
     *  causes.  The caller of a function that takes an end keeps its own
     *  reference.  NULL: no more is known, or there was no memory to say it. */
    struct vr_failure *cause;
};

/** Copy @p end to @p mine, whatever was there, with a reference to its cause,
 *  which vr_end_drop() gives back.  Needs no memory.  Threads: any. */
void vr_end_keep(struct vr_end *mine, const struct vr_end *end);

/** Give back what vr_end_keep() took.  Leaves the kind VR_END_NONE, of which
 *  there is nothing to give back.  Threads: any. */
void vr_end_drop(struct vr_end *mine);

/** Is it VR_END_EOF or VR_END_TLS_EOF, so that no bytes are missing as far as
 *  anyone can know? */
bool vr_end_is_clean(const struct vr_end *end);

/** The code of @p end; if that is 0, the code for its kind, such as -VR_ECLOSED
 *  for VR_END_EOF.  Always below 0. */
int vr_end_code(const struct vr_end *end);

/** "eof", "reset", ...: a constant word; "?" for a number that is no kind. */
const char *vr_end_kind_name(enum vr_end_kind kind);

/** "connect", "read", ...; "" for VR_STAGE_NONE. */
const char *vr_end_stage_name(enum vr_end_stage stage);

/**
 * Write @p end as one line without a newline, such as
 * "connect: connection refused (ECONNREFUSED) after 2 ms; cause: ...".  Of a
 * cause that has the code of the end only the words follow: "read: protocol
 * error (VR_EPROTOCOL), bad header".  Control characters in it are written as
 * "\x1b", so that a terminal or a log can show words of a peer.  At most
 * @p size bytes with the final zero; @p size may be 0.
 * @return the length of the whole line
 */
size_t vr_end_format(const struct vr_end *end, char *buf, size_t size);

VR_END_DECLS

#endif
