/* SPDX-License-Identifier: MIT */
/**
 * @file test_buffer_growth.c
 * What it costs to fill a buffer of io/buffer.h in small pieces, and lengths
 * that are beyond any memory.
 */
#include <vreactor/io/buffer.h>

#include <errno.h>
#include <stdint.h>

#include <vreactor/base/copied.h>
#include <vreactor/testing/env.h>

#include "tests/support/random.h"
#include "tests/support/test.h"

enum { MANY = 1 << 20, LOG_OF_MANY = 20 };

static struct vr_test_env memory;
static struct vr_buffer buffer;
static uint64_t copied;
static unsigned char last_byte, first_byte;

static void set_up(void)
{
    vr_test_env_init(&memory, 0);
    vr_buffer_init(&buffer, &memory.env);
    copied = vr_copied();
    last_byte = first_byte = 0;
}

static void tear_down(void)
{
    vr_buffer_clear(&buffer);
    check_int(vr_test_blocks(&memory), 0);
}

typedef int append_fn(struct vr_buffer *to, const void *data, size_t len);

/* Append numbers, one a byte. */
static void append(append_fn *how, size_t len)
{
    unsigned char piece[8192];

    check(len <= sizeof(piece));
    for (size_t i = 0; i < len; i++)
        piece[i] = last_byte++;
    check_int(how(&buffer, piece, len), 0);
}

static void remove_numbers(size_t len)
{
    unsigned char piece[8192];

    check_int(vr_buffer_pop(&buffer, piece, len), len);
    for (size_t i = 0; i < len; i++)
        check_int(piece[i], first_byte++);
}

static void check_together(void)
{
    size_t len;
    const unsigned char *front = vr_buffer_front(&buffer, &len);

    check_int(len, buffer.len);
    if (len) {
        check_int(front[0], first_byte);
        check_int(front[len - 1], (unsigned char)(last_byte - 1));
    }
}

static void fill_by(append_fn *how, size_t crumb)
{
    set_up();
    while (buffer.len + crumb <= MANY) {
        append(how, crumb);
        if (how == vr_buffer_extend)
            check_together();
    }
    check(vr_test_allocations(&memory) <= 2 * LOG_OF_MANY);
}

TEST(buffer_growth, appends_by_few_chunks_and_one_copy)
{
    static const size_t crumbs[] = {1, 16, 1460};

    for (int i = 0; i < 3; i++) {
        fill_by(vr_buffer_append, crumbs[i]);
        check_int(vr_copied() - copied, buffer.len);
        tear_down();
    }
}

TEST(buffer_growth, extends_by_few_chunks_and_three_copies)
{
    static const size_t crumbs[] = {1, 16, 1460};

    for (int i = 0; i < 3; i++) {
        fill_by(vr_buffer_extend, crumbs[i]);
        check(vr_copied() - copied <= 3 * buffer.len);
        tear_down();
    }
}

/* Who leaves some each time, and takes as much as comes, has room for ever. */
TEST(buffer_growth, uses_the_room_of_what_was_taken)
{
    set_up();
    append(vr_buffer_extend, 1000);
    for (int i = 0; i < 10000; i++) {
        append(vr_buffer_extend, 10);
        check_together();
        remove_numbers(10);
    }
    check(vr_test_allocations(&memory) <= 2);
    check(vr_copied() - copied <= 4 * 100000); /* with those of the pops */
    tear_down();
}

TEST(buffer_growth, gathers_more_and_more_into_room_that_doubles)
{
    set_up();
    while (buffer.len < MANY) {
        append(vr_buffer_append, 16);
        check_int(vr_buffer_gather(&buffer, buffer.len), 0);
        check_together();
    }
    check(vr_test_allocations(&memory) <= 2 * LOG_OF_MANY);
    check(vr_copied() - copied <= 4 * (uint64_t)MANY);
    tear_down();
}

/* Pieces of all sizes, taken and left as it comes. */
TEST(buffer_growth, copies_each_byte_a_few_times_whatever_is_done)
{
    uint64_t seed = 10, total = 0;

    set_up();
    for (int i = 0; i < 20000; i++) {
        size_t len = test_random_below(&seed, i % 100 ? 100 : 8000);
        append(vr_buffer_extend, len);
        total += len;
        check_together();
        len = test_random_below(&seed, i % 50 ? 80 : 8000);
        size_t left = len < buffer.len ? len : buffer.len;
        copied += left; /* by pop */
        remove_numbers(left);
    }
    check(vr_copied() - copied <= 3 * total);
    tear_down();
}

TEST(buffer_growth, refuses_more_than_any_memory_has)
{
    set_up();
    append(vr_buffer_extend, 100);
    for (size_t less = 0; less < 200; less++) {
        check_int(vr_buffer_append(&buffer, "x", SIZE_MAX - less), -ENOMEM);
        check_int(vr_buffer_extend(&buffer, "x", SIZE_MAX - less), -ENOMEM);
        check_int(
            vr_buffer_append_taken(&buffer, "x", SIZE_MAX - less, NULL, NULL),
            -ENOMEM);
    }
    check_int(buffer.len, 100);
    check_int(vr_test_blocks(&memory), 1);
    check_together();
    tear_down();
}
