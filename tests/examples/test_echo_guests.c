/* SPDX-License-Identifier: MIT */
/**
 * @file test_echo_guests.c
 * The guests of examples/echo.h, of which a program links one kind, give back
 * what they have when whoever sent them is gone.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/env.h>

#include "examples/echo.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { CLIENTS = 5, IDLE_TURNS = 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_listener listener;
static struct vr_address place;
static int clients[CLIENTS];

static size_t guests(void)
{
    return vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0) - 1;
}

static void set_up(void)
{
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    raw_place(AF_INET, &place);
    check_int(echo_server_open(&listener, reactor, &place), 0);
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = raw_connect(&place);
    turn_until(reactor, guests() == CLIENTS);
}

/* The clock stands still: nobody's patience has ended. */
static void tear_down(void)
{
    turn_until(reactor, guests() == 0);
    vr_listener_close(&listener);
    turn_some(reactor, 2);
    check_int(vr_reactor_free(reactor), 0);
}

/* Until nobody takes anything, for want of room on the way back. */
static void send_on(void)
{
    static char much[64 * 1024];
    int idle = 0;

    while (idle++ < IDLE_TURNS) {
        for (int i = 0; i < CLIENTS; i++)
            if (send(clients[i], much, sizeof(much), MSG_DONTWAIT) > 0)
                idle = 0;
        turn_some(reactor, 1);
    }
}

TEST(echo_guests, whose_clients_do_not_read_and_reset_are_gone)
{
    set_up();
    send_on();
    for (int i = 0; i < CLIENTS; i++)
        raw_reset(clients[i]);
    tear_down();
}

TEST(echo_guests, whose_clients_do_not_read_and_close_are_gone)
{
    set_up();
    send_on();
    for (int i = 0; i < CLIENTS; i++)
        check_int(close(clients[i]), 0);
    tear_down();
}

TEST(echo_guests, whose_clients_reset_at_once_are_gone)
{
    set_up();
    for (int i = 0; i < CLIENTS; i++)
        raw_reset(clients[i]);
    tear_down();
}

TEST(echo_guests, give_back_all_to_a_client_that_ended_first)
{
    static char much[256 * 1024], back[sizeof(much)];

    set_up();
    memset(much, 'x', sizeof(much));
    for (int i = 0; i < CLIENTS; i++) {
        for (size_t done = 0; done < sizeof(much); done += 4096) {
            raw_send(clients[i], much + done, 4096);
            turn_some(reactor, 1);
        }
        check_int(shutdown(clients[i], SHUT_WR), 0);
        turn_until(reactor, guests() == (size_t)(CLIENTS - 1 - i));
        check_int(raw_read(clients[i], back, sizeof(back)), sizeof(much));
        check_mem(back, much, sizeof(much));
        check_int(close(clients[i]), 0);
    }
    tear_down();
}
