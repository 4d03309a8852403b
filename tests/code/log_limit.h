/* SPDX-License-Identifier: MIT */
extern const char *peer;
extern struct vr_logger *logger_of_all;
#define logger logger_of_all
