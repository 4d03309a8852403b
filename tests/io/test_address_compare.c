/* SPDX-License-Identifier: MIT */
/**
 * @file test_address_compare.c
 * What an address means is compared, not its bytes: io/name/address.h.
 */
#include <vreactor/io/name/address.h>

#include <errno.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/raw.h"
#include "tests/support/test.h"

enum { PATH_AT = offsetof(struct sockaddr_un, sun_path) };

static struct vr_address peer_of(const void *addr, size_t len)
{
    struct vr_address address;

    check_int(vr_address_from_sockaddr(addr, (socklen_t)len, &address), 0);
    return address;
}

static struct vr_address parsed(const char *text)
{
    struct vr_address address;

    check_int(vr_address_parse(NULL, text, &address), 0);
    return address;
}

static bool is_local(const char *text)
{
    struct vr_address address = parsed(text);

    return vr_address_is_local(&address);
}

TEST(address_compare, knows_this_machine)
{
    check(is_local("127.0.0.1:80"));
    check(is_local("127.255.0.9:80"));
    check(is_local("[::1]:80"));
    check(is_local("unix:/run/socket"));
    check(!is_local("128.0.0.1:80"));
    check(!is_local("0.0.0.0:80"));
    check(!is_local("[::2]:80"));
    check(!is_local("[fe80::1]:80"));
}

TEST(address_compare, knows_this_machine_as_a_socket_of_both_families_tells_it)
{
    check(is_local("[::ffff:127.0.0.1]:80"));
    check(is_local("[::ffff:127.255.0.9]:80"));
    check(!is_local("[::ffff:128.0.0.1]:80"));
    check(!is_local("[::ffff:1.0.0.127]:80"));
    check(!is_local("[::127.0.0.1]:80"));
    check(!is_local("[64:ff9b::127.0.0.1]:80"));
}

static bool are_equal(const char *a, const char *b)
{
    struct vr_address first = parsed(a), second = parsed(b);

    check_int(vr_address_is_equal(&first, &second),
              vr_address_is_equal(&second, &first));
    return vr_address_is_equal(&first, &second);
}

TEST(address_compare, equals_what_names_the_same_place)
{
    check(are_equal("127.0.0.1:80", "127.0.0.1:80"));
    check(!are_equal("127.0.0.1:80", "127.0.0.1:81"));
    check(!are_equal("127.0.0.1:80", "127.0.0.2:80"));
    check(are_equal("[::1]:80", "[0:0::1]:80"));
    check(!are_equal("[::1]:80", "[::1]:81"));
    check(!are_equal("[::1]:80", "[::2]:80"));
    check(!are_equal("[::ffff:127.0.0.1]:80", "127.0.0.1:80"));
    check(are_equal("unix:/a", "unix:/a"));
    check(!are_equal("unix:/a", "unix:/ab"));
    check(!are_equal("unix:/a", "127.0.0.1:80"));
}

TEST(address_compare, tells_zones_apart_where_there_is_more_than_one)
{
    check(are_equal("[fe80::1%1]:80", "[fe80::1%1]:80"));
    check(!are_equal("[fe80::1%1]:80", "[fe80::1%2]:80"));
    check(!are_equal("[fe80::1%1]:80", "[fe80::1]:80"));
    check(!are_equal("[ff02::1%1]:80", "[ff02::1%2]:80"));
    check(are_equal("[::1%1]:80", "[::1]:80"));
}

TEST(address_compare, does_not_look_at_what_fills_up_an_ip4_address)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(80)};

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(addr.sin_zero, 0x5a, sizeof(addr.sin_zero));
    memcpy(&storage, &addr, sizeof(addr));
    struct vr_address odd = peer_of(&addr, sizeof(addr));
    struct vr_address longer = peer_of(&storage, sizeof(storage));
    struct vr_address plain = parsed("127.0.0.1:80");

    check(vr_address_is_equal(&odd, &plain));
    check(vr_address_is_equal(&longer, &plain));
    check_int(longer.len, sizeof(addr));
}

TEST(address_compare, does_not_look_at_the_flow_label_of_an_ip6_address)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6,
                                .sin6_port = htons(80),
                                .sin6_flowinfo = htonl(0x12345),
                                .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct vr_address labelled = peer_of(&addr, sizeof(addr));
    struct vr_address plain = parsed("[::1]:80");

    check(vr_address_is_equal(&labelled, &plain));
}

