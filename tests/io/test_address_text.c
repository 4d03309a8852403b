/* SPDX-License-Identifier: MIT */
/**
 * @file test_address_text.c
 * Which texts are addresses, and which texts addresses are: io/name/address.h.
 */
#include <vreactor/io/name/address.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <vreactor/base/err.h>

#include "tests/support/test.h"

/* ---- a table of both ---- */

static const struct {
    const char *text;
    const char *printed; /* NULL: as it was read */
} good[] = {
    {"127.0.0.1:80", NULL},
    {"0.0.0.0:0", NULL},
    {"255.255.255.255:65535", NULL},
    {"1.2.3.4:8080", NULL},
    {"10.0.0.1:1", NULL},
    {"[::]:0", NULL},
    {"[::1]:80", NULL},
    {"[2001:db8::5]:443", NULL},
    {"[1:2:3:4:5:6:7:8]:1", NULL},
    {"[0:0:0:0:0:0:0:0]:1", "[::]:1"},
    {"[0:0::1]:80", "[::1]:80"},
    {"[2001:DB8::A]:80", "[2001:db8::a]:80"},
    {"[0001:0002::]:80", "[1:2::]:80"},
    {"[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1"},
    {"[::2:3:4:5:6:7:8]:1", "[0:2:3:4:5:6:7:8]:1"},
    {"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", NULL},
    {"[::ffff:127.0.0.1]:80", NULL},
    {"[::FFFF:7f00:1]:80", "[::ffff:127.0.0.1]:80"},
    {"[64:ff9b::1.2.3.4]:80", "[64:ff9b::102:304]:80"},
    {"[1:2:3:4:5:6:1.2.3.4]:80", "[1:2:3:4:5:6:102:304]:80"},
    {"[fe80::1]:80", NULL},
    {"[fe80::1%1]:80", NULL},
    {"[fe80::1%4294967295]:80", NULL},
    {"[febf::1%7]:80", NULL},
    {"[::1%1]:80", NULL},
    {"[ff01::1%1]:80", NULL},
    {"[ff02::1%1]:80", NULL},
    {"[ff12::1%1]:80", NULL},
    {"unix:/run/socket", NULL},
    {"unix:relative:1", NULL},
    {"unix:unix:/a", NULL},
    {"unix:/run/a\\x20b", NULL},
    {"unix:/run/a b", "unix:/run/a\\x20b"},
    {"unix:/run/a'b", "unix:/run/a\\x27b"},
    {"unix:/caf\xc3\xa9", "unix:/caf\\xc3\\xa9"},
    {"unix:\\x40name", NULL},
    {"unix:\\x4a\\x4B", "unix:JK"},
    {"unix:a@b", NULL},
    {"unix:@name", NULL},
    {"unix:@", NULL},
    {"unix:@@", NULL},
    {"unix:@a\\x00b", NULL},
    {"unix:@\\x00\\x00", NULL},
    {"unix:@[::1]:80", NULL},
};

