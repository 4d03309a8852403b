/* SPDX-License-Identifier: MIT */
/**
 * @file session_pair.h
 * Two sessions over a pair of sockets, on one reactor.
 */
#ifndef VR_TESTS_SESSION_PAIR_H
#define VR_TESTS_SESSION_PAIR_H

#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session, other;

/** They are connected, and both know it. */
static inline void set_up_pair(void)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    turn_until(reactor, session.peer[0] && other.peer[0]);
}

static inline void tear_down(void)
{
    session_close(&session);
    session_close(&other);
    check_int(vr_reactor_free(reactor), 0);
}

#endif
