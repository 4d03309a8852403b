/* SPDX-License-Identifier: MIT */
/**
 * @file peer.c
 * Addresses: read, looked up, printed.
 */
#include <vreactor/io/peer.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>

enum { PORT_TEXT = 6, MOST_PORT = 65535, HOST_SIZE = 256 };

static struct sockaddr_in ip4_of(const struct vr_peer *peer)
{
    struct sockaddr_in ip4;

    memcpy(&ip4, &peer->addr, sizeof(ip4));
    return ip4;
}

static struct sockaddr_in6 ip6_of(const struct vr_peer *peer)
{
    struct sockaddr_in6 ip6;

    memcpy(&ip6, &peer->addr, sizeof(ip6));
    return ip6;
}

/* What a unix socket is called: a path, without the zero that may end it; or an
 * abstract name, which begins with a zero and may hold others; or nothing. */
struct unix_name {
    const char *bytes;
    size_t len;
};

static struct unix_name name_of(const void *addr, size_t len)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    struct unix_name name = {.bytes = (const char *)addr + before,
                             .len = len > before ? len - before : 0};

    if (name.len && name.bytes[0])
        name.len = strnlen(name.bytes, name.len);
    return name;
}

/* Systems say more or less of what follows a path: it is as long as this. */
static int length_of_unix(const void *addr, size_t len)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    const size_t most = sizeof(struct sockaddr_un);
    struct unix_name name = name_of(addr, len);

    if (before + name.len > most)
        return -EINVAL;
    if (name.len && name.bytes[0])
        name.len += before + name.len < most ? 1 : 0;
    return (int)(before + name.len);
}

/* @return how much of @p addr means something; -EINVAL */
static int length_of(const struct sockaddr *addr, socklen_t len)
{
    const size_t before = offsetof(struct sockaddr, sa_data);

    if (len > (socklen_t)sizeof(struct sockaddr_storage) ||
        (len && len < (socklen_t)before))
        return -EINVAL;
    if (!len)
        return 0;

    switch (addr->sa_family) {
    case AF_INET:
        return len < (socklen_t)sizeof(struct sockaddr_in)
                   ? -EINVAL
                   : (int)sizeof(struct sockaddr_in);
    case AF_INET6:
        return len < (socklen_t)sizeof(struct sockaddr_in6)
                   ? -EINVAL
                   : (int)sizeof(struct sockaddr_in6);
    case AF_UNIX:
        return length_of_unix(addr, len);
    default:
        return (int)len;
    }
}

int vr_peer_from_sockaddr(const struct sockaddr *addr, socklen_t len,
                          struct vr_peer *ret_peer)
{
    int meant = length_of(addr, len);
    if (meant < 0)
        return meant;

    *ret_peer = (struct vr_peer){.len = (socklen_t)meant};
    if (meant)
        memcpy(&ret_peer->addr, addr, (size_t)meant);
    return 0;
}

typedef int ask_fn(int fd, struct sockaddr *addr, socklen_t *len);

static int ask(ask_fn *call, int fd, struct vr_peer *ret_peer)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof(addr);

    if (call(fd, (struct sockaddr *)&addr, &len) < 0)
        return -errno;
    return vr_peer_from_sockaddr((struct sockaddr *)&addr, len, ret_peer);
}

int vr_peer_local(const struct vr_env *env, int fd, struct vr_peer *ret_peer)
{
    return ask(vr_env_or_default(env)->sys->getsockname, fd, ret_peer);
}

int vr_peer_remote(const struct vr_env *env, int fd, struct vr_peer *ret_peer)
{
    return ask(vr_env_or_default(env)->sys->getpeername, fd, ret_peer);
}

/* getaddrinfo() also reads numbers, and knows how scopes are written. */
static int resolve(const char *host, int port, int flags,
                   struct addrinfo **ret_found)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = flags | AI_NUMERICSERV,
    };
    char service[PORT_TEXT];

    if (port < 0 || port > MOST_PORT)
        return -VR_EADDRESS;

    (void)snprintf(service, sizeof(service), "%d", port);
    int err = getaddrinfo(host, service, &hints, ret_found);
    if (err == EAI_MEMORY)
        return -ENOMEM;
    if (err)
        return flags & AI_NUMERICHOST ? -VR_EADDRESS : -VR_EHOST;

    return 0;
}

int vr_peer_ip(const char *host, int port, struct vr_peer *ret_peer)
{
    struct addrinfo *found;

    int err = resolve(host, port, AI_NUMERICHOST, &found);
    if (err)
        return err;

    err = vr_peer_from_sockaddr(found->ai_addr, found->ai_addrlen, ret_peer);
    freeaddrinfo(found);
    return err;
}

int vr_peer_lookup(const char *host, int port, struct vr_peer *ret_peers,
                   size_t cap)
{
    struct addrinfo *found, *at;
    int count = 0;

    if (vr_current()->reactor)
        return -EDEADLK;
    int err = resolve(host, port, 0, &found);
    if (err)
        return err;

    for (at = found; at && !err; at = at->ai_next, count++)
        if ((size_t)count < cap)
            err = vr_peer_from_sockaddr(at->ai_addr, at->ai_addrlen,
                                        &ret_peers[count]);
    freeaddrinfo(found);
    return err ? err : count;
}

int vr_peer_unix(const char *path, struct vr_peer *ret_peer)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    size_t len = strlen(path);

    if (!len)
        return -VR_EADDRESS;
    if (len >= sizeof(addr.sun_path))
        return -ENAMETOOLONG;

    /* As long as the system says it is, so that both compare equal. */
    memcpy(addr.sun_path, path, len);
    len += offsetof(struct sockaddr_un, sun_path) + 1;
    return vr_peer_from_sockaddr((const struct sockaddr *)&addr, (socklen_t)len,
                                 ret_peer);
}

