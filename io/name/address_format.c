/* SPDX-License-Identifier: MIT */
/**
 * @file address_format.c
 * Addresses as texts, which address_parse.c reads.
 */
#include <vreactor/io/name/address_impl.h>

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/text.h>

static void add_ip4(struct vr_text *text, const struct vr_address *address)
{
    struct sockaddr_in addr = vr_address_ip4(address);
    char host[INET_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET, &addr.sin_addr, host, sizeof(host));
    vr_text_add(text, "%s:%d", host, vr_address_port(address));
}

/* Can vr_address_parse() read it as the name of a zone? */
static bool is_zone_name(const char *name)
{
    if (!name[strspn(name, "0123456789")])
        return false;
    for (; *name; name++)
        if (!vr_zone_name_has(*name))
            return false;
    return true;
}

/* @param env  NULL: as a number */
static void add_zone(struct vr_text *text, const struct vr_env *env,
                     uint32_t zone)
{
    char name[IF_NAMESIZE] = "";

    if (env && vr_sys(env, if_indextoname)(zone, name) && is_zone_name(name))
        vr_text_add(text, "%%%s", name);
    else
        vr_text_add(text, "%%%" PRIu32, zone);
}

static void add_ip6(struct vr_text *text, const struct vr_env *env,
                    const struct vr_address *address)
{
    struct sockaddr_in6 addr = vr_address_ip6(address);
    char host[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET6, &addr.sin6_addr, host, sizeof(host));
    vr_text_add(text, "[%s", host);
    if (addr.sin6_scope_id && vr_ip6_has_zone(&addr.sin6_addr))
        add_zone(text, env, addr.sin6_scope_id);
    vr_text_add(text, "]:%d", vr_address_port(address));
}

/* Print one word, whatever the name.  @param first  these are its first bytes:
 * '@' is escaped */
static void add_name(struct vr_text *text, const char *bytes, size_t len,
                     bool first)
{
    for (size_t i = 0; i < len; i++) {
        char byte = bytes[i];
        bool plain = byte > ' ' && byte < 0x7f && !strchr("\\'\"", byte);
        if (plain && !(byte == '@' && first && !i))
            vr_text_add(text, "%c", byte);
        else
            vr_text_add(text, "\\x%02x", (unsigned char)byte);
    }
}

/* A socket without a name, such as one end of a pair, has no address. */
static void add_unix(struct vr_text *text, const struct vr_address *address)
{
    struct vr_unix_name name = vr_address_unix_name(address);

    if (!name.len) {
        vr_text_add(text, "unix");
    } else if (name.bytes[0]) {
        vr_text_add(text, "unix:");
        add_name(text, name.bytes, name.len, true);
    } else {
        vr_text_add(text, "unix:@");
        add_name(text, name.bytes + 1, name.len - 1, false);
    }
}

static char *format(const struct vr_env *env, const struct vr_address *address,
                    char *buf, size_t size)
{
    struct vr_text text = vr_text_in(buf, size);

    switch (vr_address_family(address)) {
    case AF_INET:
        add_ip4(&text, address);
        break;
    case AF_INET6:
        add_ip6(&text, env, address);
        break;
    case AF_UNIX:
        add_unix(&text, address);
        break;
    default:
        vr_text_add(&text, "unknown");
    }
    return buf;
}

char *vr_address_format(const struct vr_address *address, char *buf,
                        size_t size)
{
    return format(NULL, address, buf, size);
}

char *vr_address_format_named(const struct vr_address *address,
                              const struct vr_env *env, char *buf, size_t size)
{
    return format(vr_env_or_current(env), address, buf, size);
}
