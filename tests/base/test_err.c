/* SPDX-License-Identifier: MIT */
/**
 * @file test_err.c
 * Tests of base/err.h.
 */
#include <vreactor/base/err.h>

#include <errno.h>
#include <limits.h>

#include "tests/support/test.h"

static const int ours[] = {VR_ECLOSED,    VR_ECANCELLED, VR_EFIRED,
                           VR_ELIMIT,     VR_ETRUNCATED, VR_EREFUSED,
                           VR_ENOCONTROL, VR_ESELECTOR,  VR_EADDRESS,
                           VR_EHOST,      VR_EPROTOCOL};

enum { OURS = sizeof(ours) / sizeof(ours[0]) };

TEST(err, takes_zero_for_no_error)
{
    check_str(vr_strerror(0), "no error");
    check_str(vr_errname(0), "OK");
}

TEST(err, knows_the_codes_of_the_system)
{
    check_str(vr_strerror(ECONNREFUSED), "connection refused");
    check_str(vr_errname(ECONNREFUSED), "ECONNREFUSED");
    check_str(vr_errname(EMFILE), "EMFILE");
}

TEST(err, knows_the_codes_of_the_library)
{
    check_str(vr_strerror(VR_ECLOSED), "closed");
    check_str(vr_errname(VR_ECLOSED), "VR_ECLOSED");
    check_str(vr_errname(VR_EPROTOCOL), "VR_EPROTOCOL");
}

TEST(err, takes_either_sign)
{
    check(vr_strerror(-EINTR) == vr_strerror(EINTR));
    check(vr_errname(-VR_ELIMIT) == vr_errname(VR_ELIMIT));
}

TEST(err, names_each_of_its_codes_differently)
{
    for (int i = 0; i < OURS; i++) {
        check(!strncmp(vr_errname(ours[i]), "VR_E", 4));
        for (int j = 0; j < i; j++)
            check(strcmp(vr_errname(ours[i]), vr_errname(ours[j])) != 0);
    }
}

TEST(err, numbers_its_codes_without_a_gap)
{
    check_int(ours[OURS - 1] - ours[0], OURS - 1);
    check_str(vr_errname(ours[OURS - 1] + 1), "E?");
}

TEST(err, answers_for_codes_it_does_not_know)
{
    check_str(vr_strerror(4999), "unknown error");
    check_str(vr_errname(INT_MAX), "E?");
    check_str(vr_errname(INT_MIN), "E?");
}
