/* SPDX-License-Identifier: MIT */
/**
 * @file test_buffer.c
 * Tests of io/buffer.h.
 */
#include <vreactor/io/buffer.h>

#include <errno.h>
#include <sys/uio.h>

#include <vreactor/testing/env.h>

#include "tests/support/random.h"
#include "tests/support/test.h"

static struct vr_test_env memory;
static struct vr_buffer buffer, other;

static void set_up(void)
{
    vr_test_env_init(&memory, 0);
    vr_buffer_init(&buffer, &memory.env);
    vr_buffer_init(&other, &memory.env);
}

static void tear_down(void)
{
    vr_buffer_clear(&buffer);
    vr_buffer_clear(&other);
    check_int(buffer.len, 0);
    check_int(vr_test_blocks(&memory), 0);
}

static void append(struct vr_buffer *to, const char *text)
{
    check_int(vr_buffer_append(to, text, strlen(text)), 0);
}

static void check_holds(const struct vr_buffer *from, const char *text)
{
    char bytes[16384] = "";

    check_int(from->len, strlen(text));
    check_int(vr_buffer_peek(from, bytes, sizeof(bytes)), strlen(text));
    check_mem(bytes, text, strlen(text));
}

static void check_pop(size_t len, const char *text)
{
    char bytes[64] = "";

    check_int(vr_buffer_pop(&buffer, bytes, len), strlen(text));
    check_str(bytes, text);
}

static void count_drop(void *arg)
{
    ++*(int *)arg;
}

static void append_taken(struct vr_buffer *to, const char *text, int *drops)
{
    check_int(vr_buffer_append_taken(to, text, strlen(text), count_drop, drops),
              0);
}

TEST(buffer, pops_and_peeks_in_order_and_returns_counts)
{
    char bytes[8];

    set_up();
    append(&buffer, "This is a");
    append(&buffer, "");
    append(&buffer, "buffer example");

    check_pop(3, "Thi");
    check_int(vr_buffer_peek(&buffer, bytes, 3), 3);
    check_mem(bytes, "s i", 3);
    check_pop(3, "s i");
    check_pop(0, "");
    check_pop(64, "s abuffer example");
    check_pop(5, "");
    check_int(vr_buffer_remove(&buffer, 5), 0);
    tear_down();
}

TEST(buffer, removes_no_more_than_there_is)
{
    set_up();
    append(&buffer, "abcdef");

    check_int(vr_buffer_remove(&buffer, 0), 0);
    check_int(vr_buffer_remove(&buffer, 2), 2);
    check_holds(&buffer, "cdef");
    check_int(vr_buffer_remove(&buffer, 100), 4);
    check_int(buffer.len, 0);
    tear_down();
}

TEST(buffer, holds_no_memory_when_empty)
{
    set_up();
    check_int(vr_test_blocks(&memory), 0);
    for (int i = 0; i < 1000; i++)
        append(&buffer, "twenty bytes of text");
    check(vr_test_blocks(&memory) > 0);

    check_int(vr_buffer_remove(&buffer, 20000), 20000);

    check_int(vr_test_blocks(&memory), 0);
    tear_down();
}

TEST(buffer, fills_the_room_it_has_before_it_asks_for_more)
{
    set_up();
    for (int i = 0; i < 100; i++)
        append(&buffer, "0123456789");

    check_int(vr_test_allocations(&memory), 1);
    tear_down();
}

TEST(buffer, sends_taken_memory_as_it_is_and_drops_it_once)
{
    static const char text[] = "taken";
    size_t len;
    int drops = 0;

    set_up();
    append_taken(&buffer, text, &drops);
    check(vr_buffer_front(&buffer, &len) == (const unsigned char *)text);
    check_int(len, 5);

    check_int(vr_buffer_remove(&buffer, 4), 4);
    check_int(drops, 0);
    check_int(vr_buffer_remove(&buffer, 1), 1);
    check_int(drops, 1);
    tear_down();
    check_int(drops, 1);
}

