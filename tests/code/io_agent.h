/* SPDX-License-Identifier: MIT */
struct echo;

extern struct echo *echo;
