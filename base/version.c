/* SPDX-License-Identifier: MIT */
/**
 * @file version.c
 * The version of the library.
 */
#include <vreactor/base/version.h>

const char *vr_version(void)
{
    return VR_VERSION;
}
