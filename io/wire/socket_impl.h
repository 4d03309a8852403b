/* SPDX-License-Identifier: MIT */
/**
 * @file socket_impl.h
 * What the files of a socket have in common.  Internal.
 */
#ifndef VR_IO_WIRE_SOCKET_IMPL_H
#define VR_IO_WIRE_SOCKET_IMPL_H

#include <vreactor/io/wire/socket.h>

/** What a socket has to remember in its wire: its options of that name. */
enum {
    VR_SOCKET_DELAY = 1 << 0,
    VR_SOCKET_KEEP_ALIVE = 1 << 1,
};

/** The kernel has an answer to connect(2), most likely. @return as the hook
 *  `opened` of a wire */
int vr_socket_opened(struct vr_wire *wire);

#endif
