/* SPDX-License-Identifier: MIT */
#include "bench/unsent.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/peer.h"

struct unsent {
    size_t at, len;
    unsigned char bytes[];
};

/* @return how many bytes went; -1: it is over */
static ssize_t send_some(int fd, const unsigned char *bytes, size_t len)
{
    ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

    return sent < 0 && errno == EAGAIN ? 0 : sent;
}

bool unsent_send(struct unsent **unsent, int fd, const unsigned char *bytes,
                 size_t len)
{
    ssize_t sent = send_some(fd, bytes, len);

    if (sent < 0)
        return false;
    if ((size_t)sent == len)
        return true;

    struct unsent *kept = malloc(sizeof(*kept) + len - (size_t)sent);
    must(kept != NULL, "malloc");
    kept->at = 0;
    kept->len = len - (size_t)sent;
    memcpy(kept->bytes, bytes + sent, kept->len);
    *unsent = kept;
    return true;
}

bool unsent_flush(struct unsent **unsent, int fd)
{
    struct unsent *kept = *unsent;
    ssize_t sent = send_some(fd, kept->bytes + kept->at, kept->len - kept->at);

    if (sent < 0)
        return false;
    kept->at += (size_t)sent;
    if (kept->at == kept->len) {
        free(kept);
        *unsent = NULL;
    }
    return true;
}
