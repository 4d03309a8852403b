/* SPDX-License-Identifier: MIT */
/**
 * @file test_address_zone.c
 * The zone of an address, by number or by name: io/name/address.h.
 */
#include <vreactor/io/name/address.h>

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>

#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/testing/sys.h>

#include "tests/support/test.h"

static struct vr_env env;
static struct vr_address address;
static char text[VR_ADDRESS_TEXT_SIZE], wanted[VR_ADDRESS_TEXT_SIZE];

static void set_up(void)
{
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = vr_test_sys();
    vr_test_sys_reset();
}

static int parse(const char *host)
{
    address = (struct vr_address){0};
    (void)snprintf(text, sizeof(text), "[%s]:80", host);
    return vr_address_parse(&env, text, &address);
}

static uint32_t zone(void)
{
    struct sockaddr_in6 addr;

    check_int(vr_address_family(&address), AF_INET6);
    memcpy(&addr, &address.addr, sizeof(addr));
    return addr.sin6_scope_id;
}

static void check_asked(int names, int numbers)
{
    check_int(vr_test_sys_count(VR_TEST_SYS_IF_NAMETOINDEX), names);
    check_int(vr_test_sys_count(VR_TEST_SYS_IF_INDEXTONAME), numbers);
}

/* What the tests' own system calls say, for interfaces that are not here. */
static unsigned number_of(const char *name)
{
    errno = ENODEV;
    return !strcmp(name, "eth0") ? 4711 : 0;
}

static const char *shown_name;

static char *name_of(unsigned index, char *ret_name)
{
    if (index != 4711)
        return NULL;
    return strcpy(ret_name, shown_name);
}

static struct vr_env with_eth0(const char *shown)
{
    static struct vr_sys sys;
    struct vr_env own = VR_ENV_INIT;

    sys = (struct vr_sys)VR_SYS_INIT;
    sys.if_nametoindex = number_of;
    sys.if_indextoname = name_of;
    own.sys = &sys;
    shown_name = shown;
    return own;
}

TEST(address_zone, is_looked_up_once_by_its_name)
{
    char name[IF_NAMESIZE], host[64];

    set_up();
    if (!vr_sys_default()->if_indextoname(1, name))
        return; /* a system without interfaces */
    (void)snprintf(host, sizeof(host), "fe80::1%%%s", name);
    check_int(parse(host), 0);
    check_int(zone(), 1);
    check_asked(1, 0);
    (void)snprintf(host, sizeof(host), "::1%%%s", name);
    check_int(parse(host), 0);
    check_int(zone(), 1);
    check_asked(2, 0);
    check_int(vr_address_ip(&env, host, 80, &address), 0);
    check_int(zone(), 1);
    check_asked(3, 0);
}

TEST(address_zone, is_a_number_where_there_are_only_digits)
{
    set_up();
    check_int(parse("fe80::1%1"), 0);
    check_int(zone(), 1);
    check_int(parse("ff02::1%4294967295"), 0);
    check_int(zone(), UINT32_MAX);
    check_int(parse("fe80::1"), 0);
    check_int(zone(), 0);
    check_asked(0, 0);
}

TEST(address_zone, is_not_there)
{
    set_up();
    check_int(parse("fe80::1%no-such-zone"), -ENODEV);
    check_int(parse("fe80::1%1x"), -ENODEV);
    check_int(parse("fe80::1%-1"), -ENODEV);
    check_int(parse("fe80::1%a-name-longer-than-any"), -ENODEV);
    check_int(address.len, 0);
}

TEST(address_zone, is_asked_for_only_where_all_else_is_an_address)
{
    set_up();
    check_int(parse("2001:db8::1%lo"), -VR_EADDRESS);
    check_int(parse("fe80::g%lo"), -VR_EADDRESS);
    check_int(vr_address_parse(&env, "[fe80::1%lo]:080", &address),
              -VR_EADDRESS);
    check_int(vr_address_ip(&env, "fe80::1%lo", 65536, &address), -VR_EADDRESS);
    check_asked(0, 0);
}

TEST(address_zone, says_why_it_could_not_be_looked_up)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_IF_NAMETOINDEX, 1, 1, EMFILE);
    check_int(parse("fe80::1%lo"), -EMFILE);
    vr_test_sys_fail(VR_TEST_SYS_IF_NAMETOINDEX, 1, 1, ENXIO);
    check_int(parse("fe80::1%lo"), -ENODEV);
    check_int(address.len, 0);
}

static void check_prints(const char *host)
{
    (void)snprintf(wanted, sizeof(wanted), "[%s]:80", host);
    check_str(text, wanted);
}

TEST(address_zone, is_printed_as_its_number_unless_its_name_is_asked_for)
{
    struct vr_env own = with_eth0("eth0");

    check_int(vr_address_parse(&own, "[fe80::1%eth0]:80", &address), 0);
    vr_address_format(&address, text, sizeof(text));
    check_prints("fe80::1%4711");
    vr_address_format_named(&address, &own, text, sizeof(text));
    check_prints("fe80::1%eth0");
    check_int(vr_address_parse(&own, "[fe80::1%5]:80", &address), 0);
    vr_address_format_named(&address, &own, text, sizeof(text));
    check_prints("fe80::1%5");
}

/* root may call an interface what he likes */
TEST(address_zone, is_printed_as_its_number_where_its_name_cannot_be_read_again)
{
    static const char *const names[] = {"12", "a b",  "a%b",  "a]",
                                        "",   "\x1b", "\xc3", "a\n"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct vr_env own = with_eth0(names[i]);
        check_int(vr_address_parse(&own, "[fe80::1%eth0]:80", &address), 0);
        vr_address_format_named(&address, &own, text, sizeof(text));
        check_prints("fe80::1%4711");
    }
}

TEST(address_zone, is_printed_only_where_there_can_be_one)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6, .sin6_scope_id = 7};

    addr.sin6_addr.s6_addr[0] = 0x20;
    addr.sin6_port = htons(80);
    check_int(vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr),
                                       &address),
              0);
    vr_address_format(&address, text, sizeof(text));
    check_prints("2000::");
}
