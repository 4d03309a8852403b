/* SPDX-License-Identifier: MIT */
/**
 * @file value.h
 * A value on its way from one owner to the next.
 *
 * It is moved, never copied: who gets one passes it on, keeps it, or frees it.
 * Threads: its owner's.
 */
#ifndef VR_PENDING_VALUE_H
#define VR_PENDING_VALUE_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** A pointer, and how to get rid of it. */
struct vr_value {
    void *ptr;               /**< yours; may be NULL */
    void (*free)(void *ptr); /**< NULL: nothing is to be freed */
};

/** @p ptr as a value that @p free frees; either may be NULL. */
static inline struct vr_value vr_value_of(void *ptr, void (*free)(void *ptr))
{
    struct vr_value value = {ptr, free};
    return value;
}

/** No value in particular: it worked, and there is no more to say. */
static inline struct vr_value vr_value_none(void)
{
    return vr_value_of(NULL, NULL);
}

/** Free @p value, of which nobody has use. */
static inline void vr_value_free(struct vr_value value)
{
    if (value.free)
        value.free(value.ptr);
}

VR_END_DECLS

#endif
