/* SPDX-License-Identifier: MIT */
/**
 * @file environ.h
 * Environment variables as settings.  Internal.
 */
#ifndef VR_BASE_ENVIRON_H
#define VR_BASE_ENVIRON_H

/** The value of @p name; NULL if it is not set, or this process has more
 *  rights than who started it. */
const char *vr_secure_getenv(const char *name);

#endif
