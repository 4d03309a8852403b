/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "tests/code/session.h"

extern struct vr_address peer;
