/* SPDX-License-Identifier: MIT */
/**
 * @file test_ring.c
 * Records in a ring of fixed size.
 */
#include "tests/support/test.h"

#include <errno.h>

#include <vreactor/log/ring.h>

#include "recorder.h"
#include "tests/support/random.h"

static struct vr_log_ring ring;
static uint32_t lost;

static void start(void)
{
    check_int(vr_log_ring_init(&ring, vr_env_default(), 1), 0);
}

static bool put(int number, size_t size)
{
    int *record = vr_log_ring_take(&ring, size);

    if (!record) {
        vr_log_ring_lose(&ring, 1);
        return false;
    }
    memset(record, 0xee, size);
    *record = number;
    vr_log_ring_put(&ring, record);
    return true;
}

static int take(void)
{
    int *record = vr_log_ring_first(&ring, &lost);

    if (!record)
        return -1;
    int number = *record;
    vr_log_ring_pop(&ring);
    return number;
}

TEST(ring, gives_back_in_order_what_was_put)
{
    start();
    check_int(take(), -1);
    check(put(1, 4));
    check(put(2, 500));
    check_int(take(), 1);
    check(put(3, vr_log_ring_most(&ring)));
    check_int(take(), 2);
    check_int(take(), 3);
    check_int(take(), -1);
    vr_log_ring_fini(&ring);
}

TEST(ring, holds_back_what_is_behind_a_record_that_is_not_complete)
{
    start();
    int *slow = vr_log_ring_take(&ring, 4);
    check(put(2, 4));
    check_int(take(), -1);
    *slow = 1;
    vr_log_ring_put(&ring, slow);
    check_int(take(), 1);
    check_int(take(), 2);
    vr_log_ring_fini(&ring);
}

TEST(ring, tells_how_many_were_lost_with_the_next_record)
{
    int count = 0;
    start();
    while (put(count, 4))
        count++;
    check_int(count, 4096 / VR_LOG_CELL);
    vr_log_ring_lose(&ring, 6);
    check_int(take(), 0);
    check_int(lost, 0);
    check(put(count, 4));
    for (int i = 1; i < count; i++) {
        check_int(take(), i);
        check_int(lost, 0);
    }
    check_int(take(), count);
    check_int(lost, 7);
    check_int(vr_log_ring_take_lost(&ring), 0);
    vr_log_ring_fini(&ring);
}

TEST(ring, tells_how_many_were_lost_behind_the_last_record)
{
    start();
    check(put(1, 4));
    vr_log_ring_lose(&ring, 2);
    check_int(vr_log_ring_take_lost(&ring), 0); /* it is not popped yet */
    check_int(take(), 1);
    check(!vr_log_ring_is_past(&ring, vr_log_ring_place(&ring)));
    check_int(vr_log_ring_take_lost(&ring), 2);
    check_int(vr_log_ring_take_lost(&ring), 0);
    check(vr_log_ring_is_past(&ring, vr_log_ring_place(&ring)));
    vr_log_ring_fini(&ring);
}

/* Told with the next record, or alone: not before. */
TEST(ring, is_not_past_what_was_lost_before_it_is_told)
{
    start();
    vr_log_ring_lose(&ring, 2);
    uint64_t place = vr_log_ring_place(&ring);
    check(put(1, 4));
    check(!vr_log_ring_is_past(&ring, place));
    check_int(take(), 1);
    check_int(lost, 2);
    check(vr_log_ring_is_past(&ring, place));

    vr_log_ring_lose(&ring, 2);
    place = vr_log_ring_place(&ring);
    check(!vr_log_ring_is_past(&ring, place));
    check_int(vr_log_ring_take_lost(&ring), 2);
    check(vr_log_ring_is_past(&ring, place));
    vr_log_ring_fini(&ring);
}

