/* SPDX-License-Identifier: MIT */
/**
 * @file chain_fault.c
 * Faults of a run, and the words for them.
 */
#include <vreactor/testing/chain_check.h>

#include <stdarg.h>
#include <stdio.h>

const char *vr_check_kind_name(enum vr_check_kind kind)
{
    static const char *const names[VR_CHECK_KINDS] = {
        [VR_CHECK_NONE] = "none",
        [VR_CHECK_LOST] = "lost",
        [VR_CHECK_REPEATED] = "repeated",
        [VR_CHECK_CHANGED] = "changed",
        [VR_CHECK_RECORDS] = "other records",
        [VR_CHECK_REOFFER] = "not offered again",
        [VR_CHECK_FLAGS] = "flags",
        [VR_CHECK_NO_END] = "no end",
        [VR_CHECK_FALSE_END] = "false end",
        [VR_CHECK_OTHER_END] = "other end",
        [VR_CHECK_CLOSED] = "closed",
        [VR_CHECK_NO_STOP] = "no stop",
        [VR_CHECK_STUCK] = "stuck",
        [VR_CHECK_NEED] = "need too small",
        [VR_CHECK_UPSTREAM] = "offered upstream",
        [VR_CHECK_SPINS] = "spins",
        [VR_CHECK_GREETING] = "greeting",
        [VR_CHECK_CONTROL] = "control",
        [VR_CHECK_UNBOUNDED] = "unbounded",
        [VR_CHECK_WORK] = "work",
        [VR_CHECK_LEAK] = "leak",
        [VR_CHECK_LATE] = "late",
        [VR_CHECK_MAKE] = "make",
    };
    size_t i = (size_t)kind;

    return i < VR_CHECK_KINDS ? names[i] : "?";
}

const char *vr_check_direction(int dir)
{
    return dir ? "outbound" : "inbound";
}

void vr_check_fail(struct vr_check_run *run, enum vr_check_kind kind,
                   const char *format, ...)
{
    va_list args;

    if (run->fault)
        return;
    run->fault = kind;
    va_start(args, format);
    (void)vsnprintf(run->why, sizeof(run->why), format, args);
    va_end(args);
}
