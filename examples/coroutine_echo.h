/* SPDX-License-Identifier: MIT */
/**
 * @file coroutine_echo.h
 * Example: a listener that gives back each line it is sent, by a coroutine for
 * each guest, written as if there were no other.
 */
#ifndef VR_EXAMPLES_COROUTINE_ECHO_H
#define VR_EXAMPLES_COROUTINE_ECHO_H

#include <vreactor/io/listener.h>

/** Listen at @p place, to which a port is added that the kernel chose.
 *  @return as vr_listener_open() */
int coroutine_echo_open(struct vr_listener *listener,
                        struct vr_reactor *reactor, struct vr_peer *place);

#endif
