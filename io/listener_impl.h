/* SPDX-License-Identifier: MIT */
/**
 * @file listener_impl.h
 * The files of a listener: listener.c accepts, listener_path.c has the path of
 * a unix socket.  Internal.
 */
#ifndef VR_IO_LISTENER_IMPL_H
#define VR_IO_LISTENER_IMPL_H

#include <vreactor/io/listener.h>

/** It is bound: note which file that has made, as another may stand at the path
 *  by the time it closes.  Nothing where there is no path.  @return 0 or
 * -errno, with the path removed */
VR_MUST_CHECK
int vr_listener_note_path(struct vr_listener *listener);

/** Remove that file, if it stands there still.  The socket must be open: it
 *  keeps the number of its inode from another file. */
void vr_listener_remove_path(const struct vr_listener *listener);

#endif
