/* SPDX-License-Identifier: MIT */
/**
 * @file selector_impl.h
 * What the selectors share.  Internal.
 *
 * Errors and threads: as in selector.h.
 */
#ifndef VR_REACTOR_SELECTORS_SELECTOR_IMPL_H
#define VR_REACTOR_SELECTORS_SELECTOR_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/selectors/selector.h>

/* Each is in a file of its name, where the system has it. */
extern const struct vr_selector_ops vr_selector_epoll;
extern const struct vr_selector_ops vr_selector_kqueue;
extern const struct vr_selector_ops vr_selector_poll;
extern const struct vr_selector_ops vr_selector_select;

/** A zeroed selector of @p size bytes with its struct vr_selector filled in.
 *  Keeps @p env.  The caller frees it.  NULL: out of memory. */
void *vr_selector_alloc(const struct vr_env *env,
                        const struct vr_selector_ops *ops, size_t size);

/** Is the descriptor of a kqueue readable when events wait in it, as the
 *  systems' are, and libkqueue's is not? */
bool vr_selector_kqueue_polls(void);

/** @p timeout for pselect(2) and kevent(2), put into @p ret_spec: at most a
 *  day, as some refuse longer waits; the reactor waits again.
 *  @return @p ret_spec, or NULL for a negative one, which is for ever */
const struct timespec *vr_selector_timespec(vr_time timeout,
                                            struct timespec *ret_spec);

#endif