static const char *const bad[] = {
    "",
    ":",
    ":80",
    "80",
    "unix",
    "unknown",
    "unix:",
    "Unix:/a",
    "unix:\\",
    "unix:\\x",
    "unix:\\x1",
    "unix:\\x1g",
    "unix:\\n",
    "unix:/a\\x00",
    "unix:\\x00name",
    /* hosts */
    "*",
    "*:8080",
    "[*]:80",
    "localhost:80",
    "no-such-host.invalid:80",
    "127.0.0.1",
    "127.1:80",
    "127.0.1:80",
    "0x7f.1:80",
    "0x7f.0.0.1:80",
    "0x7f000001:80",
    "2130706433:80",
    "2130706433",
    "010.0.0.1:80",
    "10.0.0.01:80",
    "1.2.3.00:80",
    "1.2.3:80",
    "1.2.3.:80",
    ".1.2.3.4:80",
    "1.2.3.4.:80",
    "1.2.3.4.5:80",
    "1..2.3:80",
    "1.2.3.-4:80",
    "1.2.3.+4:80",
    "1.2.3.4a:80",
    "256.0.0.1:80",
    "1.2.3.99999999999999999999:80",
    " 1.2.3.4:80",
    "1.2.3.4 :80",
    "1.2.3.4%1:80",
    "[127.0.0.1]:80",
    "[127.0.0.1:80",
    "127.0.0.1]:80",
    "::1:80",
    "[::1]",
    "[::1:80",
    "::1]:80",
    "[]:80",
    "[",
    "[:80",
    "[]",
    "]:80",
    "[:]:80",
    "[:::]:80",
    "[1]:80",
    "[1:2:3:4:5:6:7]:80",
    "[1:2:3:4:5:6:7:]:80",
    "[:2:3:4:5:6:7:8]:80",
    "[1:2:3:4:5:6:7:8:]:80",
    "[1:2:3:4:5:6:7:8:9]:80",
    "[1:2:3:4:5:6:7:8::]:80",
    "[1:2:3:4::5:6:7:8]:80",
    "[1::2::3]:80",
    "[12345::]:80",
    "[00001::]:80",
    "[g::]:80",
    "[0x1::]:80",
    "[::1.2.3]:80",
    "[::1.2.3.04]:80",
    "[::1.2.3.4:5]:80",
    "[::1.2.3.4.]:80",
    "[1:2:3:4:5:6:7:1.2.3.4]:80",
    "[ ::1]:80",
    "[::1 ]:80",
    "[[::1]]:80",
    /* zones */
    "[fe80::1%]:80",
    "[fe80::1%0]:80",
    "[fe80::1%01]:80",
    "[fe80::1%4294967296]:80",
    "[fe80::1%1]:80 ",
    "[fe80::1%1%2]:80",
    "[fe80::1%2:5]:80",
    "[fe80::1%a/b]:80",
    "[fe80::1%a b]:80",
    "[fe80%1::1]:80",
    "[2001:db8::5%1]:80",
    "[2001:db8::5%lo]:80",
    "[ff05::1%1]:80",
    "[::%1]:80",
    "[::2%1]:80",
    "[::ffff:127.0.0.1%1]:80",
    /* ports */
    "127.0.0.1:",
    "127.0.0.1:080",
    "127.0.0.1:00",
    "127.0.0.1:65536",
    "127.0.0.1:100000",
    "127.0.0.1:99999999999999999999",
    "127.0.0.1:-1",
    "127.0.0.1:+1",
    "127.0.0.1: 1",
    "127.0.0.1:1 ",
    "127.0.0.1:1\n",
    "127.0.0.1:http",
    "127.0.0.1::80",
    "[::1]:0x10",
    "[::1]80",
    "[::1]::80",
    "[::1] :80",
};

static void check_reads(const char *text, const char *printed)
{
    char buf[VR_ADDRESS_TEXT_SIZE];
    struct vr_address address;

    int err = vr_address_parse(NULL, text, &address);
    if (err)
        test_fail(__FILE__, __LINE__, "\"%s\": %s", text, vr_errname(err));
    check_str(vr_address_format(&address, buf, sizeof(buf)), printed);
}

static void check_refuses(const char *text, int err)
{
    struct vr_address address, before;

    memset(&address, 0x5a, sizeof(address));
    before = address;
    int got = vr_address_parse(NULL, text, &address);
    if (got != err)
        test_fail(__FILE__, __LINE__, "\"%s\": %s, not %s", text,
                  vr_errname(got), vr_errname(err));
    check_mem(&address, &before, sizeof(address));
}

TEST(address_text,
     reads_what_is_an_address_and_prints_it_so_that_it_is_read_again)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        const char *printed = good[i].printed ? good[i].printed : good[i].text;
        check_reads(good[i].text, printed);
        check_reads(printed, printed);
    }
}

/* promise sockets-17 */
TEST(address_text, refuses_what_only_looks_like_an_address)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        check_refuses(bad[i], -VR_EADDRESS);
}

TEST(address_text, reads_family_address_and_port)
{
    struct vr_address address;

    check_int(vr_address_parse(NULL, "1.2.3.4:258", &address), 0);
    check_int(vr_address_family(&address), AF_INET);
    check_int(vr_address_port(&address), 258);
    check_int(vr_address_parse(NULL, "[::1]:65535", &address), 0);
    check_int(vr_address_family(&address), AF_INET6);
    check_int(vr_address_port(&address), 65535);
    check_int(vr_address_parse(NULL, "unix:@a:1", &address), 0);
    check_int(vr_address_family(&address), AF_UNIX);
    check_int(vr_address_port(&address), 0);
}

TEST(address_text, refuses_a_host_that_is_too_long)
{
    char text[400];

    memset(text, '1', sizeof(text));
    memcpy(text + sizeof(text) - 4, ":80", 4);
    check_refuses(text, -VR_EADDRESS);
    text[0] = '[';
    text[sizeof(text) - 5] = ']';
    check_refuses(text, -VR_EADDRESS);
    memcpy(text, "[fe80::1%", 9);
    check_refuses(text, -VR_EADDRESS);
    text[20] = 'x';
    check_refuses(text, -ENODEV);
}
