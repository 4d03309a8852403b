/* SPDX-License-Identifier: MIT */
/**
 * @file listener_impl.h
 * The files of a listener: listener_open.c opens or adopts it, listener.c
 * accepts, listener_path.c has the path of a unix socket.  Internal.
 */
#ifndef VR_IO_WIRE_LISTENER_IMPL_H
#define VR_IO_WIRE_LISTENER_IMPL_H

#include <vreactor/io/wire/listener.h>

extern const struct vr_watch_ops vr_listener_events; /* listener.c */

/** Make a listener that is closed. */
void vr_listener_init(struct vr_listener *listener, struct vr_reactor *reactor,
                      const struct vr_listener_ops *ops);

/** Note which file bind(2) has made, as another may be at the path by the time
 *  the listener closes.  Does nothing without a path.  @return 0, or -errno
 *  with the path removed */
VR_MUST_CHECK
int vr_listener_note_path(struct vr_listener *listener);

/** Remove that file, if one was noted and it is still at the path.  The socket
 * must be open, which keeps the number of its inode from being used again. */
void vr_listener_remove_path(const struct vr_listener *listener);

#endif
