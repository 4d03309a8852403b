/* SPDX-License-Identifier: MIT */
/**
 * @file test_url.c
 * The parts of a URL: examples/url.h.
 */
#include <string.h>

#include <vreactor/base/err.h>

#include "examples/url.h"
#include "tests/support/test.h"

static struct url url;

static void check_reads(const char *text, const char *host, const char *line)
{
    char buf[URL_HOST_SIZE + 16];

    int err = url_parse(text, &url);
    if (err)
        test_fail(__FILE__, __LINE__, "%s: %s", text, vr_errname(err));
    check_str(url.host, host);
    url_host_line(&url, buf, sizeof(buf));
    check_str(buf, line);
}

static void check_refuses(const char *text)
{
    if (url_parse(text, &url) != -VR_EADDRESS)
        test_fail(__FILE__, __LINE__, "%s was read", text);
}

TEST(url, has_a_host_and_a_port)
{
    check_reads("http://example.org", "example.org", "example.org:80");
    check_reads("http://example.org:8080/a:b", "example.org",
                "example.org:8080");
    check_str(url.path, "/a:b");
    check_reads("http://127.0.0.1/", "127.0.0.1", "127.0.0.1:80");
    check_reads("http://[::1]/", "::1", "[::1]:80");
    check_reads("http://[2001:db8::1]:81/", "2001:db8::1", "[2001:db8::1]:81");
}

TEST(url, spells_a_zone_so_that_its_percent_sign_is_one)
{
    check_reads("http://[fe80::1%25eth0]/", "fe80::1%eth0", "[fe80::1]:80");
    check_reads("http://[fe80::1%252]:81/", "fe80::1%2", "[fe80::1]:81");
    check_reads("http://[fe80::1%25a%2Db]/", "fe80::1%a-b", "[fe80::1]:80");
    check_reads("http://[fe80::1%25a%2fb]/", "fe80::1%a/b", "[fe80::1]:80");
}

TEST(url, has_no_zone_of_another_spelling)
{
    check_refuses("http://[fe80::1%eth0]/");
    check_refuses("http://[fe80::1%]/");
    check_refuses("http://[fe80::1%2]/");
    check_refuses("http://[fe80::1%25]/");
    check_refuses("http://[fe80::1%25a%]/");
    check_refuses("http://[fe80::1%25a%2]/");
    check_refuses("http://[fe80::1%25a%2g]/");
    check_refuses("http://[fe80::1%25a%00]/");
    check_refuses("http://[fe80::1%25a%0a]/");
    check_refuses("http://[fe80::1%25a%20b]/");
    check_refuses("http://fe80%25eth0/");
    check_refuses("http://localhost%25lo/");
}

TEST(url, has_in_brackets_an_ip6_address)
{
    check_refuses("http://[127.0.0.1]/");
    check_refuses("http://[localhost]/");
    check_refuses("http://[]/");
    check_refuses("http://[::1/");
    check_refuses("http:///");
    check_refuses("http://:80/");
}

/* A '?' or '#' would end the host, and what is before a '@' is none. */
TEST(url, has_no_host_that_others_would_read_otherwise)
{
    check_refuses("http://example.org?q=1");
    check_refuses("http://example.org#@localhost/");
    check_refuses("http://example.org@localhost/");
    check_refuses("http://example.org\\@localhost/");
    check_refuses("http://localhost]/");
}
