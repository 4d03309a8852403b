/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * Who is at the other end, or where to listen: an IP address with a port, or
 * the name of a unix socket.
 *
 * Ownership: a plain value, copied at will.
 * Threads: any.
 */
#ifndef VR_IO_PEER_H
#define VR_IO_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;

/** Room for any printed peer, with the final zero. */
enum { VR_PEER_TEXT_SIZE = 448 };

/** An address as the system has it; len 0: unknown. */
struct vr_peer {
    socklen_t len;
    struct sockaddr_storage addr;
};

/**
 * The peer at an address in numbers, written as strictly as it seems to be:
 * IPv4 as four decimal numbers without leading zeros, IPv6 as in RFC 4291.
 * Behind one that is local to a link, or the loopback, may stand its zone
 * (RFC 4007): "fe80::1%2", a number where there are only digits, or
 * "fe80::1%eth0", which is looked up once, by env->sys->if_nametoindex().
 * @param port  0 to 65535; 0 lets the kernel choose, when listening
 * @return 0; -VR_EADDRESS if @p host is a name or nonsense, or @p port is out
 * of range; -ENODEV if there is no such zone, or what else the look-up said:
 * *ret_peer is as it was
 */
VR_MUST_CHECK
int vr_peer_ip(const struct vr_env *env, const char *host, int port,
               struct vr_peer *ret_peer);

/** The peer at @p path, of any bytes. @return 0; -ENAMETOOLONG if a unix
 *  address has no room for it and a zero, as with 108 bytes on Linux;
 *  -VR_EADDRESS if it is empty */
VR_MUST_CHECK
int vr_peer_unix(const char *path, struct vr_peer *ret_peer);

/** The peer at the abstract name of @p len bytes, any of them, which Linux has
 *  besides paths. @return 0; -ENAMETOOLONG, as for a path */
VR_MUST_CHECK
int vr_peer_abstract(const void *name, size_t len, struct vr_peer *ret_peer);

/**
 * Read "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", "unix:/run/socket" or,
 * an abstract name, "unix:@name".  Addresses are as for vr_peer_ip(), a port
 * has no leading zeros.  In the name of a unix socket "\x1b" is the byte of
 * that number in hexadecimal, and a backslash nothing else; so a path that
 * begins with '@' is "unix:\x40...".
 * @return 0; -VR_EADDRESS; -ENODEV as from vr_peer_ip(); -ENAMETOOLONG:
 * *ret_peer is as it was
 */
VR_MUST_CHECK
int vr_peer_parse(const struct vr_env *env, const char *text,
                  struct vr_peer *ret_peer);

/**
 * The peer at an address the system gave; what it means is kept, so ->len may
 * come out shorter.  A length of 0 gives one that is unknown.
 * @return 0; -EINVAL for a length that cannot be, such as one too short for
 * the family, or a path longer than a unix address has room for
 */
VR_MUST_CHECK
int vr_peer_from_sockaddr(const struct sockaddr *addr, socklen_t len,
                          struct vr_peer *ret_peer);

/** Where the socket @p fd is bound. @return 0 or -errno */
VR_MUST_CHECK
int vr_peer_local(const struct vr_env *env, int fd, struct vr_peer *ret_peer);

/** Whom the socket @p fd is connected to. @return 0 or -errno */
VR_MUST_CHECK
int vr_peer_remote(const struct vr_env *env, int fd, struct vr_peer *ret_peer);

/**
 * Ask the system for the addresses of @p host, by DNS or files.  It waits, for
 * seconds perhaps, so it is refused inside a reactor's turn.  An address in
 * numbers is read by vr_peer_ip() instead.
 * @param ret_peers  filled with the first @p cap, in the system's order
 * @return how many were found, which may be above @p cap; -EDEADLK inside a
 * turn; -VR_EHOST if there is no such host or nobody could tell;
 * -VR_EADDRESS for a bad port, and for what cannot be a name, such as "*",
 * "127.1" or what else ends in a number; -ENODEV as from vr_peer_ip(); -ENOMEM
 */
VR_MUST_CHECK
int vr_peer_lookup(const struct vr_env *env, const char *host, int port,
                   struct vr_peer *ret_peers, size_t cap);

/**
 * Print @p peer as vr_peer_parse() reads it, a zone as its number.  A socket
 * without a name is "unix", one that is not known "unknown": these are no
 * addresses.
 *
 * The text is safe for a terminal and for a line of a log, whoever chose the
 * address: it is one word of ASCII, in which all other bytes of a unix socket's
 * name, blanks, quotes and backslashes stand as "\x1b".
 * @param buf  gets at most @p size bytes with the final zero
 * @return @p buf
 */
char *vr_peer_format(const struct vr_peer *peer, char *buf, size_t size);

/** vr_peer_format(), but with a zone by the name that
 *  env->sys->if_indextoname() has for it, if any that can be read again. */
char *vr_peer_format_named(const struct vr_env *env, const struct vr_peer *peer,
                           char *buf, size_t size);

/** AF_INET, AF_INET6, AF_UNIX or AF_UNSPEC. */
int vr_peer_family(const struct vr_peer *peer);

/** The port; 0 if there is none. */
int vr_peer_port(const struct vr_peer *peer);

/** Is it this machine itself: 127/8, also as ::ffff:127.0.0.1, ::1 or a unix
 *  socket? */
bool vr_peer_is_local(const struct vr_peer *peer);

/**
 * Do both name the same place: are family, address and port the same, and the
 * zone of addresses that are local to a link?  An IPv4 address is not the same
 * as that address mapped into IPv6.
 */
bool vr_peer_equal(const struct vr_peer *a, const struct vr_peer *b);

VR_END_DECLS

#endif
