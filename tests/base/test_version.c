/* SPDX-License-Identifier: MIT */
/**
 * @file test_version.c
 * Tests of base/version.h.  PACKAGE_VERSION is what configure.ac says.
 */
#include <vreactor/base/version.h>

#include <stdio.h>

#include "tests/support/test.h"

TEST(version, of_the_library_is_that_of_configure)
{
    check_str(vr_version(), PACKAGE_VERSION);
}

TEST(version, of_the_headers_is_that_of_the_library)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%d.%d.%d", VR_VERSION_MAJOR,
                   VR_VERSION_MINOR, VR_VERSION_PATCH);
    check_str(text, VR_VERSION);
    check_str(text, vr_version());
}

TEST(version, is_a_number_that_grows)
{
    check(VR_VERSION_NUMBER >= VR_VERSION_OF(0, 1, 0));
    check(VR_VERSION_OF(0, 2, 0) > VR_VERSION_OF(0, 1, 999));
    check(VR_VERSION_OF(1, 0, 0) > VR_VERSION_OF(0, 999, 999));
}
