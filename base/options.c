/* SPDX-License-Identifier: MIT */
/**
 * @file options.c
 * Option structs of any version, and variables.
 */
#include <vreactor/base/options.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t size_of(const void *given)
{
    size_t size;

    memcpy(&size, given, sizeof(size));
    return size;
}

bool vr_options_have_size(const void *given)
{
    return !given || size_of(given) >= sizeof(size_t);
}

int vr_options_copy(void *mine, size_t size, const void *given)
{
    if (!given)
        return 0;

    size_t given_size = size_of(given);
    if (given_size < sizeof(given_size))
        return -EINVAL;
    for (size_t i = size; i < given_size; i++)
        if (((const unsigned char *)given)[i])
            return -E2BIG;

    memcpy(mine, given, given_size < size ? given_size : size);
    return 0;
}

const char *vr_secure_getenv(const char *name)
{
#ifdef HAVE_SECURE_GETENV
    return secure_getenv(name);
#else
    return issetugid() ? NULL : getenv(name);
#endif
}
