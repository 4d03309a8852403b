/* SPDX-License-Identifier: MIT */
/**
 * @file test_shared.c
 * Tests of io/shared.h: a broadcast, counted.
 */
#include <vreactor/io/shared.h>

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/copied.h>
#include <vreactor/base/err.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { CLIENTS = 100, LEN = 1000, THREADS = 4, ROUNDS = 1000 };

static struct vr_test_env memory;
static struct vr_reactor *reactor;
static char bytes[LEN];
static int closed;

static struct client {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
    int peer;
} clients[CLIENTS];

static size_t take(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static const struct vr_consumer_ops taking = {.consume = take};

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)chain, (void)why;
    closed++;
}

static void connect_client(struct client *client)
{
    int ends[2];

    vr_chain_init(&client->chain, reactor, on_closed);
    check_int(vr_socket_init(&client->socket, reactor, NULL), 0);
    vr_agent_init(&client->agent, reactor, &taking);
    check_int(vr_chain(&client->chain, &client->socket.element,
                       &client->agent.element),
              0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&client->socket, ends[0], NULL), 0);
    client->peer = ends[1];
}

static int share(struct vr_shared *shared)
{
    int err = 0;

    for (int i = 0; i < CLIENTS && !err; i++)
        err = vr_writer_share(&clients[i].agent.writer, shared);
    return err;
}

static void check_received(void)
{
    char got[LEN];

    for (int i = 0; i < CLIENTS; i++) {
        check_int(recv(clients[i].peer, got, LEN, MSG_DONTWAIT), LEN);
        check_int(memcmp(got, bytes, LEN), 0);
    }
}

static void broadcast(void)
{
    struct vr_shared *shared = vr_shared_new(&memory.env, bytes, LEN);

    check_int(share(shared), 0);
    vr_shared_unref(shared);
    turn_some(reactor, 2);
    check_received();
}

static void set_up(void)
{
    closed = 0;
    for (int i = 0; i < LEN; i++)
        bytes[i] = (char)i;
    vr_test_env_init(&memory, VR_SEC);
    vr_test_sys_reset();
    reactor = session_reactor(&memory.env);
    for (int i = 0; i < CLIENTS; i++)
        connect_client(&clients[i]);
    broadcast();
    vr_test_sys_reset();
}

static void tear_down(void)
{
    for (int i = 0; i < CLIENTS; i++)
        vr_chain_close(&clients[i].chain, NULL);
    turn_until(reactor, closed == CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        check_int(close(clients[i].peer), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&memory), 0);
}

/* promise links-43 */
TEST(shared, bytes_are_copied_and_allocated_once_however_many_writers)
{
    set_up();
    int64_t allocations = vr_test_allocations(&memory);
    int64_t blocks = vr_test_blocks(&memory);
    uint64_t copied = vr_copied();
    broadcast();
    check_int(vr_copied() - copied, LEN);
    check_int(vr_test_allocations(&memory) - allocations, 1);
    check_int(vr_test_blocks(&memory), blocks);
    check_int(vr_test_sys_count(VR_TEST_SYS_SENDMSG), CLIENTS);
    tear_down();
}

/* promise links-43 */
TEST(shared, bytes_may_outlive_their_reactor)
{
    vr_test_env_init(&memory, VR_SEC);
    reactor = session_reactor(&memory.env);
    struct vr_shared *shared =
        vr_shared_new(vr_reactor_env(reactor), bytes, LEN);
    check(shared);
    check_int(vr_reactor_free(reactor), 0);
    vr_shared_unref(shared);
    check_int(vr_test_blocks(&memory), 0);
}

TEST(shared, bytes_without_memory_are_not_written)
{
    set_up();
    vr_test_fail_allocation(&memory, 1, 1);
    struct vr_shared *none = vr_shared_new(&memory.env, bytes, LEN);
    check(!none);
    check(!vr_shared_ref(none));
    check_int(share(none), -ENOMEM);
    vr_shared_unref(none);
    check(!vr_shared_new(&memory.env, bytes, SIZE_MAX));
    tear_down();
}

TEST(shared, bytes_that_a_writer_refuses_stay_the_callers)
{
    set_up();
    struct vr_shared *shared = vr_shared_new(&memory.env, bytes, LEN);
    vr_writer_end(&clients[0].agent.writer);
    check_int(share(shared), -VR_ECLOSED);
    vr_shared_unref(shared);
    tear_down();
}

/* promise links-46 */
TEST(shared, bytes_are_written_beyond_the_limit_which_is_told)
{
    struct vr_writer *writer = &clients[1].agent.writer;

    set_up();
    struct vr_shared *shared = vr_shared_new(&memory.env, bytes, LEN);
    vr_writer_set_limit(writer, 2 * LEN);
    check_int(vr_writer_share(writer, shared), 0);
    check_int(vr_writer_share(writer, shared), 1);
    check_int(vr_writer_share(writer, shared), 1);
    check_int(vr_writer_text(writer, "x"), -EAGAIN);
    check_int(writer->queue.len, 3 * LEN);
    vr_shared_unref(shared);
    tear_down();
}

TEST(shared, bytes_may_be_none)
{
    set_up();
    struct vr_shared *none = vr_shared_new(&memory.env, NULL, 0);
    check_int(share(none), 0);
    vr_shared_unref(none);
    check_int(vr_test_sys_count(VR_TEST_SYS_SENDMSG), 0);
    tear_down();
}

/* ---- threads ---- */

static void *take_and_give(void *shared)
{
    for (int i = 0; i < ROUNDS; i++)
        vr_shared_unref(vr_shared_ref(shared));
    vr_shared_unref(shared);
    return NULL;
}

/* promise links-43 */
TEST(shared, bytes_are_counted_on_any_thread)
{
    pthread_t threads[THREADS];

    set_up();
    struct vr_shared *shared = vr_shared_new(&memory.env, bytes, LEN);
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_create(&threads[i], NULL, take_and_give,
                                 vr_shared_ref(shared)),
                  0);
    vr_shared_unref(shared);
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    tear_down();
}
