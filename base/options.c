/* SPDX-License-Identifier: MIT */
/**
 * @file options.c
 * Option structs of any version.
 */
#include <vreactor/base/options.h>

#include <errno.h>
#include <string.h>

int vr_options_read(void *mine, size_t size, const void *given)
{
    size_t given_size;

    if (!given)
        return 0;

    memcpy(&given_size, given, sizeof(given_size));
    if (given_size < sizeof(given_size))
        return -EINVAL;
    for (size_t i = size; i < given_size; i++)
        if (((const unsigned char *)given)[i])
            return -E2BIG;

    memcpy(mine, given, given_size < size ? given_size : size);
    return 0;
}
