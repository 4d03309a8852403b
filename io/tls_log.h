/* SPDX-License-Identifier: MIT */
/**
 * @file tls_log.h
 * What did OpenSSL complain about?  It keeps its errors in a queue of the
 * thread that made the call, where they wait to be taken for those of the next
 * call, of another connection:
 *
 *     if (SSL_CTX_use_certificate_chain_file(ctx, path) != 1) {
 *         (void)vr_tls_log_errors(logger, VR_LOG_ERROR, "certificate %s",
 * path); return -EINVAL;
 *     }
 *
 * logs, where path is that of an empty file,
 *
 *     certificate x.pem: error:0480006C:PEM routines::no start line:
 *     Expecting: TRUSTED CERTIFICATE
 *
 * and in the next entry what failed because of that.  Part of libvreactor-tls.
 */
#ifndef VR_IO_TLS_LOG_H
#define VR_IO_TLS_LOG_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_logger;

/**
 * Log the errors that OpenSSL keeps for this thread, an entry for each, the
 * first to happen first, and leave none, whether @p logger wants them or not.
 * OpenSSL's words follow the text, as with vr_log_code(); its data, which may
 * be a peer's, is cut after 255 bytes.  Each entry has the attributes "code",
 * and, where OpenSSL knows them, "func", "file" and "line": where the error was
 * raised.
 *
 * A watcher that is shown entries in the log call must not clear the queue.
 * @param logger  NULL: the errors are forgotten
 * @return how many there were
 * Threads: any, as vr_log().
 */
size_t vr_tls_log_errors(struct vr_logger *logger, int level,
                         const char *format, ...) VR_PRINTF(3, 4);

VR_END_DECLS

#endif
