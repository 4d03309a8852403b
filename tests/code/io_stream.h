/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_stream *stream;
extern const void *data;
extern size_t most, len;
