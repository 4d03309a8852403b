/* SPDX-License-Identifier: MIT */
/**
 * @file environ.h
 * Environment variables as settings.  Internal.
 */
#ifndef VR_BASE_ENVIRON_H
#define VR_BASE_ENVIRON_H

/** The value of the variable @p name; NULL if it is not set, or this is a
 *  set-user-id program, as for secure_getenv(3). */
const char *vr_secure_getenv(const char *name);

#endif
