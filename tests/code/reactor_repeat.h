/* SPDX-License-Identifier: MIT */
struct sampler;

extern struct sampler *sampler;
