/* SPDX-License-Identifier: MIT */
/**
 * @file err.c
 * Names and texts of error codes.
 *
 * A table of our own, not strerror(3): constant texts need no lock, no buffer
 * and no locale, and read alike on every system.
 */
#include <vreactor/base/err.h>

#include <errno.h>
#include <stddef.h>

struct text {
    int code;
    const char *name;
    const char *text;
};

#define ROW(code, text)                                                        \
    {                                                                          \
        code, #code, text                                                      \
    }

static const struct text texts[] = {
    {0, "OK", "no error"},
    ROW(EPERM, "operation not permitted"),
    ROW(ENOENT, "no such file or directory"),
    ROW(ESRCH, "no such process"),
    ROW(EINTR, "interrupted by a signal"),
    ROW(EIO, "input/output error"),
    ROW(ENXIO, "no such device or address"),
    ROW(E2BIG, "too much was given"),
    ROW(EBADF, "bad file descriptor"),
    ROW(ECHILD, "no child process"),
    ROW(EAGAIN, "not now, try again"),
    ROW(ENOMEM, "out of memory"),
    ROW(EACCES, "permission denied"),
    ROW(EFAULT, "bad memory address"),
    ROW(EBUSY, "busy"),
    ROW(EEXIST, "there already"),
    ROW(ENODEV, "no such device"),
    ROW(ENOTDIR, "not a directory"),
    ROW(EISDIR, "is a directory"),
    ROW(EINVAL, "invalid argument"),
    ROW(ENFILE, "the system has too many open files"),
    ROW(EMFILE, "the process has too many open files"),
    ROW(ENOTTY, "not a terminal"),
    ROW(EFBIG, "file too large"),
    ROW(ENOSPC, "no space left"),
    ROW(ESPIPE, "cannot seek"),
    ROW(EROFS, "read-only file system"),
    ROW(EMLINK, "too many links"),
    ROW(EPIPE, "the reading side is closed"),
    ROW(EDOM, "argument out of domain"),
    ROW(ERANGE, "out of range"),
    ROW(EDEADLK, "would wait for itself"),
    ROW(ENAMETOOLONG, "name too long"),
    ROW(ENOSYS, "not provided by this system"),
    ROW(ENOTEMPTY, "not empty"),
    ROW(ELOOP, "too many symbolic links"),
    ROW(EOVERFLOW, "value too large"),
    ROW(EPROTO, "protocol error"),
    ROW(EILSEQ, "invalid byte sequence"),
    ROW(ENOTSOCK, "not a socket"),
    ROW(EDESTADDRREQ, "destination address missing"),
    ROW(EMSGSIZE, "message too long"),
    ROW(EPROTOTYPE, "wrong protocol for this socket"),
    ROW(ENOPROTOOPT, "no such socket option"),
    ROW(EPROTONOSUPPORT, "protocol not supported"),
    ROW(EOPNOTSUPP, "operation not supported"),
    ROW(ENOTSUP, "not supported"),
    ROW(EAFNOSUPPORT, "address family not supported"),
    ROW(EADDRINUSE, "address in use"),
    ROW(EADDRNOTAVAIL, "address not available here"),
    ROW(ENETDOWN, "network is down"),
    ROW(ENETUNREACH, "network unreachable"),
    ROW(ENETRESET, "connection dropped by the network"),
    ROW(ECONNABORTED, "connection aborted"),
    ROW(ECONNRESET, "connection reset by the peer"),
    ROW(ENOBUFS, "no buffer space"),
    ROW(EISCONN, "connected already"),
    ROW(ENOTCONN, "not connected"),
    ROW(ETIMEDOUT, "timed out"),
    ROW(ECONNREFUSED, "connection refused"),
    ROW(EHOSTDOWN, "host is down"),
    ROW(EHOSTUNREACH, "host unreachable"),
    ROW(EALREADY, "under way already"),
    ROW(EINPROGRESS, "in progress"),
    ROW(EDQUOT, "disk quota exceeded"),
    ROW(ECANCELED, "cancelled"),
    ROW(VR_ECLOSED, "closed"),
    ROW(VR_ECANCELLED, "cancelled"),
    ROW(VR_EFIRED, "fired already"),
    ROW(VR_ELIMIT, "limit passed"),
    ROW(VR_ETRUNCATED, "ended in the middle"),
    ROW(VR_EREFUSED, "refused by the program"),
    ROW(VR_ENOCONTROL, "nobody answers this control message"),
    ROW(VR_ESELECTOR, "no such selector here"),
    ROW(VR_EADDRESS, "not an address"),
    ROW(VR_EHOST, "unknown host"),
    ROW(VR_EPROTOCOL, "not the expected protocol"),
};

static const struct text unknown = {0, "E?", "unknown error"};

static const struct text *find(int code)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].code == code || -texts[i].code == code)
            return &texts[i];

    return &unknown;
}

const char *vr_strerror(int code)
{
    return find(code)->text;
}

const char *vr_errname(int code)
{
    return find(code)->name;
}
