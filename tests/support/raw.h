/* SPDX-License-Identifier: MIT */
/**
 * @file raw.h
 * The other end of a connection, by the system's own calls: blocking, and
 * strangers to the library.
 */
#ifndef VR_TESTS_SUPPORT_RAW_H
#define VR_TESTS_SUPPORT_RAW_H

#include <stddef.h>

#include <vreactor/io/name/address.h>

/** A path for a unix socket that nobody has; always the same. */
const char *raw_path(void);

/** Where to listen: port 0 of the loopback, or raw_path(). */
void raw_place(int family, struct vr_address *ret_address);

/** A socket that listens at such a place, and where that is; skips the test
 *  where there is no IPv6 for it. */
int raw_listen(int family, struct vr_address *ret_address);

int raw_connect(const struct vr_address *peer);
int raw_accept(int listening);

/** Close, and remove the path of raw_listen(AF_UNIX). */
void raw_close_listening(int listening);

/** Close with a reset instead of an orderly end. */
void raw_reset(int fd);

/** Send all of it. */
void raw_send(int fd, const void *data, size_t len);

/** Read what comes until the end, at most @p size bytes.
 *  @return how many, or -errno of what came instead of an end */
long raw_read(int fd, void *data, size_t size);

/** Is there a byte, an end or a connection to be taken from @p fd now? */
int raw_is_readable(int fd);

/** Wait until the peer's system has all that was sent. */
void raw_wait_sent(int fd);

#endif