TEST(address_compare, does_not_look_behind_a_path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "/a"};
    struct vr_address plain = parsed("unix:/a");
    struct vr_address bare = peer_of(&addr, PATH_AT + 2);
    struct vr_address whole = peer_of(&addr, sizeof(addr));

    memcpy(addr.sun_path, "/a\0rest", 7);
    struct vr_address dirty = peer_of(&addr, sizeof(addr));
    check(vr_address_is_equal(&bare, &plain));
    check(vr_address_is_equal(&whole, &plain));
    check(vr_address_is_equal(&dirty, &plain));
    check_int(bare.len, plain.len);
    check_int(whole.len, plain.len);
}

/* Some systems' length of a path leaves out the zero behind it. */
TEST(address_compare, reads_nothing_behind_the_length_of_a_path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "/run/x!"};
    struct vr_address plain = parsed("unix:/run/x");
    struct vr_address bare = peer_of(&addr, PATH_AT + 6);

    check(vr_address_is_equal(&bare, &plain));
    check_int(bare.len, plain.len);
}

/* Linux tells of one byte more than it takes. */
TEST(address_compare, takes_a_path_that_fills_its_place_as_it_can_be_used)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct sockaddr_storage storage = {0};

    memset(addr.sun_path, 'x', sizeof(addr.sun_path));
    memcpy(&storage, &addr, sizeof(addr));
    struct vr_address told = peer_of(&storage, sizeof(addr) + 1);
    struct vr_address given = peer_of(&addr, sizeof(addr));
    check(vr_address_is_equal(&told, &given));
    check_int(told.len, sizeof(addr));
    check_int(given.len, sizeof(addr));
}

static struct vr_address abstract(const char *name, size_t len)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};

    memcpy(addr.sun_path + 1, name, len);
    return peer_of(&addr, PATH_AT + 1 + len);
}

TEST(address_compare, tells_abstract_names_apart_by_all_their_bytes)
{
    struct vr_address a = abstract("a", 1), b = abstract("b", 1);
    struct vr_address longer = abstract("a\0", 2), path = parsed("unix:a");
    struct vr_address nameless = peer_of(&a.addr, PATH_AT);

    check(vr_address_is_equal(&a, &a));
    check(!vr_address_is_equal(&a, &b));
    check(!vr_address_is_equal(&a, &longer));
    check(!vr_address_is_equal(&a, &path));
    check(!vr_address_is_equal(&a, &nameless));
    check(vr_address_is_equal(&nameless, &nameless));
}

TEST(address_compare, equals_the_address_that_the_system_gives_for_it)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof(addr);
    struct vr_address given;

    int fd = raw_listen(AF_UNIX, &given);
    check_int(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
    struct vr_address told = peer_of(&addr, len);

    check(vr_address_is_equal(&given, &told));
    raw_close_listening(fd);
}

static void check_lengths(int family, socklen_t least, socklen_t most)
{
    struct sockaddr_storage addr = {.ss_family = (sa_family_t)family};
    struct vr_address address = {.len = 7};

    memset((char *)&addr + PATH_AT, 'x', sizeof(addr) - PATH_AT);
    for (socklen_t len = 1; len <= (socklen_t)sizeof(addr) + 1; len++) {
        int err =
            vr_address_from_sockaddr((struct sockaddr *)&addr, len, &address);
        check_int(err, len >= least && len <= most ? 0 : -EINVAL);
        if (err)
            check_int(address.len, 7);
        address.len = 7;
    }
}

TEST(address_compare, takes_no_address_of_a_length_that_cannot_be)
{
    check_lengths(AF_INET, sizeof(struct sockaddr_in),
                  sizeof(struct sockaddr_storage));
    check_lengths(AF_INET6, sizeof(struct sockaddr_in6),
                  sizeof(struct sockaddr_storage));
    check_lengths(AF_UNIX, PATH_AT, sizeof(struct sockaddr_un));
    check_lengths(AF_APPLETALK, PATH_AT, sizeof(struct sockaddr_storage));
}

TEST(address_compare, takes_no_address_for_one_that_is_unknown)
{
    struct vr_address none = peer_of(NULL, 0), empty = {0};

    check_int(vr_address_family(&none), AF_UNSPEC);
    check(vr_address_is_equal(&none, &empty));
}
