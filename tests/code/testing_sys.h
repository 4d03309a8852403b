/* SPDX-License-Identifier: MIT */
#include <vreactor/testing/env.h>

extern struct vr_test_env test;

void run_the_program(void);
