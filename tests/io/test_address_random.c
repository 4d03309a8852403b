/* SPDX-License-Identifier: MIT */
/**
 * @file test_address_random.c
 * Of chance texts io/name/address.h reads just what inet_pton(3) does, and all
 * that it prints, whatever somebody has chosen for a name.
 */
#include <vreactor/io/name/address.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <vreactor/base/err.h>

#include "tests/io/dice.h"
#include "tests/support/test.h"

enum { RUNS = 200000, ROOM = sizeof(((struct sockaddr_un *)NULL)->sun_path) };

static const char parts[][8] = {
    ":",   "::", ":",  ":",   ".",    ".",     "0", "1",      "12", "255",
    "256", "00", "01", "fff", "ffff", "12345", "g", "::ffff", "A",  "9",
};

/* Some parts of an address, in no order. */
static void roll_parts(char *text, size_t size)
{
    size_t len = 0;

    text[0] = '\0';
    for (size_t left = below(16); left; left--) {
        const char *part = parts[below(sizeof(parts) / sizeof(*parts))];
        if (len + strlen(part) < size)
            len += (size_t)snprintf(text + len, size - len, "%s", part);
    }
}

/* An address, often with some byte changed. */
static void roll_address(char *text, size_t size)
{
    static const char bytes[] = "0123456789abcdefF:.g x";
    int family = one_in(3) ? AF_INET : AF_INET6;
    uint8_t addr[16];

    for (size_t i = 0; i < sizeof(addr); i++)
        addr[i] = one_in(2) ? 0 : (uint8_t)below(256);
    check(inet_ntop(family, addr, text, (socklen_t)size) != NULL);
    if (one_in(2))
        text[below(strlen(text))] = bytes[below(sizeof(bytes) - 1)];
}

/* Eight numbers or fewer, with a colon or two between. */
static void roll_groups(char *text, size_t size)
{
    size_t len = (size_t)snprintf(text, size, "%s", one_in(4) ? "::" : "");

    for (size_t left = 4 + below(6); left; left--)
        len += (size_t)snprintf(text + len, size - len, "%x%s",
                                (unsigned)below(one_in(2) ? 10 : 65536),
                                left == 1   ? ""
                                : one_in(6) ? "::"
                                            : ":");
    if (one_in(4))
        (void)snprintf(text + len, size - len, "%s",
                       one_in(2) ? "::" : ":1.2.3.4");
}

static bool reads_as_the_system(const char *text)
{
    struct vr_address address;
    struct sockaddr_in ip4;
    struct sockaddr_in6 ip6;
    struct in_addr addr4;
    struct in6_addr addr6;

    int err = vr_address_ip(NULL, text, 1, &address);
    if (inet_pton(AF_INET, text, &addr4) == 1) {
        sure(!err && vr_address_family(&address) == AF_INET);
        memcpy(&ip4, &address.addr, sizeof(ip4));
        sure(!memcmp(&ip4.sin_addr, &addr4, sizeof(addr4)));
    } else if (inet_pton(AF_INET6, text, &addr6) == 1) {
        sure(!err && vr_address_family(&address) == AF_INET6);
        memcpy(&ip6, &address.addr, sizeof(ip6));
        sure(!memcmp(&ip6.sin6_addr, &addr6, sizeof(addr6)));
    } else {
        sure(err == -VR_EADDRESS);
    }
    return !err;
}

/* promise sockets-17 */
TEST(address_random, reads_just_the_addresses_that_inet_pton_does)
{
    static void (*const rolls[])(char *text, size_t size) = {
        roll_parts, roll_address, roll_groups};
    int count[3] = {0}, runs = test_light() ? RUNS / 20 : RUNS;
    char text[128];

    for (int i = 0; i < runs; i++) {
        throw_from((uint64_t)i);
        rolls[i % 3](text, sizeof(text));
        count[i % 3] += reads_as_the_system(text);
    }
    /* Chance found what there is to find: addresses, and what is none. */
    for (int i = 0; i < 3; i++)
        check(count[i] > runs / 1000 && count[i] < runs / 3);
}

static void check_safe(const char *text)
{
    for (; *text; text++)
        sure(*text > ' ' && *text < 0x7f && *text != '\'' && *text != '"');
}

static void check_comes_back(const struct vr_address *address)
{
    char text[VR_ADDRESS_TEXT_SIZE], again[VR_ADDRESS_TEXT_SIZE];
    struct vr_address read;

    vr_address_format(address, text, sizeof(text));
    check_safe(text);
    sure(strlen(text) < sizeof(text) - 1);
    sure(!vr_address_parse(NULL, text, &read));
    sure(vr_address_is_equal(&read, address));
    check_str(vr_address_format(&read, again, sizeof(again)), text);
}

/* Names of letters, of letters and what is special in a text, of any bytes. */
static char roll_byte(size_t kind)
{
    static const char special[] = "\\x@'\"\n\x1b :\x7f\x80";

    if (kind == 0 || (kind == 1 && one_in(2)))
        return (char)('a' + below(26));
    return kind == 1 ? special[below(sizeof(special))] : (char)below(256);
}

/* promise sockets-18 */
TEST(address_random, prints_every_name_so_that_it_is_safe_and_read_again)
{
    int runs = test_light() ? 1000 : 20000;
    struct vr_address address;

    for (int i = 0; i < runs; i++) {
        char name[ROOM];
        throw_from((uint64_t)i);
        size_t len = below(sizeof(name)), kind = below(3);
        for (size_t at = 0; at < len; at++)
            name[at] = roll_byte(kind);
        sure(!vr_address_abstract(name, len, &address));
        check_comes_back(&address);

        name[len] = '\0';
        if (*name) {
            sure(!vr_address_unix(name, &address));
            check_comes_back(&address);
        }
    }
}

TEST(address_random, prints_every_ip_address_so_that_it_is_read_again)
{
    int runs = test_light() ? 1000 : 20000;
    struct vr_address address;

    for (int i = 0; i < runs; i++) {
        struct sockaddr_in6 addr = {.sin6_family = AF_INET6};
        throw_from((uint64_t)i);
        for (size_t at = 0; at < 16; at++)
            addr.sin6_addr.s6_addr[at] = one_in(2) ? 0 : (uint8_t)below(256);
        if (one_in(2))
            memcpy(&addr.sin6_addr, "\xfe\x80", 2);
        addr.sin6_port = (in_port_t)below(65536);
        addr.sin6_flowinfo = (uint32_t)below(1000);
        addr.sin6_scope_id = one_in(2) ? 0 : (uint32_t)below(UINT32_MAX);
        sure(!vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr),
                                       &address));
        check_comes_back(&address);
    }
}

/* A system may tell of any bytes, and of more than a text has room for. */
TEST(address_random, prints_what_fills_an_address_from_begin_to_end)
{
    struct sockaddr_storage addr = {.ss_family = AF_UNIX};
    char text[VR_ADDRESS_TEXT_SIZE];
    struct vr_address address;

    for (int byte = 0; byte < 256; byte++) {
        memset((char *)&addr + offsetof(struct sockaddr_un, sun_path), byte,
               ROOM);
        check_int(vr_address_from_sockaddr((struct sockaddr *)&addr,
                                           sizeof(struct sockaddr_un),
                                           &address),
                  0);
        check_safe(vr_address_format(&address, text, sizeof(text)));
        check(strlen(text) < sizeof(text) - 1);
        for (size_t size = 1; size < 20; size++) {
            vr_address_format(&address, text, size);
            check_int(strlen(text), size - 1);
        }
    }
}
