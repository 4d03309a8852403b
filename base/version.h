/* SPDX-License-Identifier: MIT */
/**
 * @file version.h
 * Which version of the library this is: at compile time that of the headers, at
 * run time that of the library which was found.
 *
 *     #if VR_VERSION_NUMBER < VR_VERSION_OF(0, 1, 0)
 *     #error "libvreactor 0.1 or later is needed"
 *     #endif
 *     printf("made with %s, runs with %s\n", VR_VERSION, vr_version());
 *
 * doc/abi.md says which versions go together.
 */
#ifndef VR_BASE_VERSION_H
#define VR_BASE_VERSION_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

#define VR_VERSION_MAJOR 0
#define VR_VERSION_MINOR 1
#define VR_VERSION_PATCH 0

/** As text, such as "0.1.0". */
#define VR_VERSION "0.1.0"

/** A number that grows with the version; each part below 1000. */
#define VR_VERSION_OF(major, minor, patch)                                     \
    ((major)*1000000 + (minor)*1000 + (patch))

/** That of these headers. */
#define VR_VERSION_NUMBER                                                      \
    VR_VERSION_OF(VR_VERSION_MAJOR, VR_VERSION_MINOR, VR_VERSION_PATCH)

/** The version of the library that runs, as VR_VERSION was when it was built.
 *  The text is constant.  Threads: any. */
const char *vr_version(void);

VR_END_DECLS

#endif
