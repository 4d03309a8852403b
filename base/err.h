/* SPDX-License-Identifier: MIT */
/**
 * @file err.h
 * What went wrong, as one number.
 *
 * A function that can fail returns 0 or a count, or a negative code: -errno
 * for what the system said, -VR_E... for what the library found.  The two
 * ranges do not meet.
 */
#ifndef VR_BASE_ERR_H
#define VR_BASE_ERR_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** The library's own codes. */
enum vr_err {
    VR_ECLOSED = 5000, /**< closed, or ended: it takes nothing more */
    VR_ECANCELLED,     /**< cancelled before it was done */
    VR_EFIRED,         /**< the deferred has fired already */
    VR_ELIMIT,         /**< a stated limit was passed */
    VR_ETRUNCATED,     /**< the data ended in the middle of something */
    VR_EREFUSED,       /**< the program said no */
    VR_ENOCONTROL,     /**< nobody answers this control message */
    VR_ESELECTOR,      /**< no selector of that name here */
    VR_EADDRESS,       /**< the text is no address, or no port */
    VR_EHOST,          /**< no such host */
    VR_EPROTOCOL,      /**< the peer does not speak the protocol */
};

/**
 * A sentence part for @p code, such as "connection refused".
 * Either sign will do; 0 is "no error".  Never NULL; the text is constant.
 * Threads: any.
 */
const char *vr_strerror(int code);

/** The name of @p code, such as "ECONNREFUSED" or "VR_ECLOSED"; "OK" for 0,
 *  "E?" for a code unknown here.  Otherwise as vr_strerror(). */
const char *vr_errname(int code);

VR_END_DECLS

#endif
