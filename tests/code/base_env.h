/* SPDX-License-Identifier: MIT */
vr_time my_clock(void *ctx);
