/* SPDX-License-Identifier: MIT */
/**
 * @file value.h
 * Values: a pointer on its way from one owner to the next, and how to free it.
 *
 * A value is moved, never copied: whoever gets one passes it on, keeps it, or
 * frees it.
 * Threads: its owner's.
 */
#ifndef VR_PENDING_VALUE_H
#define VR_PENDING_VALUE_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** A pointer, and the function that frees it. */
struct vr_value {
    void *ptr;               /**< yours; may be NULL */
    void (*free)(void *ptr); /**< NULL: nothing is to be freed */
};

/** A value of @p ptr, which @p free frees; either may be NULL. */
static inline struct vr_value vr_value_of(void *ptr, void (*free)(void *ptr))
{
    struct vr_value value = {ptr, free};
    return value;
}

/** The value of what worked and has no more to say. */
static inline struct vr_value vr_value_none(void)
{
    return vr_value_of(NULL, NULL);
}

/** Free @p value. */
static inline void vr_value_free(struct vr_value value)
{
    if (value.free)
        value.free(value.ptr);
}

VR_END_DECLS

#endif
