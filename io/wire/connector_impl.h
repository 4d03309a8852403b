/* SPDX-License-Identifier: MIT */
/**
 * @file connector_impl.h
 * The steps of connecting, for those that watch the descriptor themselves.
 * Internal.
 */
#ifndef VR_IO_WIRE_CONNECTOR_IMPL_H
#define VR_IO_WIRE_CONNECTOR_IMPL_H

#include <vreactor/io/wire/connector.h>

struct vr_env;

/** Can a stream socket be connected to addresses of this @p family? */
bool vr_connect_knows(int family);

/** Call connect(2) for @p fd, which does not block.  @return 0: there is an
 *  answer when @p fd is writable; or why not */
VR_MUST_CHECK
int vr_connect_begin(const struct vr_env *env, int fd,
                     const struct vr_address *peer);

/** The answer, once @p fd is called writable.
 *  @return 0: it is connected; -EINPROGRESS: there is none yet; or why not */
VR_MUST_CHECK
int vr_connect_result(const struct vr_env *env, int fd);

#endif
