/* SPDX-License-Identifier: MIT */
/**
 * @file url.h
 * Example: the parts of http://HOST[:PORT][/PATH], and the host's address.
 */
#ifndef VR_EXAMPLES_URL_H
#define VR_EXAMPLES_URL_H

#include <vreactor/io/name/address.h>

enum { URL_HOST_SIZE = 256, URL_PATH_SIZE = 2048 };

struct url {
    char host[URL_HOST_SIZE]; /* an IPv6 address without its brackets, and its
                                 zone as in "fe80::1%eth0" */
    int port;                 /* 80 if none is given */
    char path[URL_PATH_SIZE]; /* "/" if none is given */
};

/** @return 0, or -VR_EADDRESS with *ret_url in no defined state */
int url_parse(const char *text, struct url *ret_url);

/** The text for "Host:", without a zone, which means nothing to others
 *  (RFC 6874). */
void url_host_line(const struct url *url, char *buf, size_t size);

/**
 * url_parse(), and look the host up; this blocks.
 * @param text  NULL: "http://localhost/", with a peer that is unknown
 * @return 0; or below 0, after a line on stderr that says what is wrong with
 * which part
 */
int url_resolve(const char *text, struct url *ret_url,
                struct vr_address *ret_address);

#endif
