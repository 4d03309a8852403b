/* SPDX-License-Identifier: MIT */
/**
 * @file test_server.c
 * Tests of io/wire/server.h: what it makes of who comes, how many there may be,
 * and how they end.
 */
#include "tests/io/server_fixture.h"

enum { LOTS = 4 * 1024 * 1024 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct host host;

static void set_up(int family, const struct vr_server_options *options)
{
    struct vr_server_options sized = host_options();

    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    host_open(&host, reactor, family, options ? options : &sized);
}

/* Nothing is left of a server that has closed. */
static void tear_down(void)
{
    vr_server_close(&host.server);
    turn_until(reactor, host.ended > 0);
    turn_some(reactor, 2);
    check_int(host.ended, 1);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- who comes ---- */

/* promise servers-1 */
/* promise servers-2 */
TEST(server, makes_connections_counts_them_and_frees_them)
{
    int fds[3];

    set_up(AF_INET, NULL);
    for (int i = 0; i < 3; i++) {
        fds[i] = host_connect(&host);
        host_check_echo(&host, fds[i]);
    }
    check_int(vr_server_count(&host.server), 3);
    check_int(close(fds[1]), 0);
    turn_until(reactor, host.gone == 1);
    check_int(vr_server_count(&host.server), 2);
    fds[1] = host_connect(&host); /* in memory that is all 0, see there */
    for (int i = 0; i < 3; i++) {
        host_check_echo(&host, fds[i]);
        check_int(close(fds[i]), 0);
    }
    turn_until(reactor, host.gone == 4);
    check_int(vr_server_count(&host.server), 0);
    tear_down();
}

TEST(server, tells_of_its_connections_in_the_order_in_which_they_came)
{
    struct vr_connection *each = NULL;
    int fds[4], number = 0;

    set_up(AF_UNIX, NULL);
    check(!vr_server_next(&host.server, NULL));
    for (int i = 0; i < 4; i++)
        fds[i] = host_connect(&host);
    check_int(close(fds[0]), 0);
    turn_until(reactor, host.gone == 1);
    while ((each = vr_server_next(&host.server, each)))
        check_int(guest_of(each)->number, ++number + 1);
    check_int(number, 3);
    for (int i = 1; i < 4; i++)
        check_int(close(fds[i]), 0);
    tear_down();
}

TEST(server, tells_where_it_listens)
{
    char text[VR_ADDRESS_TEXT_SIZE];

    set_up(AF_INET, NULL);
    check(vr_address_port(vr_server_local(&host.server)) > 0);
    check_str(
        vr_server_text(&host.server),
        vr_address_format(vr_server_local(&host.server), text, sizeof(text)));
    tear_down();
}

/* A connection is all there is where no size was given. */
static size_t drop(struct vr_connection *connection,
                   const struct vr_offer *offer)
{
    (void)connection;
    return offer->len;
}

static const struct vr_server_ops dropping = {.connection.consume = drop};

TEST(server, needs_no_hook_but_consume)
{
    struct vr_server server;
    struct vr_address place;

    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    raw_place(AF_INET, &place);
    check_int(vr_server_open(&server, reactor, &place, NULL, &dropping), 0);
    int first = raw_connect(vr_server_local(&server));
    int second = raw_connect(vr_server_local(&server));
    turn_until(reactor, vr_server_count(&server) == 2);
    raw_send(first, "x", 1);
    check_int(close(first), 0);
    turn_until(reactor, vr_server_count(&server) == 1);
    vr_server_finish(&server);
    turn_until(reactor, raw_is_readable(second));
    check_int(raw_read(second, &(char){0}, 1), 0);
    check_int(close(second), 0);
    turn_until(reactor, vr_server_count(&server) == 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* ---- the limit ---- */

/* promise servers-3 */
TEST(server, lets_others_wait_until_one_of_the_most_has_closed)
{
    struct vr_server_options options = host_options();
    int fds[4];

    options.limit = 2;
    set_up(AF_INET, &options);
    for (int i = 0; i < 4; i++)
        fds[i] = raw_connect(vr_server_local(&host.server));
    turn_until(reactor, host.accepted == 2);
    turn_some(reactor, 5);
    check_int(host.accepted, 2);
    for (int i = 0; i < 2; i++) {
        check_int(close(fds[i]), 0);
        turn_until(reactor, host.accepted == 3 + i);
        turn_some(reactor, 5);
        check_int(host.accepted, 3 + i);
        check_int(vr_server_count(&host.server), 2);
    }
    host_check_echo(&host, fds[3]);
    check_int(close(fds[2]), 0);
    check_int(close(fds[3]), 0);
    tear_down();
}

/* ---- the end in order ---- */

static void write_lots(struct host *self, struct vr_connection *connection)
{
    static char lots[LOTS];
    int fd = vr_socket_fd(&connection->socket), size = 64 * 1024;

    (void)self;
    check_int(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
    check_int(vr_connection_write(connection, lots, sizeof(lots)), 0);
}

/* promise servers-4 */
TEST(server, waits_for_a_slow_peer_when_it_finishes)
{
    static char got[LOTS + 1];
    int end;

    host = (struct host){.in = HOST_ACCEPTED, .act = write_lots};
    set_up(AF_INET, NULL);
    int slow = host_connect(&host);
    host.in = HOST_NONE;
    int other = host_connect(&host);
    vr_server_finish(&host.server);
    host_check_end(&host, other, 0);
    turn_until(reactor, host.gone > 0);
    turn_some(reactor, 20);
    check_int(vr_server_count(&host.server), 1);
    check_int(host.ended, 0);

    check_int(session_read_all(reactor, slow, got, sizeof(got), &end), LOTS);
    check_int(end, 0);
    check_int(close(slow), 0);
    turn_until(reactor, host.ended == 1);
    check_int(host.err, 0);
    tear_down();
}

/* promise servers-4 */
TEST(server, accepts_nobody_once_it_finishes)
{
    set_up(AF_UNIX, NULL);
    int late = raw_connect(vr_server_local(&host.server));
    vr_server_finish(&host.server);
    check(access(raw_path(), F_OK) < 0);
    check_int(host.ended, 0); /* not inside the call */
    turn_until(reactor, host.ended == 1);
    check_int(host.accepted, 0);
    check_int(host.err, 0);
    check_int(close(late), 0);
    tear_down();
}

/* promise servers-5 */
TEST(server, asks_each_connection_once_to_finish_and_waits_for_it)
{
    int fds[2];

    host = (struct host){.keeps = true};
    set_up(AF_INET, NULL);
    fds[0] = host_connect(&host);
    fds[1] = host_connect(&host);
    vr_server_finish(&host.server);
    vr_server_finish(&host.server);
    check_int(host.finished, 0); /* from the loop */
    turn_until(reactor, host.finished == 2);
    vr_server_finish(&host.server);
    for (int i = 0; i < 2; i++) {
        host_check_echo(&host, fds[i]);
        check_int(host.ended, 0);
        check_int(close(fds[i]), 0);
        turn_until(reactor, host.gone == i + 1);
    }
    turn_until(reactor, host.ended == 1);
    check_int(host.finished, 2);
    tear_down();
}

/* promise servers-6 */
TEST(server, closes_what_has_not_finished_in_time)
{
    struct vr_server_options options = host_options();

    host = (struct host){.keeps = true};
    options.drain_time = 10 * VR_SEC;
    set_up(AF_INET, &options);
    int fd = host_connect(&host);
    vr_server_finish(&host.server);
    turn_until(reactor, host.finished == 1);
    vr_test_advance(&test, 10 * VR_SEC - 1);
    turn_some(reactor, 3);
    check_int(host.gone, 0);
    vr_test_advance(&test, 1);
    turn_until(reactor, host.gone == 1 && host.ended == 1);
    check_int(host.err, 0);
    check_int(close(fd), 0);
    tear_down();
}

static void check_timeout(struct host *self, struct vr_connection *connection)
{
    (void)connection;
    check_int(self->why.kind, VR_END_TIMEOUT);
    check_int(self->why.stage, VR_STAGE_SHUTDOWN);
}

/* promise servers-6 */
TEST(server, tells_a_connection_that_its_time_was_over)
{
    struct vr_server_options options = host_options();

    host = (struct host){
        .keeps = true, .in = HOST_GUEST_CLOSED, .act = check_timeout};
    options.drain_time = 1;
    set_up(AF_UNIX, &options);
    int fd = host_connect(&host);
    vr_server_finish(&host.server);
    vr_test_advance(&test, 1);
    turn_until(reactor, host.ended == 1);
    check_int(host.gone, 1);
    check_int(close(fd), 0);
    tear_down();
}

/* ---- the end at once ---- */

/* promise servers-7 */
TEST(server, closes_at_once_and_drops_what_is_queued)
{
    host = (struct host){.in = HOST_ACCEPTED, .act = write_lots};
    set_up(AF_INET, NULL);
    int fd = host_connect(&host);
    vr_server_close(&host.server);
    vr_server_close(&host.server);
    vr_server_finish(&host.server);
    check_int(host.gone + host.ended, 0); /* not inside the call */
    turn_until(reactor, host.ended == 1);
    check_int(host.gone, 1);
    check_int(host.finished, 0);
    check_int(host.err, 0);
    host_check_end(&host, fd, -ECONNRESET);
    tear_down();
}

/* promise servers-7 */
TEST(server, may_be_closed_while_it_finishes)
{
    host = (struct host){.keeps = true};
    set_up(AF_INET, NULL);
    int fd = host_connect(&host);
    vr_server_finish(&host.server);
    vr_server_close(&host.server);
    turn_until(reactor, host.ended == 1);
    check_int(host.finished, 0);
    check_int(host.gone, 1);
    check_int(close(fd), 0);
    tear_down();
}

TEST(server, that_was_never_open_may_be_closed)
{
    struct vr_server never = {.count = 0};

    vr_server_close(&never);
    vr_server_finish(&never);
    check_int(vr_server_run(&never), -VR_ECLOSED);
}

/* ---- from hooks ---- */

static void close_server(struct host *self, struct vr_connection *connection)
{
    (void)connection;
    vr_server_close(&self->server);
}

static void finish_server(struct host *self, struct vr_connection *connection)
{
    (void)connection;
    vr_server_finish(&self->server);
}

/* Connections close before it, and their clients then see an end. */
static void check_from(enum host_hook hook,
                       void (*act)(struct host *self,
                                   struct vr_connection *connection))
{
    int fds[3];

    host = (struct host){.in = hook, .act = act};
    set_up(AF_INET, NULL);
    for (int i = 0; i < 3; i++)
        fds[i] = raw_connect(vr_server_local(&host.server));
    turn_until(reactor, host.accepted == (hook == HOST_ACCEPTED ? 1 : 3));
    if (hook == HOST_BYTES)
        raw_send(fds[0], "x", 1);
    if (hook == HOST_GUEST_CLOSED)
        check_int(shutdown(fds[0], SHUT_WR), 0);
    if (hook == HOST_FINISH)
        vr_server_finish(&host.server);
    turn_until(reactor, host.ended == 1);
    check_int(host.err, 0);
    for (int i = 0; i < 3; i++)
        check_int(close(fds[i]), 0);
    tear_down();
}

TEST(server, may_be_closed_from_any_hook)
{
    for (enum host_hook hook = HOST_ACCEPTED; hook <= HOST_GUEST_CLOSED; hook++)
        check_from(hook, close_server);
}

TEST(server, may_be_finished_from_any_hook)
{
    for (enum host_hook hook = HOST_ACCEPTED; hook <= HOST_GUEST_CLOSED; hook++)
        check_from(hook, finish_server);
}

static void open_again(struct host *self, struct vr_connection *connection)
{
    struct vr_server_options options = host_options();

    (void)connection;
    self->in = HOST_NONE;
    host_open(self, reactor, AF_UNIX, &options);
}

/* promise servers-13 */
TEST(server, may_be_opened_again_once_it_is_closed)
{
    host = (struct host){.in = HOST_CLOSED, .act = open_again};
    set_up(AF_UNIX, NULL);
    int fd = host_connect(&host);
    vr_server_close(&host.server);
    turn_until(reactor, host.ended == 1);
    check_int(close(fd), 0);
    fd = host_connect(&host);
    host_check_echo(&host, fd);
    check_int(close(fd), 0);
    host.ended = 0;
    tear_down();
}
