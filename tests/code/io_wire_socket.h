/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_address peer;
