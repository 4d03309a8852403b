/* SPDX-License-Identifier: MIT */
/**
 * @file address_lookup.c
 * The addresses of a name, asked of the system.
 */
#include <vreactor/io/name/address_impl.h>

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/current.h>
#include <vreactor/base/err.h>

enum { PORT_TEXT = 6 };

static bool is_number(const char *label, size_t len)
{
    if (strspn(label, "0123456789") >= len)
        return len > 0;
    return len > 1 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X') &&
           strspn(label + 2, "0123456789abcdefABCDEF") >= len - 2;
}

/* A name that ends in a number would be an address, "127.1" or "0x7f000001",
 * and "*" any. */
static bool may_be_name(const char *host)
{
    size_t end = strlen(host);

    for (const char *at = host; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f ||
            strchr("*:%[]/\\'\"", *at))
            return false;
    if (end && host[end - 1] == '.')
        end--;
    size_t label = end;
    while (label && host[label - 1] != '.')
        label--;
    return end && !is_number(host + label, end - label);
}

static int ask_system(const char *host, int port, struct addrinfo **ret_found)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICSERV,
    };
    char service[PORT_TEXT];

    (void)snprintf(service, sizeof(service), "%d", port);
    int err = getaddrinfo(host, service, &hints, ret_found);
    if (err)
        return err == EAI_MEMORY ? -ENOMEM : -VR_EHOST;
    return 0;
}

static int look_up(const char *host, int port, struct vr_address *ret_addresses,
                   size_t cap)
{
    struct addrinfo *found, *at;
    int count = 0;

    int err = ask_system(host, port, &found);
    if (err)
        return err;

    for (at = found; at && !err; at = at->ai_next, count++)
        if ((size_t)count < cap)
            err = vr_address_from_sockaddr(at->ai_addr, at->ai_addrlen,
                                           &ret_addresses[count]);
    freeaddrinfo(found);
    return err ? err : count;
}

int vr_address_lookup(const struct vr_env *env, const char *host, int port,
                      struct vr_address *ret_addresses, size_t cap)
{
    struct vr_address one;

    if (vr_current()->reactor)
        return -EDEADLK;
    if (port < 0 || port > VR_ADDRESS_MOST_PORT)
        return -VR_EADDRESS;

    int err = vr_address_ip(env, host, port, &one);
    if (err == -VR_EADDRESS && may_be_name(host))
        return look_up(host, port, ret_addresses, cap);
    if (err)
        return err;

    if (cap)
        ret_addresses[0] = one;
    return 1;
}
