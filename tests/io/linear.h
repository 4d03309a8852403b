/* SPDX-License-Identifier: MIT */
/**
 * @file linear.h
 * Whoever cuts bytes into crumbs costs us no more than their number: of N bytes
 * read at most 4 N are copied, in at most 2 log N allocations.
 */
#ifndef VR_TESTS_IO_LINEAR_H
#define VR_TESTS_IO_LINEAR_H

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/copied.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static const size_t crumbs[] = {1, 16, 1460};

enum { CRUMBS = 3, MEBIBYTE = 1 << 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static unsigned char *bytes; /* to be sent */
static size_t total;
static uint64_t copied;
static int64_t allocations;

/* ---- counting ---- */

static inline void begin_to_count(void)
{
    copied = vr_copied();
    allocations = vr_test_allocations(&test);
}

static inline int logarithm(size_t number)
{
    int log = 0;

    while (number >>= 1)
        log++;
    return log;
}

/* Nothing is gathered without being copied: else it is not counted. */
static inline void check_linear(void)
{
    check(vr_copied() - copied >= total);
    check(vr_copied() - copied <= 4 * total);
    check(vr_test_allocations(&test) - allocations <= 2 * logarithm(total));
}

/* ---- a peer that sends ---- */

/* As many bytes as take a few thousand crumbs. */
static inline void set_up(size_t crumb)
{
    size_t most = test_light() ? 2000 : 20000;

    total = crumb * most < MEBIBYTE ? crumb * most : 4 * (size_t)MEBIBYTE;
    bytes = malloc(total + 1);
    check(bytes != NULL);
    memset(bytes, 'x', total);
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
}

static inline void tear_down(void)
{
    vr_test_sys_limit(0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
    free(bytes);
}

/* ---- an agent joined to a socket ---- */

static struct session session;
static int offers;

static inline size_t count_offers(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    (void)in;
    offers++;
    return offer->len == total ? total : 0;
}

static const struct vr_consumer_ops counting = {.consume = count_offers};

/* @return the peer */
static inline int set_up_agent(size_t crumb,
                               const struct vr_socket_options *options)
{
    int ends[2];

    set_up(crumb);
    session_init(&session, reactor, options);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    turn_some(reactor, 2);
    vr_test_sys_limit(crumb);
    offers = 0;
    return ends[1];
}

static inline void tear_down_agent(int peer)
{
    session_close(&session);
    check_int(close(peer), 0);
    tear_down();
}

#endif
