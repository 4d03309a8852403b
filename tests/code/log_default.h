/* SPDX-License-Identifier: MIT */
#define console other_console
