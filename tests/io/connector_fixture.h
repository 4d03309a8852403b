/* SPDX-License-Identifier: MIT */
/**
 * @file connector_fixture.h
 * Connectors that remember how it went.
 */
#ifndef VR_TESTS_IO_CONNECTOR_FIXTURE_H
#define VR_TESTS_IO_CONNECTOR_FIXTURE_H

#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/wire/connector.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

struct attempt {
    void (*then)(struct attempt *attempt); /* called by `done`; NULL: nothing */
    struct vr_connector connector;
    int done; /* how often it was called */
    int fd;
    struct vr_end why;
};

static inline void attempt_is_done(struct vr_connector *connector, int fd,
                                   const struct vr_end *why)
{
    struct attempt *attempt =
        vr_container_of(connector, struct attempt, connector);

    check(!vr_connector_is_connecting(connector));
    check_int(why->stage, VR_STAGE_CONNECT);
    check((fd >= 0) == (why->kind == VR_END_NONE));
    attempt->done++;
    attempt->fd = fd;
    vr_end_keep(&attempt->why, why);
    if (attempt->then)
        attempt->then(attempt);
}

static inline void attempt_init(struct attempt *attempt,
                                struct vr_reactor *reactor)
{
    *attempt = (struct attempt){.fd = -1};
    vr_connector_init(&attempt->connector, reactor, attempt_is_done);
}

static inline void attempt_begin(struct attempt *attempt,
                                 struct vr_reactor *reactor,
                                 const struct vr_address *peer)
{
    attempt_init(attempt, reactor);
    check_int(vr_connector_start(&attempt->connector, peer, NULL), 0);
    check_int(attempt->done, 0); /* not inside the call */
    check(vr_connector_is_connecting(&attempt->connector));
}

/* An address where nobody listens. */
static inline void place_of_nobody(int family, struct vr_address *ret_place)
{
    raw_close_listening(raw_listen(family, ret_place));
}

#endif