static int parse_port(const char *text)
{
    char *end;

    if (*text < '0' || *text > '9' || strlen(text) >= PORT_TEXT)
        return -1;
    long port = strtol(text, &end, 10);
    return *end ? -1 : (int)port;
}

int vr_peer_parse(const char *text, struct vr_peer *ret_peer)
{
    static const char prefix[] = "unix:";
    const char *colon = strrchr(text, ':');
    char host[HOST_SIZE];

    if (!strncmp(text, prefix, strlen(prefix)))
        return vr_peer_unix(text + strlen(prefix), ret_peer);
    if (!colon || colon == text)
        return -VR_EADDRESS;

    bool bracketed = text[0] == '[' && colon[-1] == ']';
    const char *first = bracketed ? text + 1 : text;
    size_t len = (size_t)(colon - first) - (bracketed ? 1 : 0);
    if (len >= sizeof(host) || (!bracketed && memchr(first, ':', len)))
        return -VR_EADDRESS;
    memcpy(host, first, len);
    host[len] = '\0';
    return vr_peer_ip(host, parse_port(colon + 1), ret_peer);
}

int vr_peer_family(const struct vr_peer *peer)
{
    return peer->len ? peer->addr.ss_family : AF_UNSPEC;
}

int vr_peer_port(const struct vr_peer *peer)
{
    switch (vr_peer_family(peer)) {
    case AF_INET:
        return ntohs(ip4_of(peer).sin_port);
    case AF_INET6:
        return ntohs(ip6_of(peer).sin6_port);
    default:
        return 0;
    }
}

static void format_ip(const struct vr_peer *peer, char *buf, size_t size)
{
    bool ip6 = vr_peer_family(peer) == AF_INET6;
    char host[NI_MAXHOST];

    if (getnameinfo((const struct sockaddr *)&peer->addr, peer->len, host,
                    sizeof(host), NULL, 0, NI_NUMERICHOST))
        (void)snprintf(host, sizeof(host), "?");
    (void)snprintf(buf, size, ip6 ? "IPv6:[%s]:%d" : "IPv4:%s:%d", host,
                   vr_peer_port(peer));
}

/* A socket without a name, such as one end of a pair, has no path. */
static void format_unix(const struct vr_peer *peer, char *buf, size_t size)
{
    struct sockaddr_un addr = {0};
    size_t len = peer->len < sizeof(addr) ? peer->len : sizeof(addr);

    memcpy(&addr, &peer->addr, len);
    (void)snprintf(buf, size, "Unix:'%.*s'", (int)sizeof(addr.sun_path),
                   addr.sun_path);
}

char *vr_peer_format(const struct vr_peer *peer, char *buf, size_t size)
{
    switch (vr_peer_family(peer)) {
    case AF_INET:
    case AF_INET6:
        format_ip(peer, buf, size);
        break;
    case AF_UNIX:
        format_unix(peer, buf, size);
        break;
    default:
        (void)snprintf(buf, size, "unknown");
    }
    return buf;
}

static bool is_local_ip6(const struct in6_addr *addr)
{
    return IN6_IS_ADDR_LOOPBACK(addr) ||
           (IN6_IS_ADDR_V4MAPPED(addr) && addr->s6_addr[12] == 127);
}

bool vr_peer_is_local(const struct vr_peer *peer)
{
    struct sockaddr_in6 ip6;

    switch (vr_peer_family(peer)) {
    case AF_INET:
        return ntohl(ip4_of(peer).sin_addr.s_addr) >> 24 == 127;
    case AF_INET6:
        ip6 = ip6_of(peer);
        return is_local_ip6(&ip6.sin6_addr);
    default:
        return vr_peer_family(peer) == AF_UNIX;
    }
}

/* ---- comparing ---- */

/* Elsewhere a zone says nothing: there is one such address, or one loopback. */
static bool differs_by_zone(const struct in6_addr *addr)
{
    return IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_MC_LINKLOCAL(addr) ||
           IN6_IS_ADDR_MC_NODELOCAL(addr);
}

static bool equal_ip4(struct sockaddr_in a, struct sockaddr_in b)
{
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

static bool equal_ip6(struct sockaddr_in6 a, struct sockaddr_in6 b)
{
    return a.sin6_port == b.sin6_port &&
           !memcmp(&a.sin6_addr, &b.sin6_addr, sizeof(a.sin6_addr)) &&
           (a.sin6_scope_id == b.sin6_scope_id ||
            !differs_by_zone(&a.sin6_addr));
}

static bool equal_unix(const struct vr_peer *a, const struct vr_peer *b)
{
    struct unix_name first = name_of(&a->addr, a->len);
    struct unix_name second = name_of(&b->addr, b->len);

    return first.len == second.len &&
           !memcmp(first.bytes, second.bytes, first.len);
}

bool vr_peer_equal(const struct vr_peer *a, const struct vr_peer *b)
{
    int family = vr_peer_family(a);

    if (family != vr_peer_family(b))
        return false;
    switch (family) {
    case AF_INET:
        return equal_ip4(ip4_of(a), ip4_of(b));
    case AF_INET6:
        return equal_ip6(ip6_of(a), ip6_of(b));
    case AF_UNIX:
        return equal_unix(a, b);
    default:
        return a->len == b->len && !memcmp(&a->addr, &b->addr, a->len);
    }
}
