/* SPDX-License-Identifier: MIT */
/**
 * @file chain_impl.h
 * What the files of a chain know of its elements.  Internal.
 */
#ifndef VR_IO_CHAIN_IMPL_H
#define VR_IO_CHAIN_IMPL_H

#include <vreactor/base/container_of.h>
#include <vreactor/io/chain.h>

static inline struct vr_element *element_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_element, link);
}

static inline void set_chain(struct vr_element *element, struct vr_chain *chain)
{
    element->chain = chain;
    if (element->wire_side.out)
        element->wire_side.out->chain = chain;
    if (element->program_side.out)
        element->program_side.out->chain = chain;
}

static inline bool faces_fit(const struct vr_face *before,
                             const struct vr_face *after)
{
    return before->in && before->out && after->in && after->out;
}

#endif