TEST(buffer, drops_taken_memory_of_no_length_at_once)
{
    int drops = 0;

    set_up();
    append_taken(&buffer, "", &drops);
    check_int(drops, 1);
    check_int(buffer.len, 0);
    check_int(vr_buffer_append_taken(&buffer, "", 0, NULL, NULL), 0);
    tear_down();
}

TEST(buffer, keeps_copies_out_of_taken_memory)
{
    char text[8] = "ab";
    int drops = 0;

    set_up();
    append_taken(&buffer, text, &drops);
    append(&buffer, "cd");

    check_holds(&buffer, "abcd");
    check_str(text, "ab");
    vr_buffer_clear(&buffer);
    check_int(drops, 1);
    tear_down();
}

TEST(buffer, moves_whole_chunks_without_copying)
{
    static const char text[] = "taken";
    size_t len;
    int drops = 0;

    set_up();
    append(&other, "before ");
    append_taken(&buffer, text, &drops);
    append(&buffer, " and copied");
    int64_t allocations = vr_test_allocations(&memory);

    check_int(vr_buffer_move(&other, &buffer, 1000), 0);

    check_int(vr_test_allocations(&memory), allocations);
    check_int(buffer.len, 0);
    check_int(drops, 0);
    check_holds(&other, "before taken and copied");
    check_int(vr_buffer_remove(&other, 7), 7);
    check(vr_buffer_front(&other, &len) == (const unsigned char *)text);
    tear_down();
    check_int(drops, 1);
}

TEST(buffer, moves_a_part_of_a_chunk_and_no_more)
{
    set_up();
    append(&buffer, "abcdef");

    check_int(vr_buffer_move(&other, &buffer, 0), 0);
    check_int(vr_buffer_move(&other, &buffer, 4), 0);

    check_holds(&other, "abcd");
    check_holds(&buffer, "ef");
    append(&buffer, "gh");
    check_holds(&buffer, "efgh");
    tear_down();
}

TEST(buffer, copies_into_a_buffer_of_another_environment)
{
    struct vr_test_env elsewhere;
    struct vr_buffer far;
    int drops = 0;

    set_up();
    vr_test_env_init(&elsewhere, 0);
    vr_buffer_init(&far, &elsewhere.env);
    append_taken(&buffer, "taken", &drops);

    check_int(vr_buffer_move(&far, &buffer, 5), 0);

    check_int(drops, 1);
    check_holds(&far, "taken");
    vr_buffer_clear(&far);
    check_int(vr_test_blocks(&elsewhere), 0);
    tear_down();
}

TEST(buffer, gathers_so_many_bytes_to_stand_together)
{
    size_t len;
    int drops = 0;

    set_up();
    append_taken(&buffer, "abc", &drops);
    append_taken(&buffer, "def", &drops);
    append_taken(&buffer, "ghi", &drops);

    check_int(vr_buffer_gather(&buffer, 3), 0);
    check_int(drops, 0); /* they did so already */
    check_int(vr_buffer_gather(&buffer, 5), 0);
    check_mem(vr_buffer_front(&buffer, &len), "abcde", 5);
    check_int(len, 5);
    check_int(drops, 1);
    check_holds(&buffer, "abcdefghi");

    check_int(vr_buffer_gather(&buffer, 1000), 0);
    check_mem(vr_buffer_front(&buffer, &len), "abcdefghi", 9);
    check_int(len, 9);
    check_int(drops, 3);
    append(&buffer, "j");
    check_holds(&buffer, "abcdefghij");
    tear_down();
}

TEST(buffer, gathers_nothing_from_nothing)
{
    size_t len = 1;

    set_up();
    check_int(vr_buffer_gather(&buffer, 0), 0);
    check_int(vr_buffer_gather(&buffer, 100), 0);
    check(!vr_buffer_front(&buffer, &len));
    check_int(len, 0);
    check_int(vr_test_allocations(&memory), 0);
    tear_down();
}

