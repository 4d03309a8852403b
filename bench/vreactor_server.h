/* SPDX-License-Identifier: MIT */
/**
 * @file vreactor_server.h
 * What servers over this library share.
 */
#ifndef BENCH_VREACTOR_SERVER_H
#define BENCH_VREACTOR_SERVER_H

#include <vreactor/io/name/address.h>
#include <vreactor/io/wire/listener.h>

/** Make a reactor and a listener at @p port, and run. */
void vreactor_serve(int port, const struct vr_listener_ops *ops);

/** 127.0.0.1 and @p port. */
struct vr_address vreactor_place(int port);

#endif
