/* SPDX-License-Identifier: MIT */
/**
 * @file container_of.h
 * From a pointer to a member back to the struct that embeds it.
 *
 *     struct session *session = vr_container_of(call, struct session, idle);
 */
#ifndef VR_BASE_CONTAINER_OF_H
#define VR_BASE_CONTAINER_OF_H

#include <stddef.h>

/** The @p type whose @p member @p ptr points to. */
#define vr_container_of(ptr, type, member)                                     \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
