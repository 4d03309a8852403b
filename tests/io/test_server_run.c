/* SPDX-License-Identifier: MIT */
/**
 * @file test_server_run.c
 * Tests of io/wire/server.h: a program that is a server, what signals do to it,
 * and ends that nobody asked for.
 */
#include "tests/io/server_fixture.h"

#include <signal.h>

#include <vreactor/reactor/post.h>

#include "tests/support/child.h"
#include "tests/support/tested.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct host host;

static void set_up_over(struct vr_reactor *over,
                        const struct vr_server_options *options)
{
    note_signals();
    reactor = over;
    host_open(&host, reactor, AF_INET, options);
}

static void set_up(const struct vr_server_options *options)
{
    vr_test_env_init(&test, VR_SEC);
    set_up_over(session_reactor(&test.env), options);
}

static void tear_down(void)
{
    check_int(host.ended, 1);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static struct vr_server_options with_signals(void)
{
    struct vr_server_options options = host_options();

    options.signals = true;
    return options;
}

/* ---- running ---- */

static void finish_it(struct vr_post *post)
{
    (void)post;
    vr_server_finish(&host.server);
}

static void stop_it(struct vr_post *post)
{
    (void)post;
    vr_reactor_stop(reactor);
}

/* promise servers-8 */
TEST(server_run, returns_when_the_server_has_finished)
{
    static struct vr_post stop = {.run = stop_it}, finish = {.run = finish_it};
    struct vr_server_options options = host_options();

    set_up(&options);
    int fd = host_connect(&host);
    vr_reactor_post(reactor, &stop);
    check_int(vr_server_run(&host.server), 0);
    check_int(host.ended, 0); /* something else has stopped it */
    host_check_echo(&host, fd);
    vr_reactor_post(reactor, &finish);
    check_int(vr_server_run(&host.server), 0);
    check_int(host.ended, 1);
    check_int(vr_server_run(&host.server), -VR_ECLOSED);
    check_int(close(fd), 0);
    tear_down();
}

/* ---- signals ---- */

static void check_finished_by(int number)
{
    struct vr_server_options options = with_signals();

    host = (struct host){.keeps = false};
    set_up(&options);
    check(!is_as_before(SIGINT) && !is_as_before(SIGTERM));
    int fd = host_connect(&host);
    raw_send(fd, "x", 1);
    turn_until(reactor, raw_is_readable(fd));
    check_int(kill(getpid(), number), 0);
    check_int(vr_server_run(&host.server), 0);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));
    check_int(host.finished, 1);
    check_int(raw_read(fd, (char[2]){0}, 2), 1); /* and the end */
    check_int(close(fd), 0);
    tear_down();
}

/* promise servers-9 */
TEST(server_run, is_finished_by_a_signal)
{
    check_finished_by(SIGTERM);
    check_finished_by(SIGINT);
}

/* promise servers-9 */
TEST(server_run, is_closed_by_a_second_interrupt_and_by_no_second_sigterm)
{
    struct vr_server_options options = with_signals();

    host = (struct host){.keeps = true};
    set_up(&options);
    int fd = host_connect(&host);
    for (int i = 0; i < 2; i++) {
        check_int(kill(getpid(), SIGTERM), 0);
        turn_until(reactor, host.finished == 1);
        host_check_echo(&host, fd);
    }
    check_int(host.gone, 0);
    check_int(kill(getpid(), SIGINT), 0);
    turn_until(reactor, host.ended == 1);
    check_int(host.gone, 1);
    check_int(host.err, 0);
    check_int(close(fd), 0);
    tear_down();
}

TEST(server_run, leaves_signals_alone_unless_it_is_asked)
{
    struct vr_server_options options = host_options();

    set_up(&options);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));
    vr_server_close(&host.server);
    turn_until(reactor, host.ended == 1);
    tear_down();
}

/* ---- what cannot be opened ---- */

