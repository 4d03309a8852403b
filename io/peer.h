/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * Who is at the other end, or where to listen: an IP address with a port, or
 * the path of a unix socket.
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
enum { VR_PEER_TEXT_SIZE = 128 };

/** An address as the system has it; len 0: unknown. */
struct vr_peer {
    socklen_t len;
    struct sockaddr_storage addr;
};

/**
 * The peer at a numeric IPv4 or IPv6 address; an IPv6 scope is kept
 * ("fe80::1%eth0").
 * @param port  0 to 65535; 0 lets the kernel choose, when listening
 * @return 0; -VR_EADDRESS if @p host is a name or nonsense, or @p port is out
 * of range: *ret_peer is as it was
 */
VR_MUST_CHECK
int vr_peer_ip(const char *host, int port, struct vr_peer *ret_peer);

/** The peer at @p path. @return 0; -ENAMETOOLONG; -VR_EADDRESS if it is
 *  empty */
VR_MUST_CHECK
int vr_peer_unix(const char *path, struct vr_peer *ret_peer);

/**
 * Read "127.0.0.1:80", "[::1]:80" or "unix:/run/socket".
 * @return 0; -VR_EADDRESS; -ENAMETOOLONG
 */
VR_MUST_CHECK
int vr_peer_parse(const char *text, struct vr_peer *ret_peer);

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
 * seconds perhaps, so it is refused inside a reactor's turn.
 * @param ret_peers  filled with the first @p cap, in the system's order
 * @return how many were found, which may be above @p cap; -EDEADLK inside a
 * turn; -VR_EHOST if there is no such host or nobody could tell;
 * -VR_EADDRESS for a bad port; -ENOMEM
 */
VR_MUST_CHECK
int vr_peer_lookup(const char *host, int port, struct vr_peer *ret_peers,
                   size_t cap);

/** Print "IPv4:127.0.0.1:80", "IPv6:[::1]:80", "Unix:'/run/socket'" or
 *  "unknown", cut to @p size bytes with the final zero. @return @p buf */
char *vr_peer_format(const struct vr_peer *peer, char *buf, size_t size);

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
