/* SPDX-License-Identifier: MIT */
/**
 * @file selectors.c
 * The selectors that tests know by name: those of the library, which this
 * array takes the place of, and what other libraries bring.
 */
#include <vreactor/reactor/libevent.h>

#define VR_MORE_SELECTORS &vr_selector_libevent

#include "reactor/selectors/selectors.c"
