/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <unistd.h>
#include <sys/uio.h>

extern struct tty *tty;
extern int fd;
