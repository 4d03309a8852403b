/* SPDX-License-Identifier: MIT */
/**
 * @file fuzz.h
 * What every fuzz target includes: an input that is read piece by piece.
 *
 *     const char fuzz_target[] = "addresses";
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *     {
 *         struct fuzz_input in = fuzz_input(data, size);
 *
 *         while (!fuzz_done(&in))
 *             step(fuzz_below(&in, 5));
 *         fuzz_check(everything_is_given_back());
 *         return 0;
 *     }
 *
 * An input that is used up gives zeros, so each input is a whole program.  A
 * target leaves nothing behind: what one input does must not matter to the
 * next.
 */
#ifndef VR_FUZZ_FUZZ_H
#define VR_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The target's name, that of its file and of its folder of seeds. */
extern const char fuzz_target[];

/** Run one input.  @return 0: it may join the corpus; -1: it may not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_input {
    const uint8_t *next;
    size_t left; /* bytes */
};

static inline struct fuzz_input fuzz_input(const uint8_t *data, size_t size)
{
    return (struct fuzz_input){.next = data, .left = size};
}

static inline bool fuzz_done(const struct fuzz_input *in)
{
    return in->left == 0;
}

/** The next bytes, borrowed from the input: @p max, or what is left of it. */
static inline const uint8_t *fuzz_bytes(struct fuzz_input *in, size_t max,
                                        size_t *ret_len)
{
    const uint8_t *bytes = in->next;

    *ret_len = in->left < max ? in->left : max;
    in->left -= *ret_len;
    if (*ret_len)
        in->next += *ret_len;
    return bytes;
}

static inline const uint8_t *fuzz_rest(struct fuzz_input *in, size_t *ret_len)
{
    return fuzz_bytes(in, in->left, ret_len);
}

/** A number of @p size bytes, at most 8, the lowest first. */
static inline uint64_t fuzz_number(struct fuzz_input *in, size_t size)
{
    const uint8_t *bytes = fuzz_bytes(in, size, &size);
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
    return (uint8_t)fuzz_number(in, 1);
}

static inline uint32_t fuzz_u32(struct fuzz_input *in)
{
    return (uint32_t)fuzz_number(in, 4);
}

static inline uint64_t fuzz_u64(struct fuzz_input *in)
{
    return fuzz_number(in, 8);
}

/** A choice from 0 to @p count - 1; @p count is 1 to 65 536. */
static inline unsigned fuzz_below(struct fuzz_input *in, unsigned count)
{
    return (unsigned)fuzz_number(in, count > 256 ? 2 : 1) % count;
}

/** End the process, in words, where @p cond does not hold. */
#define fuzz_check(cond)                                                       \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
            abort();                                                           \
        }                                                                      \
    } while (0)

#endif
