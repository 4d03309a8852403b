/* SPDX-License-Identifier: MIT */
/**
 * @file counting.h
 * The selector under test, the one named by VR_SELECTOR or the best, with its
 * waits counted: whatever it waits with.
 *
 *     options.selector_ops = counting_selector();
 *
 * Threads: the reactor's.
 */
#ifndef VR_TESTS_SUPPORT_COUNTING_H
#define VR_TESTS_SUPPORT_COUNTING_H

#include <vreactor/reactor/selectors/selector.h>

/** Waits that could find something, so with room for it. */
extern int counting_waits;

/** Entries that the last one found. */
extern int counting_found;

/** Waits that found something. */
extern int counting_woken;

/** For the options of a reactor. */
const struct vr_selector_ops *counting_selector(void);

#endif