static int open_with(const struct vr_server_options *options,
                     const struct vr_server_ops *ops)
{
    struct vr_server *server = calloc(1, sizeof(*server));
    const struct vr_address *place = vr_server_local(&host.server);

    int err = vr_server_open(server, reactor, place, options, ops);
    vr_server_close(server);
    vr_server_finish(server);
    free(server); /* nothing has begun */
    return err;
}

/* promise servers-10 */
TEST(server_run, that_does_not_open_leaves_nothing_behind)
{
    struct vr_socket_options bad_socket = VR_SOCKET_OPTIONS_INIT;
    struct vr_listener_options bad_listener = VR_LISTENER_OPTIONS_INIT;
    struct vr_server_options good = host_options(), options;
    struct vr_server_ops ops = host_ops;

    set_up(&good);
    good.signals = true;
    check_int(open_with(&good, &host_ops), -EADDRINUSE);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));

    options = good, options.connection_size = sizeof(struct vr_connection) - 1;
    check_int(open_with(&options, &host_ops), -EINVAL);
    options.connection_size = SIZE_MAX;
    check_int(open_with(&options, &host_ops), -EINVAL);
    options = good, options.drain_time = -1;
    check_int(open_with(&options, &host_ops), -EINVAL);
    options = good, options.socket = &bad_socket;
    bad_socket.half_close = VR_HALF_CLOSE_OUTPUT + 1;
    check_int(open_with(&options, &host_ops), -EINVAL);
    options = good, options.listener = &bad_listener;
    bad_listener.backlog = -1;
    check_int(open_with(&options, &host_ops), -EINVAL);
    ops.connection.consume = NULL;
    check_int(open_with(&good, &ops), -EINVAL);

    turn_some(reactor, 3);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));
    vr_server_close(&host.server);
    turn_until(reactor, host.ended == 1);
    tear_down();
}

/* ---- ends that nobody asked for ---- */

static const struct vr_selector_ops *tested;
static struct vr_selector_ops breaking; /* as the tested one, but for two */
static int broken = -1;                 /* the descriptor that it refuses */

static int open_breaking(const struct vr_env *env, void *arg,
                         struct vr_selector **ret_sel)
{
    int err = tested->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &breaking;
    return err;
}

static int watch_breaking(struct vr_selector *sel, int fd, uint64_t key,
                          unsigned was, unsigned is)
{
    return fd == broken ? -ENOSPC : tested->watch(sel, fd, key, was, is);
}

static struct vr_reactor *breaking_reactor(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *made = NULL;

    tested = tested_kind();
    breaking = *tested;
    breaking.open = open_breaking;
    breaking.watch = watch_breaking;
    options.selector_ops = &breaking;
    vr_test_env_init(&test, VR_SEC);
    options.env = &test.env;
    check_int(vr_reactor_new(&options, &made), 0);
    return made;
}

static int refused;

static void run_again(struct vr_post *post)
{
    (void)post;
    refused = vr_server_run(&host.server);
    vr_server_finish(&host.server);
}

TEST(server_run, is_refused_while_it_runs_and_goes_on)
{
    static struct vr_post again = {.run = run_again};
    struct vr_server_options options = host_options();

    set_up(&options);
    vr_reactor_post(reactor, &again);
    check_int(vr_server_run(&host.server), 0);
    check_int(refused, -EBUSY);
    tear_down();
}

/* The limit is reached, and then it is not: so the listener is watched anew. */
/* promise servers-11 */
TEST(server_run, finishes_with_an_error_where_its_listener_breaks)
{
    struct vr_server_options options = host_options();

    options.limit = 2;
    set_up_over(breaking_reactor(), &options);
    int first = host_connect(&host);
    int second = host_connect(&host);
    host_check_echo(&host, second); /* by then the listener is not watched */
    broken = host.server.listener.fd;
    check_int(close(first), 0);
    check_int(vr_server_run(&host.server), -ENOSPC);
    broken = -1;
    check_int(vr_listener_error(&host.server.listener), -ENOSPC);
    check_int(host.err, -ENOSPC);
    check_int(host.finished, 1);
    host_check_end(&host, second, 0);
    tear_down();
}

