/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_listener.c
 * Tests of io/wire/listener.h when memory or the system fails.
 */
#include <vreactor/io/wire/listener.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/survive.h"

enum { GUESTS = 4 };

static struct vr_listener listener;
static struct vr_listener_options options;
static struct vr_address place;
static struct session guests[GUESTS];
static int guest_count, adopted, closed;
static int client;

static int on_accepted(struct vr_listener *from, int fd,
                       const struct vr_address *peer)
{
    check(from == &listener && guest_count < GUESTS);
    struct session *guest = &guests[guest_count++];

    session_init(guest, survive_reactor, NULL);
    guest->echoes = true;
    int err = vr_socket_accept(&guest->socket, from, fd, peer);
    if (err)
        vr_chain_close(&guest->chain, NULL);
    adopted += !err;
    return err;
}

static void on_closed(struct vr_listener *from)
{
    check(from == &listener);
    closed++;
}

static const struct vr_listener_ops ops = {.accepted = on_accepted,
                                           .closed = on_closed};

/* ---- opening ---- */

static void set_up_at(int family)
{
    guest_count = adopted = closed = 0;
    options = (struct vr_listener_options){.size = sizeof(options)};
    raw_place(family, &place);
}

static void set_up_tcp(void)
{
    set_up_at(AF_INET);
    options.reuse_port = true;
}

static void set_up_unix(void)
{
    set_up_at(AF_UNIX);
}

static int do_open(void)
{
    return vr_listener_open(&listener, survive_reactor, &place, &options, &ops);
}

static void close_all(void)
{
    vr_listener_close(&listener);
    for (int i = 0; i < guest_count; i++)
        vr_chain_close(&guests[i].chain, NULL);
    survive_turns(2);
    check_int(closed, 1);
    for (int i = 0; i < guest_count; i++)
        check(guests[i].is_closed);
    check(access(raw_path(), F_OK) < 0);
}

/* Closing what did not open is nothing. */
static void it_listens_or_not(int err)
{
    if (err) {
        vr_listener_close(&listener);
        survive_turns(1);
        check_int(closed, 0);
        (void)unlink(raw_path()); /* where that could not be done either */
        check_int(do_open(), 0);
    }
    client = raw_connect(vr_listener_local(&listener));
    survive_turns(2);
    check_int(adopted, 1);
    check(!close(client));
    close_all();
}

static void nothing_is_left_of_it(int err)
{
    check(!err || access(raw_path(), F_OK) < 0);
    it_listens_or_not(err);
}

TEST(survives_listener, opening)
{
    check(survive(set_up_tcp, do_open, it_listens_or_not) > 6);
    check(survive(set_up_unix, do_open, it_listens_or_not) > 4);
}

TEST(survives_listener, a_listener_that_did_not_open_leaves_no_path)
{
    check(survive_one(set_up_unix, do_open, nothing_is_left_of_it) > 4);
}

/* ---- adopting ---- */

static int listening;

static void set_up_to_adopt(void)
{
    set_up_at(AF_INET);
    listening = raw_listen(AF_INET, &place);
}

static int do_adopt(void)
{
    return vr_listener_adopt(&listener, survive_reactor, listening, &options,
                             &ops);
}

/* What was not adopted is still ours, and may be once more. */
static void it_is_adopted_or_ours(int err)
{
    survive_check_all_told(err);
    if (err) {
        vr_listener_close(&listener);
        check_int(fcntl(listening, F_GETFL) & O_NONBLOCK, 0); /* as it was */
        check_int(do_adopt(), 0);
    }
    it_listens_or_not(0);
    check(fcntl(listening, F_GETFD) < 0);
}

/* promise sockets-25 */
TEST(survives_listener, adopting)
{
    check(survive(set_up_to_adopt, do_adopt, it_is_adopted_or_ours) > 6);
}

/* ---- accepting ---- */

static void set_up_client(void)
{
    set_up_at(AF_INET);
    options.controlled = true;
    check_int(do_open(), 0);
    client = raw_connect(vr_listener_local(&listener));
    survive_turns(1);
}

static int allow_and_accept(void)
{
    vr_listener_allow(&listener, 1);
    return survive_act_turns(4);
}

/* After a pause, perhaps; a listener the kernel refused to watch is closed. */
static void the_client_is_answered(int err)
{
    char byte = 'x';

    (void)err;
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(4);
    check(guest_count == 1 || (closed && guest_count == 0));
    if (adopted && !guests[0].is_closed) {
        raw_send(client, &byte, 1);
        survive_turns(4);
        check_int(raw_is_readable(client), 1);
    }
    check(!close(client));
    close_all();
}

TEST(survives_listener, accepting)
{
    check(survive(set_up_client, allow_and_accept, the_client_is_answered) > 6);
}

/* ---- closing ---- */

static void set_up_open(void)
{
    set_up_unix();
    check_int(do_open(), 0);
}

static int do_close(void)
{
    vr_listener_close(&listener);
    return 0;
}

/* But for the path, if that is what could not be removed. */
static void it_is_closed(int err)
{
    (void)err;
    (void)unlink(raw_path());
    close_all();
}

TEST(survives_listener, closing)
{
    check(survive(set_up_open, do_close, it_is_closed) > 1);
}

static int close_reactor(void)
{
    return vr_reactor_close(survive_reactor);
}

static void it_was_closed(int err)
{
    check_int(err, 0);
    check_int(closed, 1);
    (void)unlink(raw_path());
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
}

TEST(survives_listener, the_closing_of_its_reactor)
{
    check(survive(set_up_open, close_reactor, it_was_closed) > 1);
}
