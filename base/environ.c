/* SPDX-License-Identifier: MIT */
/**
 * @file environ.c
 * secure_getenv(3), and what stands for it elsewhere.
 */
#include <vreactor/base/environ.h>

#include <stdlib.h>
#include <unistd.h>

const char *vr_secure_getenv(const char *name)
{
#ifdef HAVE_SECURE_GETENV
    return secure_getenv(name);
#else
    return issetugid() ? NULL : getenv(name);
#endif
}
