/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct counter *counter;
