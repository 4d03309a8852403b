/* SPDX-License-Identifier: MIT */
/**
 * @file chain_end.h
 * The halves of an end: its source and its sink.  Internal.
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTING_CHAIN_END_H
#define VR_TESTING_CHAIN_END_H

#include <vreactor/testing/chain_check.h>

struct vr_control_kind;

enum { VR_CHECK_ANSWER = 7 };

/** What an end asks the other, which answers VR_CHECK_ANSWER. */
const struct vr_control_kind *vr_check_question(void);

void vr_check_source_init(struct vr_check_end *end);
void vr_check_tick_source(struct vr_check_end *end);

/** Offer what there is, if that may be done now. */
void vr_check_send(struct vr_check_end *end);

void vr_check_sink_init(struct vr_check_end *end);
void vr_check_tick_sink(struct vr_check_end *end);

#endif
