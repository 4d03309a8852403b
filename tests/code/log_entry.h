/* SPDX-License-Identifier: MIT */
extern const char *peer;
extern int64_t count;