TEST(server_run, ends_with_its_reactor_and_the_error_that_came_first)
{
    struct vr_server_options options = host_options();

    options.limit = 2;
    host = (struct host){.keeps = true};
    set_up_over(breaking_reactor(), &options);
    int first = host_connect(&host);
    int second = host_connect(&host);
    host_check_echo(&host, second);
    broken = host.server.listener.fd;
    check_int(close(first), 0);
    turn_until(reactor, host.finished == 1);
    broken = -1;
    check_int(host.ended, 0);
    check_int(vr_reactor_close(reactor), 0);
    check_int(host.err, -ENOSPC);
    check_int(close(second), 0);
    tear_down();
}

/* promise servers-11 */
TEST(server_run, ends_with_its_reactor)
{
    struct vr_server_options options = with_signals();

    set_up(&options);
    int fd = host_connect(&host);
    check_int(vr_reactor_close(reactor), 0);
    check_int(host.gone, 1);
    check_int(host.finished, 0);
    check_int(host.err, -VR_ECLOSED);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));
    check_int(close(fd), 0);
    tear_down();
}

TEST(server_run, ends_with_its_reactor_where_it_had_not_finished)
{
    struct vr_server_options options = host_options();

    host = (struct host){.keeps = true};
    set_up(&options);
    int fd = host_connect(&host);
    vr_server_finish(&host.server);
    turn_until(reactor, host.finished == 1);
    check_int(vr_reactor_close(reactor), 0);
    check_int(host.err, -VR_ECLOSED);
    check_int(close(fd), 0);
    tear_down();
}

/* ---- a program that does nothing else ---- */

static pid_t client;

/* Asks, ends the server, and reads to the end what it has asked for. */
static int be_client(void)
{
    int fd = raw_connect(vr_server_local(&host.server));
    char text[6] = "";

    raw_send(fd, "hel", 3);
    for (int got = 0; got < 3; got++)
        child_check(recv(fd, text + got, 1, MSG_WAITALL) == 1);
    raw_send(fd, "lo", 2);
    for (int got = 3; got < 5; got++)
        child_check(recv(fd, text + got, 1, MSG_WAITALL) == 1);
    child_check(!strcmp(text, "hello"));
    child_check(!kill(getppid(), SIGTERM));
    child_check(raw_read(fd, text, 1) == 0);
    return 0;
}

static void on_opened(struct vr_server *server)
{
    host.server.listener.local = *vr_server_local(server);
    check(strstr(vr_server_text(server), "127.0.0.1:") != NULL);
    client = fork();
    if (client == 0) {
        alarm(TEST_SECONDS);
        _exit(be_client());
    }
}

static size_t echo(struct vr_connection *connection,
                   const struct vr_offer *offer)
{
    if (vr_connection_write(connection, offer->data, offer->len))
        vr_connection_close(connection, NULL);
    return offer->len;
}

static const struct vr_server_ops echoing = {.connection.consume = echo,
                                             .opened = on_opened};

/* promise servers-12 */
TEST(server_run, serves_until_a_signal_with_nothing_but_a_hook)
{
    note_signals();
    check_int(vr_serve("127.0.0.1:0", NULL, &echoing), 0);
    check_child(client);
    check(is_as_before(SIGINT) && is_as_before(SIGTERM));
}

/* promise servers-12 */
TEST(server_run, says_why_it_could_not_serve)
{
    struct vr_server_options options = host_options();

    check(vr_serve("nowhere", NULL, &echoing) < 0);
    check_int(vr_serve("127.0.0.1:0", NULL, &(struct vr_server_ops){0}),
              -EINVAL);
    options.drain_time = -1;
    check_int(vr_serve("127.0.0.1:0", &options, &echoing), -EINVAL);
    options.drain_time = 0;
    set_up(&options);
    check_int(vr_serve(vr_server_text(&host.server), NULL, &echoing),
              -EADDRINUSE);
    vr_server_close(&host.server);
    turn_until(reactor, host.ended == 1);
    tear_down();
}
