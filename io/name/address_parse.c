/* SPDX-License-Identifier: MIT */
/**
 * @file address_parse.c
 * Addresses from texts.
 *
 * What the system's own functions read depends on the system, and is more than
 * an address: "127.1", "0x7f.1", octal numbers, "*".  A text that a list of
 * addresses has let pass must mean here what it seems to mean.
 */
#include <vreactor/io/name/address_impl.h>

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>

enum { IP4_SIZE = 4, IP6_SIZE = 16, GROUP_SIZE = 2, GROUP_DIGITS = 4 };

/* The text still to be read. */
struct text {
    const char *at;
    const char *end;
};

static bool is_over(const struct text *text)
{
    return text->at == text->end;
}

static bool has(const struct text *text, char byte)
{
    return memchr(text->at, byte, (size_t)(text->end - text->at)) != NULL;
}

static bool skip(struct text *text, char byte)
{
    if (is_over(text) || *text->at != byte)
        return false;
    text->at++;
    return true;
}

/* ---- numbers ---- */

/* @return -1: it is none */
static int digit_of(char byte)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = byte ? strchr(digits, byte) : NULL;

    return at ? (int)((at - digits) % 16) : -1;
}

static bool is_decimal(const struct text *text)
{
    return !is_over(text) && *text->at >= '0' && *text->at <= '9';
}

/* A decimal number without leading zeros. @return -1: none, or above @p most */
static int64_t read_number(struct text *text, uint32_t most)
{
    const char *first = text->at;
    int64_t number = 0;

    for (; is_decimal(text) && number <= most; text->at++)
        number = number * 10 + digit_of(*text->at);
    if (text->at == first || number > most ||
        (*first == '0' && text->at > first + 1))
        return -1;
    return number;
}

static bool read_port(const char *digits, int *ret_port)
{
    struct text text = {digits, digits + strlen(digits)};
    int64_t port = read_number(&text, VR_ADDRESS_MOST_PORT);

    *ret_port = (int)port;
    return port >= 0 && is_over(&text);
}

/* ---- IPv4 ---- */

/* Four decimal octets, to the end. */
static bool read_ip4(struct text text, uint8_t *ret_bytes)
{
    for (int i = 0; i < IP4_SIZE; i++) {
        if (i && !skip(&text, '.'))
            return false;
        int64_t octet = read_number(&text, UINT8_MAX);
        if (octet < 0)
            return false;
        ret_bytes[i] = (uint8_t)octet;
    }
    return is_over(&text);
}

static int parse_ip4(struct text host, int port, struct vr_address *ret_address)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port)};

    if (!read_ip4(host, (uint8_t *)&addr.sin_addr))
        return -VR_EADDRESS;
    return vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr),
                                    ret_address);
}

/* ---- IPv6 ---- */

enum { NO_GAP = -1 };

struct groups {
    uint8_t bytes[IP6_SIZE];
    int len; /* how many were read, without the zeros of "::" */
    int gap; /* the place of "::" among them */
};

/* One to four hexadecimal digits. */
static bool read_group(struct text *text, struct groups *groups)
{
    const char *first = text->at;
    unsigned group = 0;

    for (; !is_over(text) && digit_of(*text->at) >= 0; text->at++)
        group = (group & 0xfff) << 4 | (unsigned)digit_of(*text->at);
    if (text->at == first || text->at > first + GROUP_DIGITS ||
        groups->len == IP6_SIZE)
        return false;
    groups->bytes[groups->len++] = (uint8_t)(group >> 8);
    groups->bytes[groups->len++] = (uint8_t)group;
    return true;
}

/* The last 32 bits may be written as in IPv4. */
static bool read_last_ip4(struct text *text, struct groups *groups)
{
    if (groups->len > IP6_SIZE - IP4_SIZE ||
        !read_ip4(*text, groups->bytes + groups->len))
        return false;
    groups->len += IP4_SIZE;
    text->at = text->end;
    return true;
}

static bool read_gap(struct text *text, struct groups *groups)
{
    if (!skip(text, ':'))
        return true;
    if (groups->gap != NO_GAP)
        return false;
    groups->gap = groups->len;
    return true;
}

static bool read_groups(struct text text, struct groups *groups)
{
    if (skip(&text, ':') && (!read_gap(&text, groups) || groups->gap < 0))
        return false;

    while (!is_over(&text)) {
        bool last = has(&text, '.') && !has(&text, ':');
        if (!(last ? read_last_ip4 : read_group)(&text, groups))
            return false;
        if (is_over(&text))
            return true;
        if (!skip(&text, ':') || is_over(&text) || !read_gap(&text, groups))
            return false;
    }
    return groups->gap != NO_GAP;
}

