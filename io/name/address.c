/* SPDX-License-Identifier: MIT */
/**
 * @file address.c
 * Addresses: what is inside, asked of the system, compared.
 */
#include <vreactor/io/name/address_impl.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>

/* ---- what is inside ---- */

struct sockaddr_in vr_address_ip4(const struct vr_address *address)
{
    struct sockaddr_in ip4;

    memcpy(&ip4, &address->addr, sizeof(ip4));
    return ip4;
}

struct sockaddr_in6 vr_address_ip6(const struct vr_address *address)
{
    struct sockaddr_in6 ip6;

    memcpy(&ip6, &address->addr, sizeof(ip6));
    return ip6;
}

struct vr_unix_name vr_unix_name_in(const void *addr, size_t len)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    struct vr_unix_name name = {.bytes = (const char *)addr + before,
                                .len = len > before ? len - before : 0};

    if (name.len && name.bytes[0])
        name.len = strnlen(name.bytes, name.len);
    return name;
}

struct vr_unix_name vr_address_unix_name(const struct vr_address *address)
{
    return vr_unix_name_in(&address->addr, address->len);
}

bool vr_ip6_is_link_local(const struct in6_addr *addr)
{
    return IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_MC_LINKLOCAL(addr) ||
           IN6_IS_ADDR_MC_NODELOCAL(addr);
}

bool vr_ip6_has_zone(const struct in6_addr *addr)
{
    return vr_ip6_is_link_local(addr) || IN6_IS_ADDR_LOOPBACK(addr);
}

int vr_address_family(const struct vr_address *address)
{
    return address->len ? address->addr.ss_family : AF_UNSPEC;
}

int vr_address_port(const struct vr_address *address)
{
    switch (vr_address_family(address)) {
    case AF_INET:
        return ntohs(vr_address_ip4(address).sin_port);
    case AF_INET6:
        return ntohs(vr_address_ip6(address).sin6_port);
    default:
        return 0;
    }
}

bool vr_zone_name_has(char byte)
{
    return byte > ' ' && byte < 0x7f && !strchr("%[]/\\:'\"", byte);
}

/* ---- from names and the system ---- */

/* Systems count a path's final zero and padding, or not: this is its length. */
static int length_of_unix(const void *addr, size_t len)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    const size_t most = sizeof(struct sockaddr_un);
    struct vr_unix_name name = vr_unix_name_in(addr, len);

    if (before + name.len > most)
        return -EINVAL;
    if (name.len && name.bytes[0])
        name.len += before + name.len < most ? 1 : 0;
    return (int)(before + name.len);
}

/* @return the length of @p addr without padding; -EINVAL */
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

int vr_address_from_sockaddr(const struct sockaddr *addr, socklen_t len,
                             struct vr_address *ret_address)
{
    int meant = length_of(addr, len);
    if (meant < 0)
        return meant;

    *ret_address = (struct vr_address){.len = (socklen_t)meant};
    if (meant) /* which may count a zero that @addr does not have */
        memcpy(&ret_address->addr, addr,
               (size_t)meant < len ? (size_t)meant : len);
    return 0;
}

/* As long as the system says it is, a path with the zero at its end. */
static int from_name(const void *name, size_t len, bool abstract,
                     struct vr_address *ret_address)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};

    if (len >= sizeof(addr.sun_path))
        return -ENAMETOOLONG;

    memcpy(addr.sun_path + abstract, name, len);
    len += offsetof(struct sockaddr_un, sun_path) + 1;
    return vr_address_from_sockaddr((const struct sockaddr *)&addr,
                                    (socklen_t)len, ret_address);
}

int vr_address_unix(const char *path, struct vr_address *ret_address)
{
    return *path ? from_name(path, strlen(path), false, ret_address)
                 : -VR_EADDRESS;
}

int vr_address_abstract(const void *name, size_t len,
                        struct vr_address *ret_address)
{
    return from_name(name, len, true, ret_address);
}

typedef int ask_fn(int fd, struct sockaddr *addr, socklen_t *len);

static int ask(ask_fn *call, int fd, struct vr_address *ret_address)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof(addr);

    if (call(fd, (struct sockaddr *)&addr, &len) < 0)
        return -errno;
    return vr_address_from_sockaddr((struct sockaddr *)&addr, len, ret_address);
}

int vr_address_local(const struct vr_env *env, int fd,
                     struct vr_address *ret_address)
{
    return ask(vr_sys(vr_env_or_current(env), getsockname), fd, ret_address);
}

int vr_address_remote(const struct vr_env *env, int fd,
                      struct vr_address *ret_address)
{
    return ask(vr_sys(vr_env_or_current(env), getpeername), fd, ret_address);
}

/* ---- comparing ---- */

static bool is_local_ip6(const struct in6_addr *addr)
{
    return IN6_IS_ADDR_LOOPBACK(addr) ||
           (IN6_IS_ADDR_V4MAPPED(addr) && addr->s6_addr[12] == 127);
}

bool vr_address_is_local(const struct vr_address *address)
{
    struct sockaddr_in6 ip6;

    switch (vr_address_family(address)) {
    case AF_INET:
        return ntohl(vr_address_ip4(address).sin_addr.s_addr) >> 24 == 127;
    case AF_INET6:
        ip6 = vr_address_ip6(address);
        return is_local_ip6(&ip6.sin6_addr);
    default:
        return vr_address_family(address) == AF_UNIX;
    }
}

static bool equal_ip4(struct sockaddr_in a, struct sockaddr_in b)
{
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

/* Other addresses, and the loopback, are the same in each zone. */
static bool equal_ip6(struct sockaddr_in6 a, struct sockaddr_in6 b)
{
    return a.sin6_port == b.sin6_port &&
           !memcmp(&a.sin6_addr, &b.sin6_addr, sizeof(a.sin6_addr)) &&
           (a.sin6_scope_id == b.sin6_scope_id ||
            !vr_ip6_is_link_local(&a.sin6_addr));
}

static bool equal_unix(const struct vr_address *a, const struct vr_address *b)
{
    struct vr_unix_name first = vr_address_unix_name(a);
    struct vr_unix_name second = vr_address_unix_name(b);

    return first.len == second.len &&
           !memcmp(first.bytes, second.bytes, first.len);
}

bool vr_address_is_equal(const struct vr_address *a, const struct vr_address *b)
{
    int family = vr_address_family(a);

    if (family != vr_address_family(b))
        return false;
    switch (family) {
    case AF_INET:
        return equal_ip4(vr_address_ip4(a), vr_address_ip4(b));
    case AF_INET6:
        return equal_ip6(vr_address_ip6(a), vr_address_ip6(b));
    case AF_UNIX:
        return equal_unix(a, b);
    default:
        return a->len == b->len && !memcmp(&a->addr, &b->addr, a->len);
    }
}
