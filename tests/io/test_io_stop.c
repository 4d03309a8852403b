/* SPDX-License-Identifier: MIT */
/**
 * @file test_io_stop.c
 * A stop lets no other callback begin, also where one event has many to call;
 * what they were to hear waits for the next run.
 */
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/writer.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/reactor/call.h>

#include "tests/io/link_fixture.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

enum { CLIENTS = 20 };

static struct vr_reactor *reactor;

static void run(void)
{
    check_int(vr_reactor_run(reactor), 0);
}

/* ---- accepting ---- */

static struct server server;

static void stop_it(struct server *one)
{
    vr_reactor_stop(one->reactor);
}

/* promise reactor-2 */
TEST(io_stop, a_listener_hands_out_no_other_connection)
{
    int fds[CLIENTS];

    reactor = session_reactor(NULL);
    server_open(&server, reactor, AF_INET, NULL);
    server.on_accepted = stop_it;
    for (int i = 0; i < CLIENTS; i++)
        fds[i] = raw_connect(server_place(&server));

    for (int i = 1; i <= CLIENTS; i++) {
        run();
        check_int(server.accepted, i);
    }
    for (int i = 0; i < CLIENTS; i++)
        check_int(close(fds[i]), 0);
    server_close(&server);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- a socket ---- */

static struct session session;
static int heard_data;
static enum session_word stop_word;

enum { A_READ = 1000 };

static void stop_at_word(struct session *one, enum session_word word)
{
    heard_data += word == HEARD_DATA;
    vr_link_grant(&one->agent.inbound, A_READ);
    if (word == stop_word)
        vr_reactor_stop(one->chain.reactor);
}

static int adopt_in(const struct vr_env *env, enum session_word word)
{
    int ends[2];

    reactor = session_reactor(env);
    session_init(&session, reactor, NULL);
    session.hear = stop_at_word;
    session_narrow(&session, A_READ);
    stop_word = word;
    heard_data = 0;
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    return ends[1];
}

static int adopt(enum session_word word)
{
    return adopt_in(NULL, word);
}

static void close_all(int fd)
{
    check_int(close(fd), 0);
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise reactor-2 */
TEST(io_stop, a_socket_reads_no_more)
{
    static const unsigned char data[2 * A_READ];

    int fd = adopt(HEARD_DATA);
    raw_send(fd, data, sizeof(data));
    run();
    check_int(heard_data, 1);
    run();
    check_int(session.received, sizeof(data));
    close_all(fd);
}

/* promise reactor-2 */
TEST(io_stop, a_socket_that_is_connected_gives_no_data_yet)
{
    int fd = adopt(HEARD_CONNECTED);

    raw_send(fd, "data", 4);
    run();
    check_str(session.story, "connected ");
    turn_until(reactor, session.received == 4);
    close_all(fd);
}

/* The stop comes from elsewhere, between two reads. */
static ssize_t stop_and_read(int fd, void *data, size_t len, int flags)
{
    ssize_t got = recv(fd, data, len, flags);

    if (heard_data == 1 && got > 0)
        vr_reactor_stop(reactor);
    return got;
}

/* promise reactor-2 */
TEST(io_stop, what_a_socket_read_when_the_stop_came_is_not_forgotten)
{
    static const unsigned char data[A_READ + 1];
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;

    sys.recv = stop_and_read;
    env.sys = &sys;
    int fd = adopt_in(&env, HEARD_CLOSED);
    raw_send(fd, data, sizeof(data));
    run();
    check_int(session.received, A_READ);
    turn_until(reactor, session.received == sizeof(data));
    close_all(fd);
}

/* ---- a link ---- */

static struct vr_producer sender;
static struct receiver receiver;
static size_t took;

static void grant_and_stop(struct receiver *to)
{
    vr_link_grant(&to->in, ALL);
    vr_reactor_stop(reactor);
}

static void offer_all(struct vr_call *call)
{
    (void)call;
    took = put(&sender, "abcdef");
}

static void offer_in_a_run(void)
{
    struct vr_call call;

    receiver.inside = grant_and_stop;
    heard[0] = '\0';
    vr_call_init(&call, reactor, offer_all);
    vr_call_after(&call, 0);
    run();
    check_int(took, 3);
    check_heard("[abc] r ");
}

static void set_up_link(void)
{
    reactor = session_reactor(NULL);
    vr_producer_init(&sender, reactor, &sender_ops);
    receiver = receiver_of(3);
}

static void tear_down_link(void)
{
    vr_producer_fini(&sender);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise reactor-2 */
TEST(io_stop, a_consumer_is_offered_no_more_before_the_next_run)
{
    set_up_link();
    check_int(vr_link_attach(&sender, &receiver.in), 0);
    offer_in_a_run();
    check_int(vr_link_window(&sender), 0);
    turn_some(reactor, 1);
    check_heard("r ");
    check_int(vr_link_window(&sender), ALL);
    check_int(put(&sender, "def"), 3);
    check_heard("[def] ");
    tear_down_link();
}

/* promise reactor-2 */
TEST(io_stop, one_behind_a_filter_is_offered_no_more_either)
{
    struct vr_stage stage;

    set_up_link();
    vr_stage_init(&stage, reactor, NULL, NULL);
    check_int(vr_link_attach(&sender, &stage.in), 0);
    check_int(vr_link_attach(&stage.out, &receiver.in), 0);
    offer_in_a_run();
    turn_some(reactor, 2);
    check_int(vr_link_window(&sender), ALL);
    check_int(put(&sender, "def"), 3);
    heard[0] = '\0';
    vr_producer_fini(&stage.out);
    tear_down_link();
}

/* A pause of the consumer's own is not ended by the loop. */
TEST(io_stop, one_that_pauses_stays_so)
{
    set_up_link();
    check_int(vr_link_attach(&sender, &receiver.in), 0);
    offer_in_a_run();
    vr_link_pause(&receiver.in);
    turn_some(reactor, 2);
    check_int(vr_link_window(&sender), 0);
    vr_link_resume(&receiver.in);
    check_int(vr_link_window(&sender), ALL);
    heard[0] = '\0';
    tear_down_link();
}

static struct receiver successor;

static void give_way_to_one_that_pauses(struct receiver *to)
{
    vr_link_detach(&sender);
    successor = receiver_of(3);
    check_int(vr_link_attach(&sender, &successor.in), 0);
    vr_link_pause(&successor.in);
    vr_reactor_stop(reactor);
    to->take = 0;
}

static void offer_record(struct vr_call *call)
{
    (void)call;
    took = put_record(&sender, "abc");
}

/* promise links-3 */
TEST(io_stop, one_that_pauses_in_the_place_of_another_stays_so)
{
    struct vr_call call;

    set_up_link();
    check_int(vr_link_attach(&sender, &receiver.in), 0);
    receiver.take = 0;
    receiver.inside = give_way_to_one_that_pauses;
    vr_call_init(&call, reactor, offer_record);
    vr_call_after(&call, 0);
    run();
    check_int(took, 0);
    turn_some(reactor, 2);
    check_int(vr_link_window(&sender), 0);
    vr_link_resume(&successor.in);
    check_int(vr_link_window(&sender), 3);
    heard[0] = '\0';
    tear_down_link();
}

/* ---- a writer ---- */

static int emptied;

static void on_emptied(struct vr_writer *writer)
{
    (void)writer;
    emptied++;
}

static void stop_inside(struct receiver *to)
{
    (void)to;
    vr_reactor_stop(reactor);
}

/* promise reactor-2 */
TEST(io_stop, a_writer_offers_no_other_piece_and_tells_nobody)
{
    static const struct vr_writer_ops ops = {.emptied = on_emptied};
    static char piece[100 * 1024];
    struct vr_writer writer;
    size_t first;

    reactor = session_reactor(NULL);
    receiver = receiver_of(VR_UNLIMITED);
    receiver.take = SIZE_MAX;
    receiver.inside = stop_inside;
    vr_writer_init(&writer, reactor, &ops);
    check_int(vr_link_attach(&writer.out, &receiver.in), 0);
    for (int i = 0; i < 3; i++)
        check(vr_writer_append(&writer, piece, sizeof(piece)) >= 0);
    (void)vr_buffer_front(&writer.queue, &first);
    check(first < writer.queue.len);

    size_t all = writer.queue.len;
    run();
    check_int(writer.queue.len, all - first);
    receiver.inside = stop_inside;
    run();
    check_int(emptied, 0);
    turn_some(reactor, 2);
    check_int(writer.queue.len, 0);
    check(emptied > 0);
    vr_writer_fini(&writer);
    check_int(vr_reactor_free(reactor), 0);
}