/* "::" stands for one group of zeros at least. */
static bool read_ip6(struct text text, struct in6_addr *ret_addr)
{
    struct groups groups = {.gap = NO_GAP};
    uint8_t *to = ret_addr->s6_addr;

    if (!read_groups(text, &groups) ||
        (groups.gap == NO_GAP ? groups.len != IP6_SIZE
                              : groups.len > IP6_SIZE - GROUP_SIZE))
        return false;

    int head = groups.gap == NO_GAP ? groups.len : groups.gap;
    int tail = groups.len - head;
    memset(to, 0, IP6_SIZE);
    memcpy(to, groups.bytes, (size_t)head);
    memcpy(to + IP6_SIZE - tail, groups.bytes + head, (size_t)tail);
    return true;
}

static int look_up_zone(const struct vr_env *env, const char *name,
                        uint32_t *ret_zone)
{
    errno = 0;
    *ret_zone = vr_sys(vr_env_or_current(env), if_nametoindex)(name);
    if (*ret_zone)
        return 0;
    return errno && errno != ENXIO ? -errno : -ENODEV; /* ENXIO: the BSDs */
}

/* Digits are a number, of which 0 would be none. */
static int read_zone(const struct vr_env *env, struct text text,
                     uint32_t *ret_zone)
{
    size_t len = (size_t)(text.end - text.at);
    char name[IF_NAMESIZE] = "";
    struct text rest = text;

    while (is_decimal(&rest))
        rest.at++;
    if (is_over(&rest)) {
        int64_t number = read_number(&text, UINT32_MAX);
        *ret_zone = (uint32_t)number;
        return number > 0 ? 0 : -VR_EADDRESS;
    }

    for (; !is_over(&rest); rest.at++)
        if (!vr_zone_name_has(*rest.at))
            return -VR_EADDRESS;
    if (len >= sizeof(name))
        return -ENODEV;
    memcpy(name, text.at, len);
    return look_up_zone(env, name, ret_zone);
}

static int parse_ip6(const struct vr_env *env, struct text host, int port,
                     struct vr_address *ret_address)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6,
                                .sin6_port = htons((uint16_t)port)};
    struct text zone = host;

    while (!is_over(&zone) && *zone.at != '%')
        zone.at++;
    host.end = zone.at;
    if (!read_ip6(host, &addr.sin6_addr))
        return -VR_EADDRESS;
    if (skip(&zone, '%')) {
        if (!vr_ip6_has_zone(&addr.sin6_addr))
            return -VR_EADDRESS;
        int err = read_zone(env, zone, &addr.sin6_scope_id);
        if (err)
            return err;
    }
    return vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr),
                                    ret_address);
}

/* ---- unix ---- */

/* A byte, or one written as "\x1b". @return -1: it is none */
static int read_byte(struct text *text)
{
    static const size_t written = sizeof("\\x1b") - 1;
    const char *at = text->at;

    if (*at != '\\') {
        text->at++;
        return (uint8_t)*at;
    }
    if ((size_t)(text->end - at) < written || at[1] != 'x' ||
        digit_of(at[2]) < 0 || digit_of(at[3]) < 0)
        return -1;
    text->at += written;
    return digit_of(at[2]) << 4 | digit_of(at[3]);
}

static int parse_unix(struct text text, struct vr_address *ret_address)
{
    char name[sizeof(((struct sockaddr_un *)NULL)->sun_path)] = "";
    bool abstract = skip(&text, '@');
    size_t len = 0;

    while (!is_over(&text)) {
        int byte = read_byte(&text);
        if (byte < 0 || (!byte && !abstract))
            return -VR_EADDRESS;
        if (len == sizeof(name) - 1)
            return -ENAMETOOLONG;
        name[len++] = (char)byte;
    }
    return abstract ? vr_address_abstract(name, len, ret_address)
                    : vr_address_unix(name, ret_address);
}

/* ---- which of them ---- */

int vr_address_ip(const struct vr_env *env, const char *host, int port,
                  struct vr_address *ret_address)
{
    struct text text = {host, host + strlen(host)};

    if (port < 0 || port > VR_ADDRESS_MOST_PORT)
        return -VR_EADDRESS;
    return has(&text, ':') ? parse_ip6(env, text, port, ret_address)
                           : parse_ip4(text, port, ret_address);
}

int vr_address_parse(const struct vr_env *env, const char *text,
                     struct vr_address *ret_address)
{
    static const char prefix[] = "unix:";
    const char *name = text + sizeof(prefix) - 1;
    const char *colon = strrchr(text, ':');
    int port;

    if (!strncmp(text, prefix, sizeof(prefix) - 1))
        return parse_unix((struct text){name, name + strlen(name)},
                          ret_address);
    if (!colon || !read_port(colon + 1, &port))
        return -VR_EADDRESS;
    if (*text != '[')
        return parse_ip4((struct text){text, colon}, port, ret_address);
    return colon[-1] == ']' ? parse_ip6(env, (struct text){text + 1, colon - 1},
                                        port, ret_address)
                            : -VR_EADDRESS;
}
