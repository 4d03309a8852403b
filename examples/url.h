/* SPDX-License-Identifier: MIT */
/**
 * @file url.h
 * Example: the parts of http://HOST[:PORT][/PATH].
 */
#ifndef VR_EXAMPLES_URL_H
#define VR_EXAMPLES_URL_H

enum { URL_HOST_SIZE = 256, URL_PATH_SIZE = 2048 };

struct url {
    char host[URL_HOST_SIZE]; /* without the brackets of an IPv6 address */
    int port;                 /* 80 if none is given */
    char path[URL_PATH_SIZE]; /* "/" if none is given */
};

/** @return 0, or -VR_EADDRESS with *ret_url in no defined state */
int url_parse(const char *text, struct url *ret_url);

#endif
