/* SPDX-License-Identifier: MIT */
/* What code in comments and pages takes for declared: see check-code.sh. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

extern int err, fd;
extern struct vr_reactor *reactor;
extern struct vr_logger logger;
extern struct vr_log_console console;
extern const struct vr_env *env;
extern struct vr_pending *pending;
