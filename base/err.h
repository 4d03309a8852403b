/* SPDX-License-Identifier: MIT */
/**
 * @file err.h
 * Error codes.
 *
 * A function that can fail returns 0 or a count on success, or a negative code:
 * -errno for an error of the system, -VR_E... for one of the library.  The two
 * ranges do not overlap.
 *
 *     if (err < 0)
 *         printf("%s (%s)\n", vr_strerror(err), vr_errname(err));
 */
#ifndef VR_BASE_ERR_H
#define VR_BASE_ERR_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** The library's own codes. */
enum vr_err {
    VR_ECLOSED = 5000, /**< closed or ended: it accepts nothing more */
    VR_ECANCELLED,     /**< cancelled before it was done */
    VR_EFIRED,         /**< the deferred has fired already */
    VR_ELIMIT,         /**< a stated limit was passed */
    VR_ETRUNCATED,     /**< the data ended in the middle of something */
    VR_EREFUSED,       /**< the program refused it */
    VR_ENOCONTROL,     /**< nobody handles this control message */
    VR_ESELECTOR,      /**< this system has no selector of that name */
    VR_EADDRESS,       /**< the text is no address, or no port */
    VR_EHOST,          /**< no such host */
    VR_EPROTOCOL,      /**< the peer does not speak the protocol */
};

/**
 * A text for @p code, such as "connection refused".  A positive code means the
 * same as the negative one; 0 is "no error".  Never NULL; the text is constant.
 * Threads: any.
 */
const char *vr_strerror(int code);

/** The name of @p code, such as "ECONNREFUSED" or "VR_ECLOSED"; "OK" for 0,
 *  "E?" for an unknown code.  Otherwise as vr_strerror(). */
const char *vr_errname(int code);

VR_END_DECLS

#endif
