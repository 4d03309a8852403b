/* SPDX-License-Identifier: MIT */
/**
 * @file address_impl.h
 * What is inside an address.  Internal.
 */
#ifndef VR_IO_NAME_ADDRESS_IMPL_H
#define VR_IO_NAME_ADDRESS_IMPL_H

#include <netinet/in.h>
#include <sys/un.h>

#include <vreactor/io/name/address.h>

enum { VR_ADDRESS_MOST_PORT = 65535 };

/** The name of a unix socket: a path, without the zero that may end it; or an
 *  abstract name, which begins with a zero and may hold others; or nothing. */
struct vr_unix_name {
    const char *bytes; /**< in the address */
    size_t len;
};

/** The name in a unix address of @p len bytes. */
struct vr_unix_name vr_unix_name_in(const void *addr, size_t len);

/** The name of @p address, whose family is AF_UNIX. */
struct vr_unix_name vr_address_unix_name(const struct vr_address *address);

/** The address of @p address, whose family is AF_INET. */
struct sockaddr_in vr_address_ip4(const struct vr_address *address);

/** The address of @p address, whose family is AF_INET6. */
struct sockaddr_in6 vr_address_ip6(const struct vr_address *address);

/** Is @p addr local to a link, so that it means nothing without a zone? */
bool vr_ip6_is_link_local(const struct in6_addr *addr);

/** May @p addr have a zone: is it local to a link or the loopback? */
bool vr_ip6_has_zone(const struct in6_addr *addr);

/** May @p byte stand in the name of a zone, in a text? */
bool vr_zone_name_has(char byte);

#endif
