/* SPDX-License-Identifier: MIT */
/**
 * @file urls.c
 * Any text is read as a URL by examples/url.h, and by a second reader that goes
 * by the form of its parts.  What both took is put together again and must read
 * the same; what goes into a request ends no line of it, and names no zone.
 *
 *   reaches examples/url.c: return port > 0 && port <= MOST_PORT ? port : -1;
 *   reaches examples/url.c: port = host_end + 1;
 *   reaches examples/url.c: to[len - 1] = (char)(digit_of(text[1]) << 4
 *   reaches examples/url.c: len = more ? len + more : 0;
 *   reaches examples/url.c: (void)snprintf(ret_url->path
 *   reaches examples/url.c: int len = (int)strcspn(url->host, "%");
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <vreactor/base/err.h>

#include "examples/url.h"

const char fuzz_target[] = "urls";

enum { TEXT_MOST = 4000, AGAIN_MOST = 3 * URL_HOST_SIZE + URL_PATH_SIZE + 32 };

/* ---- the second reader ---- */

static int hex(const char *digit)
{
    static const char digits[] = "0123456789abcdef";
    char lower = *digit >= 'A' && *digit <= 'F' ? *digit - 'A' + 'a' : *digit;

    return lower && strchr(digits, lower)
               ? (int)(strchr(digits, lower) - digits)
               : -1;
}

static bool is_plain(const char *text)
{
    while (*text && (uint8_t)*text > ' ' && *text != 0x7f)
        text++;
    return !*text;
}

/* The text between brackets; where it has a zone, "%25" stands before it. */
static bool read_bracketed(const char *text, char *host)
{
    const char *zone = strchr(text, '%');
    size_t len = zone ? (size_t)(zone - text) : strlen(text);

    memcpy(host, text, len);
    if (!memchr(text, ':', len) || (zone && strncmp(zone, "%25", 3) != 0) ||
        (zone && !zone[3]))
        return false;
    if (zone)
        host[len++] = '%';
    for (const char *at = zone ? zone + 3 : ""; *at; at++) {
        host[len] = *at;
        if (*at == '%') {
            if (hex(at + 1) < 0 || hex(at + 2) < 0)
                return false;
            host[len] = (char)(hex(at + 1) << 4 | hex(at + 2));
            at += 2;
            if (host[len] <= ' ' || host[len] == 0x7f)
                return false;
        }
        len++;
    }
    host[len] = '\0';
    return true;
}

static int read_port(const char *text)
{
    size_t len = strlen(text);

    if (!len)
        return 80;
    if (*text != ':' || len < 2 || len > 6 ||
        strspn(text + 1, "0123456789") != len - 1)
        return -1;
    long port = strtol(text + 1, NULL, 10);
    return port >= 1 && port <= 65535 ? (int)port : -1;
}

/* @text is the caller's to change. */
static bool read_url(char *text, struct url *ret_url)
{
    char *host = text + 7, *end, *path;

    if (strncmp(text, "http://", 7) != 0 || !is_plain(text))
        return false;
    path = strchr(host, '/');
    if (path ? strlen(path) >= URL_PATH_SIZE : false)
        return false;
    (void)strcpy(ret_url->path, path ? path : "/");
    if (path)
        *path = '\0';

    bool bracketed = *host == '[';
    end = bracketed ? strchr(host, ']') : host + strcspn(host, ":");
    if (!end)
        return false;
    ret_url->port = read_port(end + bracketed);
    *end = '\0';
    host += bracketed;
    if (!*host || strlen(host) >= URL_HOST_SIZE || ret_url->port < 0)
        return false;
    if (bracketed)
        return read_bracketed(host, ret_url->host);
    (void)strcpy(ret_url->host, host);
    return !strpbrk(host, "%?#@[]\\");
}

/* ---- what was read ---- */

/* As a URL again; bytes of a zone as they are never written by hand. */
static void write_again(const struct url *url, char *text, size_t size)
{
    size_t len = strcspn(url->host, "%");
    bool bracketed = strchr(url->host, ':') != NULL;
    int at = snprintf(text, size, "http://%s%.*s", bracketed ? "[" : "",
                      (int)len, url->host);

    if (url->host[len])
        at += snprintf(text + at, size - (size_t)at, "%%25");
    for (const char *zone = url->host + len; *zone && *++zone;)
        at += (uint8_t)*zone >= 0x80
                  ? snprintf(text + at, size - (size_t)at, "%c", *zone)
                  : snprintf(text + at, size - (size_t)at, "%%%02X",
                             (unsigned)*zone);
    (void)snprintf(text + at, size - (size_t)at, "%s:%d%s",
                   bracketed ? "]" : "", url->port, url->path);
}

static void check_same(const struct url *a, const struct url *b)
{
    fuzz_check(!strcmp(a->host, b->host));
    fuzz_check(!strcmp(a->path, b->path));
    fuzz_check(a->port == b->port);
}

/* Lines of a request are made of these. */
static void check_lines(const struct url *url)
{
    char line[URL_HOST_SIZE + 16], port[16];

    fuzz_check(*url->host && is_plain(url->host));
    fuzz_check(*url->path == '/' && is_plain(url->path));
    fuzz_check(url->port >= 1 && url->port <= 65535);
    url_host_line(url, line, sizeof(line));
    fuzz_check(is_plain(line) && !strchr(line, '%'));
    int len = snprintf(port, sizeof(port), ":%d", url->port);
    fuzz_check(strlen(line) > (size_t)len &&
               !strcmp(line + strlen(line) - len, port));
    fuzz_check(strlen(line) < sizeof(line) - 1);
}

/* A host in brackets is the address that it is for io/name/address.h, too. */
static void check_address(const struct url *url)
{
    char text[URL_HOST_SIZE + 16];
    struct vr_address host, whole;

    if (!strchr(url->host, ':') || strchr(url->host, '%'))
        return;
    (void)snprintf(text, sizeof(text), "[%s]:%d", url->host, url->port);
    int err = vr_address_ip(NULL, url->host, url->port, &host);
    fuzz_check(err == vr_address_parse(NULL, text, &whole));
    fuzz_check(err || vr_address_is_equal(&host, &whole));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct url want = {.port = 0}, got, again;
    char *text, copy[TEXT_MOST + 1], written[AGAIN_MOST];

    size = size < TEXT_MOST ? size : TEXT_MOST;
    text = calloc(1, size + 1);
    fuzz_check(text);
    if (size)
        memcpy(text, data, size);
    (void)strcpy(copy, text);
    bool is_one = read_url(copy, &want);
    int err = url_parse(text, &got);
    free(text);
    fuzz_check(err == (is_one ? 0 : -VR_EADDRESS));
    if (err)
        return 0;

    check_same(&want, &got);
    check_lines(&got);
    check_address(&got);
    write_again(&got, written, sizeof(written));
    /* Spelled so, a zone takes more room. */
    if (strchr(got.host, '%') && strlen(got.host) >= URL_HOST_SIZE / 4)
        return 0;
    fuzz_check(!url_parse(written, &again));
    check_same(&got, &again);
    return 0;
}
