/* SPDX-License-Identifier: MIT */
/**
 * @file test_spare.c
 * Tests of reactor/spare.h: pieces of one chunk, free again all together.
 */
#include <vreactor/reactor/spare.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <vreactor/testing/env.h>

#include "tests/support/misuse.h"
#include "tests/support/test.h"

static struct vr_test_env memory;
static struct vr_spare spare;

static void set_up(void)
{
    vr_test_env_init(&memory, 0);
    spare = (struct vr_spare){.env = &memory.env};
}

static void tear_down(void)
{
    vr_spare_free(&spare);
    check_int(vr_test_blocks(&memory), 0);
}

static unsigned char *take(size_t size)
{
    unsigned char *piece = vr_spare_take(&spare, size);

    check(piece != NULL);
    memset(piece, 'x', size);
    return piece;
}

TEST(spare, takes_no_memory_before_a_piece_is_needed)
{
    set_up();
    check_int(vr_test_allocations(&memory), 0);
    tear_down();
}

TEST(spare, has_pieces_one_behind_the_other_for_any_type)
{
    set_up();
    unsigned char *first = take(1), *second = take(3);
    check_int((uintptr_t)first % _Alignof(max_align_t), 0);
    check_int(second - first, _Alignof(max_align_t));
    tear_down();
}

TEST(spare, is_free_again_when_the_last_piece_is_given_back)
{
    set_up();
    unsigned char *first = take(VR_SPARE_SIZE / 2);
    (void)take(100);
    vr_spare_give(&spare);
    check(take(100) > first); /* one is in use */
    vr_spare_give(&spare);
    vr_spare_give(&spare);
    check(take(VR_SPARE_SIZE) == first);
    check_int(vr_test_allocations(&memory), 1);
    tear_down();
}

TEST(spare, refuses_what_has_no_room_and_goes_on)
{
    set_up();
    check(!vr_spare_take(&spare, VR_SPARE_SIZE + 1));
    check(!vr_spare_take(&spare, SIZE_MAX));
    (void)take(VR_SPARE_SIZE - 1);
    check(!vr_spare_take(&spare, 1)); /* it would not be aligned */
    vr_spare_give(&spare);
    (void)take(VR_SPARE_SIZE);
    tear_down();
}

TEST(spare, refuses_without_memory_and_tries_again)
{
    set_up();
    vr_test_fail_allocation(&memory, 1, 1);
    check(!vr_spare_take(&spare, 1));
    check_int(spare.pieces, 0);
    (void)take(VR_SPARE_SIZE);
    tear_down();
}

TEST(spare, extends_the_last_piece_only)
{
    set_up();
    unsigned char *first = take(10), *second = take(10);
    check(!vr_spare_extend(&spare, first + 10, 1));
    check(!vr_spare_extend(&spare, second + 9, 1));
    check(vr_spare_extend(&spare, second + 10, 20));
    check(take(1) >= second + 30);
    tear_down();
}

TEST(spare, extends_to_its_end_and_no_farther)
{
    set_up();
    unsigned char *piece = take(10);
    check(!vr_spare_extend(&spare, piece + 10, VR_SPARE_SIZE - 9));
    check(!vr_spare_extend(&spare, piece + 10, SIZE_MAX));
    check(vr_spare_extend(&spare, piece + 10, VR_SPARE_SIZE - 10));
    check(!vr_spare_take(&spare, 1));
    tear_down();
}

static int give_too_often(void)
{
    vr_spare_give(&spare);
    return 0;
}

TEST(spare, names_a_piece_that_is_given_back_twice)
{
    set_up();
    check_named(give_too_often, "pieces > 0");
    tear_down();
}
