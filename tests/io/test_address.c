/* SPDX-License-Identifier: MIT */
/**
 * @file test_address.c
 * Tests of io/name/address.h.
 */
#include <vreactor/io/name/address.h>

#include <errno.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/call.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/test.h"

static void check_prints(const struct vr_address *address, const char *text)
{
    char printed[VR_ADDRESS_TEXT_SIZE];

    check_str(vr_address_format(address, printed, sizeof(printed)), text);
}

TEST(address, refuses_ports_that_are_out_of_range)
{
    struct vr_address address = {.len = 7};

    check_int(vr_address_ip(NULL, "127.0.0.1", -1, &address), -VR_EADDRESS);
    check_int(vr_address_ip(NULL, "127.0.0.1", 65536, &address), -VR_EADDRESS);
    check_int(vr_address_ip(NULL, "example.org", 80, &address), -VR_EADDRESS);
    check_int(address.len, 7);
    check_int(vr_address_ip(NULL, "127.0.0.1", 65535, &address), 0);
    check_int(vr_address_port(&address), 65535);
}

TEST(address, refuses_paths_that_are_empty_or_too_long)
{
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
    struct vr_address address = {.len = 7};

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    check_int(vr_address_unix("", &address), -VR_EADDRESS);
    check_int(vr_address_unix(path, &address), -ENAMETOOLONG);
    check_int(address.len, 7);
    path[sizeof(path) - 2] = '\0';
    check_int(vr_address_unix(path, &address), 0);
}

TEST(address, is_unknown_when_empty)
{
    struct vr_address address = {0};

    check_prints(&address, "unknown");
    check_int(vr_address_family(&address), AF_UNSPEC);
    check_int(vr_address_port(&address), 0);
    check(!vr_address_is_local(&address));
}

TEST(address, prints_no_more_than_there_is_room_for)
{
    struct vr_address address;
    char text[8];

    check_int(vr_address_parse(NULL, "127.0.0.1:80", &address), 0);
    check_str(vr_address_format(&address, text, sizeof(text)), "127.0.0");
    check_str(vr_address_format(&address, text, 1), "");
}

static int answer;
static struct vr_address found[2];

static void look_up(struct vr_call *call)
{
    answer = vr_address_lookup(NULL, "127.0.0.1", 80, found, 2);
    vr_reactor_stop(call->reactor);
}

/* promise sockets-19 */
TEST(address, refuses_to_wait_for_a_lookup_inside_a_turn)
{
    struct vr_reactor *reactor = session_reactor(NULL);
    struct vr_call call;

    vr_call_init(&call, reactor, look_up);
    vr_call_after(&call, 0);
    check_int(vr_reactor_run(reactor), 0);
    check_int(answer, -EDEADLK);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(address, looks_up_numbers_and_says_how_many_there_are)
{
    check_int(vr_address_lookup(NULL, "127.0.0.1", 80, found, 2), 1);
    check_prints(&found[0], "127.0.0.1:80");
    check_int(vr_address_lookup(NULL, "::1", 80, NULL, 0), 1);
    check_int(vr_address_lookup(NULL, "fe80::1%7", 80, found, 2), 1);
    check_prints(&found[0], "[fe80::1%7]:80");
    check_int(vr_address_lookup(NULL, "127.0.0.1", 65536, found, 2),
              -VR_EADDRESS);
    check_int(vr_address_lookup(NULL, "127.0.0.1", -1, found, 2), -VR_EADDRESS);
    check_int(vr_address_lookup(NULL, "fe80::1%no-zone", 80, found, 2),
              -ENODEV);
}

/* Each is an address of this machine for some system's getaddrinfo(3). */
TEST(address, looks_up_no_number_that_is_no_address)
{
    static const char *const hosts[] = {
        "",           "*",          ".",           "127.1",
        "127.0.0.1.", "0x7f.1",     "2130706433",  "0x7f000001",
        "010.0.0.1",  "127.0.0.01", "127.0.0.0x1", "0X7F.0.0.1",
        "0",          "0x",         "localhost.1", "127.0.0.1 ",
        " 127.0.0.1", "[::1]",      "::1 ",        "localhost%lo",
        "::g",        "1.2.3.4.5",  "256.0.0.1",   "localhost\n",
    };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        if (vr_address_lookup(NULL, hosts[i], 80, found, 2) != -VR_EADDRESS)
            test_fail(__FILE__, __LINE__, "\"%s\" was looked up", hosts[i]);
}

TEST(address, finds_no_host_that_cannot_be)
{
    check_int(vr_address_lookup(NULL, "no-such-host.invalid", 80, found, 2),
              -VR_EHOST);
}

TEST(address, is_asked_of_either_end_of_a_socket)
{
    struct vr_address place, local, remote, untouched = {0};

    int listening = raw_listen(AF_INET, &place);
    int near = raw_connect(&place), far = raw_accept(listening);
    check_int(vr_address_remote(NULL, near, &remote), 0);
    check(vr_address_is_equal(&remote, &place));
    check_int(vr_address_local(NULL, near, &local), 0);
    check_int(vr_address_remote(NULL, far, &remote), 0);
    check(vr_address_is_equal(&local, &remote));
    check_int(vr_address_remote(NULL, listening, &untouched), -ENOTCONN);
    check_int(untouched.len, 0);
    check_int(close(near), 0);
    check_int(close(far), 0);
    raw_close_listening(listening);
    check_int(vr_address_local(NULL, near, &untouched), -EBADF);
    check_int(untouched.len, 0);
}