TEST(ring, counts_no_further_than_it_can)
{
    start();
    vr_log_ring_lose(&ring, UINT32_MAX - 1);
    vr_log_ring_lose(&ring, (size_t)UINT32_MAX + 5);
    vr_log_ring_lose(&ring, 1);
    check_int(vr_log_ring_take_lost(&ring), UINT32_MAX);
    vr_log_ring_fini(&ring);
}

TEST(ring, goes_on_where_the_count_of_places_begins_anew)
{
    start();
    ring.head = ring.tail = UINT32_MAX - 100 * 64 - 7;
    for (int i = 0; i < 20000; i++) {
        check(put(i, (size_t)(4 + i % 900)));
        check_int(take(), i);
    }
    vr_log_ring_fini(&ring);
}

/* Its mark is 0, but a cell does not begin with that. */
TEST(ring, is_empty_at_the_last_place_of_all)
{
    start();
    ring.head = ring.tail = UINT32_MAX;
    int *slow = vr_log_ring_take(&ring, 4);
    check_int(take(), -1);
    *slow = 1;
    vr_log_ring_put(&ring, slow);
    check_int(take(), 1);
    check_int(take(), -1);
    vr_log_ring_fini(&ring);
}

TEST(ring, takes_no_mark_for_one_of_a_later_round_of_places)
{
    start();
    check(put(1, 4));
    check_int(take(), 1);
    ring.head = ring.tail = 0; /* 2^32 cells later */
    check(vr_log_ring_take(&ring, 4) != NULL);
    check_int(take(), -1);
    vr_log_ring_fini(&ring);
}

TEST(ring, knows_what_is_past_where_the_count_of_places_begins_anew)
{
    start();
    ring.head = ring.tail = UINT32_MAX;
    check(put(1, 4));
    uint64_t place = vr_log_ring_place(&ring);
    check(!vr_log_ring_is_past(&ring, place));
    check_int(take(), 1);
    check(vr_log_ring_is_past(&ring, place));
    check(vr_log_ring_is_past(&ring, UINT32_MAX));
    vr_log_ring_fini(&ring);
}

TEST(ring, needs_memory)
{
    struct counting_env env;
    counting_env_init(&env);
    env.counted = true;
    for (env.left = 0; env.left < 2; env.left++) {
        int left = env.left;
        check_int(vr_log_ring_init(&ring, &env.env, 1), -ENOMEM);
        env.left = left;
        check_int(env.live, 0);
    }
}

/* A model: numbers in order, with how many were lost before each. */
enum { MOST = 64 };

struct model {
    struct {
        int number;
        uint32_t lost;
    } records[MOST]; /* from first to before end, each modulo MOST */
    int first, end;
    uint32_t lost;
};

static void model_put(struct model *model, int number)
{
    int place = model->end++ % MOST;

    check(model->end - model->first <= MOST);
    model->records[place].number = number;
    model->records[place].lost = model->lost;
    model->lost = 0;
}

static void model_take(struct model *model)
{
    int place = model->first++ % MOST;

    check_int(take(), model->records[place].number);
    check_int(lost, model->records[place].lost);
}

static void step(struct model *model, uint64_t *dice, int number)
{
    unsigned most = (unsigned)vr_log_ring_most(&ring);

    if (test_random_below(dice, 5) < 3) {
        unsigned span = test_random_below(dice, 9) ? 200 : most - 3;
        if (put(number, 4 + test_random_below(dice, span)))
            model_put(model, number);
        else
            model->lost++;
    } else if (model->first < model->end) {
        model_take(model);
    } else {
        check_int(take(), -1);
        check_int(vr_log_ring_take_lost(&ring), model->lost);
        model->lost = 0;
    }
}

TEST(ring, does_as_a_simple_list_does)
{
    uint64_t dice = 7;
    struct model model = {.first = 0};
    start();
    for (int i = 0; i < 200000; i++)
        step(&model, &dice, i);
    vr_log_ring_fini(&ring);
}
