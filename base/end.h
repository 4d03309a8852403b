/* SPDX-License-Identifier: MIT */
/**
 * @file end.h
 * Why did it end?  The one vocabulary for streams, agents and chains.
 */
#ifndef VR_BASE_END_H
#define VR_BASE_END_H

#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

/** How it ended. */
enum vr_end_kind {
    VR_END_EOF,       /**< orderly, all bytes are there */
    VR_END_TLS_EOF,   /**< orderly, and TLS vouches for it */
    VR_END_TRUNCATED, /**< orderly for the layer below, too early for ours */
    VR_END_RESET,     /**< the peer broke it off */
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

enum { VR_END_PEER_SIZE = 128 };

/** Why something ended.  A plain value: copy it to keep it. */
struct vr_end {
    enum vr_end_kind kind;
    enum vr_end_stage stage;
    int code;         /**< -errno or -VR_E...; 0 where none applies */
    const char *text; /**< more words, constant; NULL: none */
    vr_time after;    /**< time spent in the stage; 0: not measured */
    char peer[VR_END_PEER_SIZE]; /**< printed address, cut if need be; "":
                                    unknown */
};

/** The bytes before this end are all there, as far as anyone can know: EOF or
 *  TLS_EOF. */
int vr_end_is_clean(const struct vr_end *end);

/** The code of @p end; where it has none, one that says as much as its kind,
 *  such as -VR_ECLOSED for an EOF.  Always below 0. */
int vr_end_code(const struct vr_end *end);

/** "eof", "reset", ...: a constant word; "?" for a kind that is none. */
const char *vr_end_kind_name(enum vr_end_kind kind);

/** "connect", "read", ...; "" for VR_STAGE_NONE. */
const char *vr_end_stage_name(enum vr_end_stage stage);

/**
 * One line without a newline, safe for a terminal and a log whoever chose the
 * words: control characters stand as "\x1b".  Such as
 * "127.0.0.1:9: connect: connection refused (ECONNREFUSED) after 2 ms".
 * At most @p size bytes with the final zero; @p size may be 0.
 * @return the length of the whole line
 */
size_t vr_end_format(const struct vr_end *end, char *buf, size_t size);

VR_END_DECLS

#endif
