/* SPDX-License-Identifier: MIT */
/**
 * @file address.h
 * A socket address (elsewhere an endpoint): an IP address with a port, or the
 * name of a unix socket.
 *
 *     struct vr_address address;
 *     char text[VR_ADDRESS_TEXT_SIZE];
 *
 *     err = vr_address_parse(NULL, "[::1]:8080", &address);
 *     if (!err)
 *         puts(vr_address_format(&address, text, sizeof(text)));
 *
 * Ownership: a plain value, copied at will.
 * Threads: any.
 */
#ifndef VR_IO_NAME_ADDRESS_H
#define VR_IO_NAME_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;

/** Room for any printed address, with the final zero. */
enum { VR_ADDRESS_TEXT_SIZE = 448 };

/** An address as the system has it; len 0: unknown. */
struct vr_address {
    socklen_t len;
    struct sockaddr_storage addr;
};

/**
 * Make an address from the text of an IP address, in its strict form: IPv4 is
 * four decimal numbers without leading zeros, IPv6 is as in RFC 4291.  A
 * link-local or loopback IPv6 address may have a zone (RFC 4007): "fe80::1%2"
 * by number, or "fe80::1%eth0" by name, which if_nametoindex() of env->sys
 * looks up once.
 * @param port  0 to 65535; 0 lets the kernel choose, when listening
 * @return 0; -VR_EADDRESS if @p host is a name or nonsense, or @p port is out
 * of range; -ENODEV if there is no such zone, or what else the look-up said:
 * *ret_address is as it was
 */
VR_MUST_CHECK
int vr_address_ip(const struct vr_env *env, const char *host, int port,
                  struct vr_address *ret_address);

/** Make an address from @p path, of any bytes.  @return 0; -ENAMETOOLONG if a
 *  unix address has no room for it and a zero, as for 108 bytes on Linux;
 *  -VR_EADDRESS if it is empty */
VR_MUST_CHECK
int vr_address_unix(const char *path, struct vr_address *ret_address);

/** Make an address from an abstract name (Linux) of @p len bytes of any value.
 *  @return 0; -ENAMETOOLONG, as for a path */
VR_MUST_CHECK
int vr_address_abstract(const void *name, size_t len,
                        struct vr_address *ret_address);

/**
 * Read "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", "unix:/run/socket" or,
 * an abstract name, "unix:@name".  Addresses are as for vr_address_ip(), a port
 * has no leading zeros.  In the name of a unix socket "\x1b" is the byte of
 * that number in hexadecimal, and a backslash nothing else; so a path that
 * begins with '@' is "unix:\x40...".
 * @return 0; -VR_EADDRESS; -ENODEV as from vr_address_ip(); -ENAMETOOLONG:
 * *ret_address is as it was
 */
VR_MUST_CHECK
int vr_address_parse(const struct vr_env *env, const char *text,
                     struct vr_address *ret_address);

/**
 * Make an address from an address of the system.  Padding is left out, so
 * ret_address->len may be less than @p len.  0 for @p len makes an unknown
 * address.
 * @return 0; -EINVAL if @p len is too short for the family, or longer than an
 * address can be
 */
VR_MUST_CHECK
int vr_address_from_sockaddr(const struct sockaddr *addr, socklen_t len,
                             struct vr_address *ret_address);

/** The address that the socket @p fd is bound to.  @return 0 or -errno */
VR_MUST_CHECK
int vr_address_local(const struct vr_env *env, int fd,
                     struct vr_address *ret_address);

/** The address that the socket @p fd is connected to.  @return 0 or -errno */
VR_MUST_CHECK
int vr_address_remote(const struct vr_env *env, int fd,
                      struct vr_address *ret_address);

/**
 * Ask the system for the addresses of @p host, by DNS or files.  The call
 * blocks, for seconds perhaps, so it is refused inside a reactor's turn.  A
 * numeric address is read by vr_address_ip() instead.
 * @param ret_addresses  filled with the first @p cap, in the system's order
 * @return how many were found, which may be above @p cap; -EDEADLK inside a
 * turn; -VR_EHOST if there is no such host or no server answered; -VR_EADDRESS
 * for a bad port, and for text that is no host name, such as "*" or a name that
 * ends in a number, as "127.1" does; -ENODEV as from vr_address_ip(); -ENOMEM
 */
VR_MUST_CHECK
int vr_address_lookup(const struct vr_env *env, const char *host, int port,
                      struct vr_address *ret_addresses, size_t cap);

/**
 * Print @p address as vr_address_parse() reads it, with a zone as a number.  A
 * unix socket without a name is "unix", an unknown address "unknown";
 * vr_address_parse() refuses both.
 *
 * The text is safe for a terminal and for a line of a log, whoever chose the
 * address: it is one word of ASCII, in which blanks, quotes, backslashes and
 * all other bytes of a unix socket's name are escaped, such as "\x1b".
 * @param buf  gets at most @p size bytes with the final zero
 * @return @p buf
 */
char *vr_address_format(const struct vr_address *address, char *buf,
                        size_t size);

/** vr_address_format() with a zone as a name, where if_indextoname() of
 *  env->sys has one that vr_address_parse() can read. */
char *vr_address_format_named(const struct vr_address *address,
                              const struct vr_env *env, char *buf, size_t size);

/** AF_INET, AF_INET6, AF_UNIX or AF_UNSPEC. */
int vr_address_family(const struct vr_address *address);

/** The port; 0 if there is none. */
int vr_address_port(const struct vr_address *address);

/** Is @p address on this machine: 127/8, also as ::ffff:127.0.0.1, ::1 or a
 *  unix socket? */
bool vr_address_is_local(const struct vr_address *address);

/**
 * Are family, address and port of both the same, and for link-local addresses
 * the zone?  An IPv4 address differs from the same address mapped into IPv6.
 */
bool vr_address_is_equal(const struct vr_address *a,
                         const struct vr_address *b);

VR_END_DECLS

#endif
