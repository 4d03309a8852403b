/* SPDX-License-Identifier: MIT */
#include "url.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/err.h>

enum { HTTP_PORT = 80, MOST_PORT = 65535, PORT_DIGITS = 5 };

/* The port behind a colon, or none at all. @return -1 for anything else */
static int parse_port(const char *text, const char *end)
{
    char digits[PORT_DIGITS + 1] = "";
    size_t len = (size_t)(end - text);

    if (!len)
        return HTTP_PORT;
    if (text[0] != ':' || len < 2 || len > PORT_DIGITS + 1)
        return -1;
    memcpy(digits, text + 1, len - 1);
    if (strspn(digits, "0123456789") != len - 1)
        return -1;
    int port = atoi(digits);
    return port > 0 && port <= MOST_PORT ? port : -1;
}

/* Spaces and control bytes would end the request line early. */
static int is_printable(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7f)
            return 0;
    return 1;
}

static int digit_of(char byte)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = byte ? strchr(digits, byte) : NULL;

    return at ? (int)((at - digits) % 16) : -1;
}

/* In a URL a zone's '%' is escaped as "%25" (RFC 6874), and so are bytes that
 * it cannot hold.  @return the length; 0 for anything else */
static size_t read_zone(const char *text, const char *end, char *to)
{
    size_t len = 0;

    if (end - text < 4 || strncmp(text, "%25", 3) != 0)
        return 0;
    to[len++] = '%';
    for (text += 3; text < end; text++) {
        to[len++] = *text;
        if (*text != '%')
            continue;
        if (end - text < 3 || digit_of(text[1]) < 0 || digit_of(text[2]) < 0)
            return 0;
        to[len - 1] = (char)(digit_of(text[1]) << 4 | digit_of(text[2]));
        if (to[len - 1] <= ' ')
            return 0;
        text += 2;
    }
    return len;
}

/* Others take a '?' or '#' for the end of a host, a '@' for what is before it.
 * @return the length of @p to, which has room for all of it; 0: no host */
static size_t read_host(const char *text, const char *end, bool bracketed,
                        char *to)
{
    const char *zone = memchr(text, '%', (size_t)(end - text));
    size_t len = (size_t)((zone ? zone : end) - text);

    if (bracketed ? !memchr(text, ':', len) : zone != NULL)
        return 0;
    if (!bracketed && strcspn(text, "?#@[]\\") < len)
        return 0;
    memcpy(to, text, len);
    if (zone) {
        size_t more = read_zone(zone, end, to + len);
        len = more ? len + more : 0;
    }
    to[len] = '\0';
    return is_printable(to) ? len : 0;
}

int url_parse(const char *text, struct url *ret_url)
{
    static const char scheme[] = "http://";

    if (strncmp(text, scheme, strlen(scheme)) != 0 || !is_printable(text))
        return -VR_EADDRESS;
    const char *host = text + strlen(scheme);
    const char *path = host + strcspn(host, "/");
    const char *host_end = host + strcspn(host, ":/");
    const char *port = host_end;
    bool bracketed = *host == '[';
    if (bracketed) {
        host_end = memchr(host, ']', (size_t)(path - host));
        if (!host_end)
            return -VR_EADDRESS;
        port = host_end + 1;
        host++;
    }
    if ((size_t)(host_end - host) >= sizeof(ret_url->host) ||
        strlen(path) >= sizeof(ret_url->path) ||
        !read_host(host, host_end, bracketed, ret_url->host))
        return -VR_EADDRESS;

    (void)snprintf(ret_url->path, sizeof(ret_url->path), "%s",
                   *path ? path : "/");
    ret_url->port = parse_port(port, path);
    return ret_url->port < 0 ? -VR_EADDRESS : 0;
}

void url_host_line(const struct url *url, char *buf, size_t size)
{
    bool bracketed = strchr(url->host, ':') != NULL;
    int len = (int)strcspn(url->host, "%");

    (void)snprintf(buf, size, bracketed ? "[%.*s]:%d" : "%.*s:%d", len,
                   url->host, url->port);
}

int url_resolve(const char *text, struct url *ret_url,
                struct vr_address *ret_address)
{
    *ret_address = (struct vr_address){0};
    if (!text)
        return url_parse("http://localhost/", ret_url);

    int err = url_parse(text, ret_url);
    if (err) {
        fprintf(stderr, "%s: not of the form http://HOST:PORT/PATH\n", text);
        return err;
    }
    err = vr_address_lookup(NULL, ret_url->host, ret_url->port, ret_address, 1);
    if (err < 0)
        fprintf(stderr, "%s: resolve: %s (%s)\n", ret_url->host,
                vr_strerror(err), vr_errname(err));
    return err < 0 ? err : 0;
}
