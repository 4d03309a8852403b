/* SPDX-License-Identifier: MIT */
/**
 * @file event.h
 * <sys/event.h> for a system without kqueue(2): as much of it as the library
 * uses, see kqueue_standin.c.
 */
#ifndef VR_TESTS_KQUEUE_STANDIN_H
#define VR_TESTS_KQUEUE_STANDIN_H

#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kevent {
    uintptr_t ident;
    short filter;
    unsigned short flags;
    unsigned int fflags;
    int64_t data;
    void *udata;
};

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_PROC (-5)
#define NOTE_EXIT 0x80000000u

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_RECEIPT 0x0040
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

#define EV_SET(kev, ident_, filter_, flags_, fflags_, data_, udata_)           \
    (*(kev) = (struct kevent){.ident = (uintptr_t)(ident_),                    \
                              .filter = (short)(filter_),                      \
                              .flags = (unsigned short)(flags_),               \
                              .fflags = (fflags_),                             \
                              .data = (data_),                                 \
                              .udata = (udata_)})

int kqueue(void);
int kevent(int kq, const struct kevent *changes, int change_count,
           struct kevent *events, int event_count,
           const struct timespec *timeout);

#ifdef __cplusplus
}
#endif

#endif
