/* SPDX-License-Identifier: MIT */
/**
 * @file test_idle_size.c
 * What a connection holds that is idle: its structs, which have room to grow,
 * and of the heap nothing but its place in the table of descriptors.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vreactor/vreactor.h>

#include "tests/support/session.h"

#ifdef __GLIBC__
#include <malloc.h>
#else
#define malloc_usable_size(block) ((size_t)0)
#endif

/* A pair of connections, by descriptors that are as dense as those that a
 * listener accepts. */
enum { CONNECTIONS = 1000, MESSAGES = 2, LEN = 64, OTHERS = 8 };

/* A block, and the word that the heap has before it. */
enum { MOST = 832, WORD = sizeof(size_t) };

struct idle {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
};

#if defined(__LP64__)
_Static_assert(sizeof(struct vr_chain) <= 160, "with the address of the peer");
_Static_assert(sizeof(struct vr_socket) <= 376, "with a window of options");
_Static_assert(sizeof(struct vr_agent) <= 256, "with a writer");
_Static_assert(sizeof(struct vr_connection) <= 824, "with all of them");
#endif

static struct vr_reactor *reactor;
static struct idle *idle[CONNECTIONS];
static size_t held; /* by the heap */
static size_t received, closed;

static size_t size_of(void *block)
{
    return block ? malloc_usable_size(block) + WORD : 0;
}

static void *resize(void *ctx, void *old, size_t size)
{
    size_t was = size_of(old);
    void *block = NULL;

    (void)ctx;
    if (size)
        block = realloc(old, size);
    else
        free(old);
    if (block || !size)
        held += size_of(block) - was;
    return block;
}

static void write_one(struct idle *one)
{
    static const char message[LEN];

    check_int(vr_writer_write(&one->agent.writer, message, LEN), 0);
}

/* What comes goes back, until it was exchanged often enough. */
static size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer)
{
    received += offer->len;
    if (received < (size_t)2 * MESSAGES * LEN)
        write_one(vr_container_of(in, struct idle, agent.inbound));
    return offer->len;
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    resize(NULL, vr_container_of(chain, struct idle, chain), 0);
    closed++;
}

static struct idle *new_idle(void)
{
    static const struct vr_consumer_ops taking = {.consume = on_bytes};
    struct idle *one = resize(NULL, NULL, sizeof(*one));

    check(one);
    vr_chain_init(&one->chain, reactor, on_closed);
    vr_agent_init(&one->agent, reactor, &taking);
    check_int(vr_socket_init(&one->socket, reactor, NULL), 0);
    check_int(vr_chain(&one->chain, &one->socket.element, &one->agent.element),
              0);
    return one;
}

/* Two that have talked to each other. */
static void open_pair(struct idle **pair)
{
    received = 0;
    pair[0] = new_idle();
    pair[1] = new_idle();
    check_int(vr_socket_pair(&pair[0]->socket, &pair[1]->socket), 0);
    write_one(pair[0]);
    turn_until(reactor, received == (size_t)2 * MESSAGES * LEN);
}

static void close_pair(struct idle **pair)
{
    closed = 0;
    vr_chain_close(&pair[0]->chain, NULL);
    turn_until(reactor, closed == 2);
}

/* So many more, with numbers for which the reactor's table need not double
 * again. */
static bool has_descriptors(void)
{
    struct rlimit limit;
    int next = dup(0);

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return next >= 0 && !close(next) && next + CONNECTIONS + OTHERS <= 1024 &&
           limit.rlim_max >= 1024;
}

/* Over epoll, as what poll and others have to keep is the selector's. */
static void set_up(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_env env = VR_ENV_INIT;

    env.resize = resize;
    options.env = &env;
    options.selector = "epoll";
#ifndef __GLIBC__
    test_skip("nobody knows how much the heap holds");
#endif
    if (!vr_selector_find("epoll"))
        test_skip("no epoll");
    if (!has_descriptors())
        test_skip("there are too few descriptors left");
    check_int(vr_reactor_new(&options, &reactor), 0);
}

TEST(idle_size, of_a_connection_is_that_of_its_structs)
{
    set_up();
    open_pair(idle); /* it brings what all share */
    close_pair(idle);
    size_t before = held;

    for (int i = 0; i < CONNECTIONS; i += 2)
        open_pair(idle + i);
    size_t each = (held - before) / CONNECTIONS;
    check(each >= sizeof(struct idle));
    if (each > MOST)
        test_fail(__FILE__, __LINE__, "%zu bytes, not %d", each, (int)MOST);

    for (int i = 0; i < CONNECTIONS; i += 2)
        close_pair(idle + i);
    check_int(vr_reactor_free(reactor), 0);
    check_int(held, 0);
}
