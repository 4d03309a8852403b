/* SPDX-License-Identifier: MIT */
/**
 * @file places.h
 * A second reader of addresses, for the targets that compare io/name/address.h
 * with it: inet_pton(3), and the rules that io/name/address.h states.
 */
#ifndef VR_FUZZ_PLACES_H
#define VR_FUZZ_PLACES_H

#include "fuzz/fuzz.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <vreactor/base/err.h>
#include <vreactor/io/name/address.h>

enum { NAME_MOST = sizeof(((struct sockaddr_un *)0)->sun_path) };

/* ---- the interfaces of a system that is the input's ---- */

enum { LO = 1, ETH0, GIVEN = 7 };

/* What is called so, besides these two; "": nothing. */
static char given[IF_NAMESIZE];

static inline unsigned index_of(const char *name)
{
    unsigned found = !strcmp(name, "lo")              ? LO
                     : !strcmp(name, "eth0")          ? ETH0
                     : *given && !strcmp(name, given) ? GIVEN
                                                      : 0;

    if (!found)
        errno = strcmp(name, "busy") != 0 ? ENXIO : ENFILE;
    return found;
}

static inline char *name_of(unsigned number, char *ret_name)
{
    const char *name = number == LO      ? "lo"
                       : number == ETH0  ? "eth0"
                       : number == GIVEN ? given
                                         : NULL;

    return name ? strcpy(ret_name, name) : NULL;
}

/* ---- what an address means ---- */

struct place {
    int family, port;
    uint32_t zone; /* 0 where it says nothing */
    uint8_t ip[16];
    size_t len; /* of name */
    char name[NAME_MOST];
};

static inline bool is_link_local(const uint8_t *ip)
{
    return (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) ||
           (ip[0] == 0xff && ((ip[1] & 15) == 1 || (ip[1] & 15) == 2));
}

static inline bool is_loopback(const uint8_t *ip)
{
    static const uint8_t loopback[16] = {[15] = 1};

    return !memcmp(ip, loopback, sizeof(loopback));
}

/* An abstract name begins with a zero, which counts; a path has none. */
static inline void name_in(struct place *place, const struct vr_address *peer)
{
    size_t before = offsetof(struct sockaddr_un, sun_path);
    const char *bytes = (const char *)&peer->addr + before;

    fuzz_check(peer->len <= sizeof(struct sockaddr_un));
    place->len = peer->len > before ? peer->len - before : 0;
    if (place->len && *bytes)
        place->len = strnlen(bytes, place->len);
    memcpy(place->name, bytes, place->len);
}

static inline struct place place_of(const struct vr_address *peer)
{
    struct place place = {.family = peer->len ? peer->addr.ss_family : 0};
    struct sockaddr_in6 ip6;
    struct sockaddr_in ip4;

    if (place.family == AF_INET) {
        memcpy(&ip4, &peer->addr, sizeof(ip4));
        memcpy(place.ip, &ip4.sin_addr, 4);
        place.port = ntohs(ip4.sin_port);
    } else if (place.family == AF_INET6) {
        memcpy(&ip6, &peer->addr, sizeof(ip6));
        memcpy(place.ip, &ip6.sin6_addr, 16);
        place.port = ntohs(ip6.sin6_port);
        place.zone = is_link_local(place.ip) ? ip6.sin6_scope_id : 0;
    } else if (place.family == AF_UNIX) {
        name_in(&place, peer);
    }
    return place;
}

static inline bool same(const struct place *a, const struct place *b)
{
    return a->family == b->family && a->port == b->port && a->zone == b->zone &&
           !memcmp(a->ip, b->ip, sizeof(a->ip)) && a->len == b->len &&
           !memcmp(a->name, b->name, a->len);
}

/* ---- the second reader ---- */

static inline int read_zone(const char *text, struct place *place)
{
    uint64_t number = 0;

    if (!text[strspn(text, "0123456789")]) {
        if (*text < '1' || strlen(text) > 10)
            return -VR_EADDRESS;
        number = strtoull(text, NULL, 10);
        place->zone = (uint32_t)number;
        return number > UINT32_MAX ? -VR_EADDRESS : 0;
    }
    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at >= 0x7f || strchr("%[]/\\:'\"", *at))
            return -VR_EADDRESS;
    if (strlen(text) >= IF_NAMESIZE)
        return -ENODEV;
    place->zone = index_of(text);
    return place->zone ? 0 : !strcmp(text, "busy") ? -ENFILE : -ENODEV;
}

/* What stands in brackets, or alone. */
static inline int read_ip(char *host, bool six, struct place *place)
{
    char *zone = six ? strchr(host, '%') : NULL;
    int err = 0;

    if (zone)
        *zone++ = '\0';
    place->family = six ? AF_INET6 : AF_INET;
    if (inet_pton(place->family, host, place->ip) != 1)
        return -VR_EADDRESS;
    if (zone) {
        bool local = is_link_local(place->ip);
        err = local || is_loopback(place->ip) ? read_zone(zone, place)
                                              : -VR_EADDRESS;
        place->zone = local ? place->zone : 0;
    }
    return err;
}

static inline int hex(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

static inline int read_name(const char *text, struct place *place)
{
    bool abstract = *text == '@';

    place->family = AF_UNIX;
    place->len = abstract;
    for (text += abstract; *text; text++) {
        int byte = (uint8_t)*text;
        if (byte == '\\') {
            if (text[1] != 'x' || hex(text[2]) < 0 || hex(text[3]) < 0)
                return -VR_EADDRESS;
            byte = hex(text[2]) << 4 | hex(text[3]);
            text += 3;
        }
        if (!byte && !abstract)
            return -VR_EADDRESS;
        if (place->len - abstract == NAME_MOST - 1)
            return -ENAMETOOLONG;
        place->name[place->len++] = (char)byte;
    }
    return place->len ? 0 : -VR_EADDRESS;
}

static inline bool read_port(const char *digits, struct place *place)
{
    size_t len = strlen(digits);

    place->port = len && len <= 5 ? (int)strtol(digits, NULL, 10) : 65536;
    return strspn(digits, "0123456789") == len && place->port <= 65535 &&
           (len == 1 || *digits != '0');
}

static inline int read_text(char *text, struct place *place)
{
    bool six = *text == '[';
    char *colon = strrchr(text, ':');

    if (!strncmp(text, "unix:", 5))
        return read_name(text + 5, place);
    if (!colon || !read_port(colon + 1, place))
        return -VR_EADDRESS;
    *colon = '\0';
    if (six && colon[-1] != ']')
        return -VR_EADDRESS;
    if (six)
        colon[-1] = '\0';
    return read_ip(text + six, six, place);
}

#endif
