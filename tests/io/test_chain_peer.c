/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_peer.c
 * Who is at the other end of a chain: an IP address is kept in the chain, a
 * long path in memory of its own.
 */
#include <string.h>

#include <vreactor/testing/env.h>
#include <vreactor/vreactor.h>

#include "tests/support/test.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_chain chain;
static struct vr_address told;

static void note_peer(struct vr_chain *closed, const struct vr_end *why)
{
    (void)why;
    told = vr_chain_peer(closed);
}

static void set_up(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

    vr_test_env_init(&test, 0);
    options.env = &test.env;
    check_int(vr_reactor_new(&options, &reactor), 0);
    vr_chain_init(&chain, reactor, note_peer);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void check_peer(const char *text)
{
    const struct vr_address peer = vr_chain_peer(&chain);
    char printed[VR_ADDRESS_TEXT_SIZE];

    check_str(vr_address_format(&peer, printed, sizeof(printed)), text);
}

/* @return how many blocks the chain holds for it */
static int64_t set_peer(const char *text)
{
    int64_t before = vr_test_blocks(&test);
    struct vr_address peer;

    check_int(vr_address_parse(NULL, text, &peer), 0);
    check_int(vr_chain_set_peer(&chain, &peer), 0);
    check_peer(text);
    return vr_test_blocks(&test) - before;
}

TEST(chain_peer, is_unknown_until_it_is_set)
{
    set_up();
    check_peer("unknown");
    check_int(set_peer("127.0.0.1:80"), 0);
    check_int(vr_chain_set_peer(&chain, NULL), 0);
    check_peer("unknown");
    tear_down();
}

TEST(chain_peer, with_an_ip_address_or_a_short_path_takes_no_memory)
{
    set_up();
    check_int(set_peer("10.1.2.3:65535"), 0);
    check_int(set_peer("[fe80::1%1]:443"), 0);
    check_int(set_peer("[2001:db8:1:2:3:4:5:6]:443"), 0);
    check_int(set_peer("unix:/run/29-bytes-have-room-too"), 0);
    tear_down();
}

TEST(chain_peer, with_a_long_path_has_memory_until_closed_returns)
{
    char longest[113] = "unix:";

    set_up();
    check_int(set_peer("unix:/run/a-path-that-has-no-room-there"), 1);
    memset(longest + 5, 'x', sizeof(longest) - 6);
    check_int(set_peer(longest), 0); /* in place of the other */
    vr_chain_close(&chain, NULL);
    check_peer(longest);
    check(vr_reactor_turn(reactor, 0) >= 0);
    check(told.len > VR_CHAIN_PEER_SIZE);
    tear_down();
}

TEST(chain_peer, with_a_long_path_gives_way_to_a_short_one)
{
    set_up();
    check_int(set_peer("unix:/run/a-path-that-has-no-room-there"), 1);
    check_int(set_peer("127.0.0.1:80"), -1);
    tear_down();
}
