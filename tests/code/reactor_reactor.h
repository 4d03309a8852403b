/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

extern sigset_t none;
