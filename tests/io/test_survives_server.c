/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_server.c
 * Tests of io/wire/server.h when memory or the system fails.
 */
#include <signal.h>

#include "tests/io/server_fixture.h"
#include "tests/support/survive.h"

static struct host host;
static struct vr_server_options options;
static struct vr_address place;
static int client;

static void set_up(void)
{
    vr_end_drop(&host.why);
    host = (struct host){.keeps = false};
    options = host_options();
    options.limit = 1;
    raw_place(AF_INET, &place);
}

static int do_open(void)
{
    return vr_server_open(&host.server, survive_reactor, &place, &options,
                          &host_ops);
}

static void wait_until_ended(void)
{
    for (int i = 0; i < 100 && !host.ended; i++)
        survive_turns(1);
    check_int(host.ended, 1);
}

static void close_all(void)
{
    vr_server_close(&host.server);
    wait_until_ended();
    (void)unlink(raw_path()); /* where that could not be done */
}

/* Whoever comes is served. */
static void check_serves(void)
{
    char byte = 'x';
    int before = host.accepted;
    int fd = raw_connect(vr_server_local(&host.server));

    survive_turns(3);
    check_int(host.accepted, before + 1);
    raw_send(fd, &byte, 1);
    survive_turns(3);
    check_int(raw_read(fd, &byte, 1), 1);
    check(!close(fd));
}

/* ---- opening ---- */

static void set_up_with_signals(void)
{
    note_signals();
    set_up();
    options.signals = true;
}

static void set_up_unix(void)
{
    set_up_with_signals();
    raw_place(AF_UNIX, &place);
}

static void it_serves_or_not(int err)
{
    if (err) {
        check(is_as_before(SIGINT) || survive_error() != 0);
        vr_server_close(&host.server);
        survive_turns(1);
        check_int(host.ended, 0);
        (void)unlink(raw_path());
        check_int(do_open(), 0);
    }
    check(!is_as_before(SIGINT));
    check_serves();
    close_all();
}

/* promise servers-10 */
TEST(survives_server, opening)
{
    check(survive(set_up_with_signals, do_open, it_serves_or_not) > 8);
    check(survive(set_up_unix, do_open, it_serves_or_not) > 6);
}

/* ---- accepting ---- */

static void set_up_client(void)
{
    set_up();
    check_int(do_open(), 0);
    client = raw_connect(vr_server_local(&host.server));
}

static int turn_some_more(void)
{
    return survive_act_turns(4);
}

/* Perhaps after a pause.  Where the client was refused there is room for the
 * next; a listener that the kernel refused to watch has ended the server. */
static void others_are_served(int err)
{
    (void)err;
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(4);
    check(!close(client));
    survive_turns(4);
    if (vr_listener_error(&host.server.listener)) {
        wait_until_ended();
        check(host.err < 0);
    } else {
        check_serves();
        close_all();
    }
    check_int(host.gone, host.accepted);
}

/* promise servers-2 */
/* promise servers-3 */
TEST(survives_server, accepting)
{
    check(survive(set_up_client, turn_some_more, others_are_served) > 6);
}

/* ---- the end ---- */

static void set_up_guest(void)
{
    set_up_client();
    survive_turns(3);
    check_int(host.accepted, 1);
}

static int finish(void)
{
    vr_server_finish(&host.server);
    return survive_act_turns(4);
}

static void it_has_finished(int err)
{
    (void)err;
    survive_turns(2);
    check(!close(client));
    wait_until_ended();
    check_int(host.gone, 1);
}

TEST(survives_server, finishing)
{
    check(survive(set_up_guest, finish, it_has_finished) > 0);
}

static int do_close(void)
{
    vr_server_close(&host.server);
    return 0;
}

static void it_was_closed(int err)
{
    check_int(err, 0);
    it_has_finished(err);
}

TEST(survives_server, closing)
{
    check(survive(set_up_guest, do_close, it_was_closed) > 0);
}

static int close_reactor(void)
{
    return vr_reactor_close(survive_reactor);
}

static void it_ended_with_it(int err)
{
    check_int(err, 0);
    check_int(host.ended, 1);
    check_int(host.gone, 1);
    check_int(host.err, -VR_ECLOSED);
    check(!close(client));
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
}

/* promise servers-11 */
TEST(survives_server, the_closing_of_its_reactor)
{
    check(survive(set_up_guest, close_reactor, it_ended_with_it) > 0);
}

/* ---- questions ---- */

static int ask(void)
{
    struct vr_connection *first = vr_server_next(&host.server, NULL);

    check_int(vr_server_count(&host.server), 1);
    check(vr_server_of(first) == &host.server);
    check(!vr_server_next(&host.server, first));
    check(vr_address_port(vr_server_local(&host.server)) > 0);
    check(strlen(vr_server_text(&host.server)) > 0);
    return vr_listener_error(&host.server.listener);
}

static void then_it_is_closed(int err)
{
    check_int(err, 0);
    vr_server_close(&host.server);
    it_has_finished(err);
}

TEST(survives_server, questions)
{
    check_int(survive(set_up_guest, ask, then_it_is_closed), 0);
}

/* ---- running ---- */

static void set_up_finishing(void)
{
    set_up();
    check_int(do_open(), 0);
    vr_server_finish(&host.server);
}

static int run(void)
{
    return vr_server_run(&host.server);
}

/* A run that failed leaves the server to the next. */
static void it_has_run(int err)
{
    check(host.ended || err < 0);
    wait_until_ended();
    check_int(host.err, 0);
}

/* promise servers-8 */
TEST(survives_server, running_it)
{
    check(survive(set_up_finishing, run, it_has_run) > 0);
}

static struct vr_post serving;
static int served; /* 1: not yet; else what that said */

static void on_opened(struct vr_server *server)
{
    vr_server_finish(server);
}

/* In a turn, so that its reactor has the environment of this one. */
static void serve(struct vr_post *post)
{
    static const struct vr_server_ops ops = {.connection.consume = host_consume,
                                             .opened = on_opened};

    (void)post;
    served = vr_serve("127.0.0.1:0", NULL, &ops);
}

static void set_up_to_serve(void)
{
    note_signals();
    served = 1;
    serving = (struct vr_post){.run = serve};
    vr_reactor_post(survive_reactor, &serving);
}

static int turn_and_serve(void)
{
    int err = survive_act_turns(1);

    return served < 0 ? served : err;
}

static void it_has_served_or_said_why(int err)
{
    check(served <= 0 || err < 0);
    survive_turns(1);
    check(served <= 0);
    check(is_as_before(SIGINT) || survive_error() != 0);
}

/* promise servers-12 */
TEST(survives_server, serving)
{
    check(survive(set_up_to_serve, turn_and_serve, it_has_served_or_said_why) >
          20);
}
