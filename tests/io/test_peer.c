/* SPDX-License-Identifier: MIT */
/**
 * @file test_peer.c
 * Tests of io/peer.h.
 */
#include <vreactor/io/peer.h>

#include <errno.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/test.h"

static void check_prints(const struct vr_peer *peer, const char *text)
{
    char printed[VR_PEER_TEXT_SIZE];

    check_str(vr_peer_format(peer, printed, sizeof(printed)), text);
}

static void check_reads(const char *text, int family, int port,
                        const char *printed)
{
    struct vr_peer peer;

    check_int(vr_peer_parse(text, &peer), 0);
    check_int(vr_peer_family(&peer), family);
    check_int(vr_peer_port(&peer), port);
    check_prints(&peer, printed);
}

static void check_refuses(const char *text)
{
    struct vr_peer peer, before;

    memset(&peer, 0x5a, sizeof(peer));
    before = peer;
    check_int(vr_peer_parse(text, &peer), -VR_EADDRESS);
    check_mem(&peer, &before, sizeof(peer));
}

TEST(peer, reads_and_prints_addresses)
{
    check_reads("127.0.0.1:80", AF_INET, 80, "IPv4:127.0.0.1:80");
    check_reads("0.0.0.0:0", AF_INET, 0, "IPv4:0.0.0.0:0");
    check_reads("255.1.2.3:65535", AF_INET, 65535, "IPv4:255.1.2.3:65535");
    check_reads("[::1]:80", AF_INET6, 80, "IPv6:[::1]:80");
    check_reads("[2001:db8::5]:443", AF_INET6, 443, "IPv6:[2001:db8::5]:443");
    check_reads("unix:/run/socket", AF_UNIX, 0, "Unix:'/run/socket'");
    check_reads("unix:relative:1", AF_UNIX, 0, "Unix:'relative:1'");
}

TEST(peer, keeps_the_scope_of_an_ip6_address)
{
    check_reads("[fe80::1%lo]:80", AF_INET6, 80, "IPv6:[fe80::1%lo]:80");
}

TEST(peer, refuses_what_is_no_address)
{
    check_refuses("");
    check_refuses(":");
    check_refuses(":80");
    check_refuses("127.0.0.1");
    check_refuses("localhost:80");
    check_refuses("no-such-host.invalid:80");
    check_refuses("256.0.0.1:80");
    check_refuses("::1:80");
    check_refuses("[::1]");
    check_refuses("[::1:80");
    check_refuses("::1]:80");
    check_refuses("[]:80");
    check_refuses("[fe80::1%no-such-device]:80");
    check_refuses("unix:");
}

TEST(peer, refuses_what_is_no_port)
{
    check_refuses("127.0.0.1:");
    check_refuses("127.0.0.1:65536");
    check_refuses("127.0.0.1:100000");
    check_refuses("127.0.0.1:-1");
    check_refuses("127.0.0.1:+1");
    check_refuses("127.0.0.1: 1");
    check_refuses("127.0.0.1:1 ");
    check_refuses("127.0.0.1:http");
    check_refuses("[::1]:0x10");
}

TEST(peer, refuses_ports_that_are_out_of_range)
{
    struct vr_peer peer = {.len = 7};

    check_int(vr_peer_ip("127.0.0.1", -1, &peer), -VR_EADDRESS);
    check_int(vr_peer_ip("127.0.0.1", 65536, &peer), -VR_EADDRESS);
    check_int(vr_peer_ip("example.org", 80, &peer), -VR_EADDRESS);
    check_int(peer.len, 7);
    check_int(vr_peer_ip("127.0.0.1", 65535, &peer), 0);
    check_int(vr_peer_port(&peer), 65535);
}

TEST(peer, refuses_a_host_that_is_too_long)
{
    char text[400];

    memset(text, '1', sizeof(text));
    strcpy(text + sizeof(text) - 4, ":80");
    check_refuses(text);
}

TEST(peer, refuses_paths_that_are_empty_or_too_long)
{
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
    struct vr_peer peer = {.len = 7};

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    check_int(vr_peer_unix("", &peer), -VR_EADDRESS);
    check_int(vr_peer_unix(path, &peer), -ENAMETOOLONG);
    check_int(peer.len, 7);
    path[sizeof(path) - 2] = '\0';
    check_int(vr_peer_unix(path, &peer), 0);
}

TEST(peer, is_unknown_when_empty)
{
    struct vr_peer peer = {0};

    check_prints(&peer, "unknown");
    check_int(vr_peer_family(&peer), AF_UNSPEC);
    check_int(vr_peer_port(&peer), 0);
    check(!vr_peer_is_local(&peer));
}

TEST(peer, prints_no_more_than_there_is_room_for)
{
    struct vr_peer peer;
    char text[8];

    check_int(vr_peer_parse("127.0.0.1:80", &peer), 0);
    check_str(vr_peer_format(&peer, text, sizeof(text)), "IPv4:12");
    check_str(vr_peer_format(&peer, text, 1), "");
}

static int answer;
static struct vr_peer found[2];

static void look_up(struct vr_call *call)
{
    answer = vr_peer_lookup("127.0.0.1", 80, found, 2);
    vr_reactor_stop(call->reactor);
}

TEST(peer, refuses_to_wait_for_a_lookup_inside_a_turn)
{
    struct vr_reactor *reactor = session_reactor(NULL);
    struct vr_call call;

    vr_call_init(&call, reactor, look_up);
    vr_call_after(&call, 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(answer, -EDEADLK);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(peer, looks_up_numbers_and_says_how_many_there_are)
{
    check_int(vr_peer_lookup("127.0.0.1", 80, found, 2), 1);
    check_prints(&found[0], "IPv4:127.0.0.1:80");
    check_int(vr_peer_lookup("::1", 80, NULL, 0), 1);
    check_int(vr_peer_lookup("127.0.0.1", 65536, found, 2), -VR_EADDRESS);
}

TEST(peer, finds_no_host_that_cannot_be)
{
    check_int(vr_peer_lookup("no-such-host.invalid", 80, found, 2), -VR_EHOST);
}

TEST(peer, is_asked_of_either_end_of_a_socket)
{
    struct vr_peer place, local, remote, untouched = {0};

    int listening = raw_listen(AF_INET, &place);
    int near = raw_connect(&place), far = raw_accept(listening);
    check_int(vr_peer_remote(NULL, near, &remote), 0);
    check(vr_peer_equal(&remote, &place));
    check_int(vr_peer_local(NULL, near, &local), 0);
    check_int(vr_peer_remote(NULL, far, &remote), 0);
    check(vr_peer_equal(&local, &remote));
    check_int(vr_peer_remote(NULL, listening, &untouched), -ENOTCONN);
    check_int(untouched.len, 0);
    check_int(close(near), 0);
    check_int(close(far), 0);
    raw_close_listening(listening);
    check_int(vr_peer_local(NULL, near, &untouched), -EBADF);
    check_int(untouched.len, 0);
}
