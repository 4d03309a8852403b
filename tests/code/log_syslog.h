/* SPDX-License-Identifier: MIT */
#include <syslog.h>

extern struct vr_log_syslog other;
#define syslog other