TEST(buffer, shows_its_chunks_in_order)
{
    struct iovec iov[4];
    int drops = 0;

    set_up();
    check_int(vr_buffer_iov(&buffer, iov, 4), 0);
    append_taken(&buffer, "abc", &drops);
    append_taken(&buffer, "de", &drops);
    append_taken(&buffer, "f", &drops);
    check_int(vr_buffer_remove(&buffer, 1), 1);

    check_int(vr_buffer_iov(&buffer, iov, 4), 3);
    check_int(iov[0].iov_len, 2);
    check_mem(iov[0].iov_base, "bc", 2);
    check_mem(iov[1].iov_base, "de", 2);
    check_mem(iov[2].iov_base, "f", 1);
    check_int(vr_buffer_iov(&buffer, iov, 2), 2);
    check_int(vr_buffer_iov(&buffer, iov, 0), 0);
    tear_down();
}

/* promise links-21 */
TEST(buffer, stays_as_it_was_when_memory_runs_out)
{
    static char long_text[8000];
    int drops = 0;

    set_up();
    memset(long_text, 'x', sizeof(long_text) - 1);
    append_taken(&buffer, "abc", &drops);
    append(&buffer, "def");

    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_buffer_append(&buffer, long_text, 8000 - 1), -ENOMEM);
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_buffer_append_taken(&buffer, "no", 2, count_drop, &drops),
              -ENOMEM);
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_buffer_gather(&buffer, 5), -ENOMEM);
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_buffer_move(&other, &buffer, 2), -ENOMEM);

    check_holds(&buffer, "abcdef");
    check_int(other.len, 0);
    check_int(drops, 0);
    tear_down();
}

/* promise links-21 */
TEST(buffer, writes_nothing_into_its_room_when_the_rest_finds_none)
{
    static char long_text[8000];

    set_up();
    memset(long_text, 'x', sizeof(long_text) - 1);
    append(&buffer, "abc");
    vr_test_fail_allocation(&memory, 1, 1);
    check_int(vr_buffer_append(&buffer, long_text, 8000 - 1), -ENOMEM);
    append(&buffer, "def");
    check_holds(&buffer, "abcdef");
    tear_down();
}

/* What a buffer should hold: numbers, from `first` up to `next`. */
static unsigned char next_byte, first_byte;

static void append_numbers(uint64_t *seed)
{
    static unsigned char bytes[6000];
    size_t len = test_random_below(seed, 8) ? test_random_below(seed, 50)
                                            : sizeof(bytes);

    for (size_t i = 0; i < len; i++)
        bytes[i] = next_byte++;
    check_int(vr_buffer_append(&buffer, bytes, len), 0);
}

static void pop_numbers(uint64_t *seed)
{
    static unsigned char bytes[7000];
    size_t len = vr_buffer_pop(
        &buffer, bytes, test_random_below(seed, (unsigned)sizeof(bytes)));

    for (size_t i = 0; i < len; i++)
        check_int(bytes[i], first_byte++);
}

TEST(buffer, keeps_every_byte_whatever_is_done_with_it)
{
    uint64_t seed = 54;
    int drops = 0;

    set_up();
    next_byte = first_byte = 0;
    for (int i = 0; i < 5000; i++) {
        switch (test_random_below(&seed, 4)) {
        case 0:
            pop_numbers(&seed);
            break;
        case 1:
            check_int(vr_buffer_gather(&buffer, test_random_below(&seed, 9000)),
                      0);
            break;
        default:
            append_numbers(&seed);
        }
        check_int((unsigned char)(next_byte - first_byte),
                  (unsigned char)buffer.len);
    }
    append_taken(&buffer, "", &drops);
    tear_down();
}

TEST(buffer, loses_nothing_when_memory_runs_out_in_the_middle_of_a_move)
{
    int drops = 0;

    set_up();
    append_taken(&buffer, "abc", &drops);
    append(&buffer, "def");
    vr_test_fail_allocation(&memory, 1, 1);

    check_int(vr_buffer_move(&other, &buffer, 4), -ENOMEM);

    check_holds(&other, "abc");
    check_holds(&buffer, "def");
    tear_down();
}
