/* SPDX-License-Identifier: MIT */
/**
 * @file buffers.c
 * Three buffers of io/buffer.h, one of them on memory of its own, do what the
 * input says while memory fails when it says so.  After each step they hold
 * just what plain arrays do, also where a step has failed; in the end all
 * memory is given back where it was taken, and no byte was copied too often.
 *
 *   reaches io/buffer.c: vr_copy(old->own, old->data, old->len);
 *   reaches io/buffer.c: vr_list_insert(&old->link, &chunk->link);
 *   reaches io/buffer.c: to->len += count;
 *   reaches io/buffer.c: int err = vr_buffer_append(to, chunk->data, count);
 *   reaches io/buffer.c: (void)vr_buffer_remove(from, count);
 *   reaches io/buffer.c: (void)vr_chunk_fill(fresh, bytes + done, len - done);
 *   reaches io/chunk.c: chunk->drop(chunk->arg);
 *   reaches io/buffer.c: int err = vr_buffer_gather(buffer, buffer->len);
 */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <limits.h>
#include <sys/uio.h>

#include <vreactor/base/copied.h>
#include <vreactor/io/buffer.h>
#include <vreactor/testing/env.h>

const char fuzz_target[] = "buffers";

enum { BUFFERS = 3, MOST = 1 << 17, PIECE_MOST = 8192, PIECES = 512 };

/* A buffer, and what it is to hold. */
struct twin {
    struct vr_buffer buffer;
    size_t len;
    uint8_t bytes[MOST];
};

static struct twin twins[BUFFERS];
static struct vr_test_env memory[2];
static bool failing[2]; /* some allocation of it may fail */
static uint8_t next;    /* byte to be written */
static int handed_over, dropped;
static uint64_t extended;

static int memory_of(const struct twin *twin)
{
    return twin == &twins[BUFFERS - 1];
}

/* Most are short, some fill several chunks. */
static size_t take_size(struct fuzz_input *in)
{
    size_t size = fuzz_byte(in);

    return size < 224 ? size : (size - 223) * (PIECE_MOST / 32);
}

/* Bytes like no others nearby. */
static void make_piece(uint8_t *piece, size_t len)
{
    for (size_t i = 0; i < len; i++, next++)
        piece[i] = (uint8_t)(next * 7 + next / 16);
}

/* ---- what a twin is to hold ---- */

static void put(struct twin *twin, const uint8_t *piece, size_t len)
{
    memcpy(twin->bytes + twin->len, piece, len);
    twin->len += len;
}

static void cut(struct twin *twin, size_t len)
{
    twin->len -= len;
    memmove(twin->bytes, twin->bytes + len, twin->len);
}

static void check_twin(const struct twin *twin)
{
    struct iovec iov[PIECES];
    size_t count = vr_buffer_iov(&twin->buffer, iov, PIECES), at = 0;

    fuzz_check(twin->buffer.len == twin->len);
    for (size_t i = 0; i < count; i++) {
        fuzz_check(iov[i].iov_len && iov[i].iov_len <= twin->len - at);
        fuzz_check(!memcmp(iov[i].iov_base, twin->bytes + at, iov[i].iov_len));
        at += iov[i].iov_len;
    }
    fuzz_check(at == twin->len || count == PIECES);
}

/* An empty buffer holds no memory. */
static void check_all(void)
{
    bool empty = !twins[0].len && !twins[1].len;

    for (int i = 0; i < BUFFERS; i++)
        check_twin(&twins[i]);
    fuzz_check((vr_test_blocks(&memory[0]) == 0) == empty);
    fuzz_check((vr_test_blocks(&memory[1]) == 0) == !twins[2].len);
}

/* ---- steps ---- */

static void check_failed(const struct twin *twin, int err)
{
    fuzz_check(err == -ENOMEM && failing[memory_of(twin)]);
}

static void append(struct twin *twin, size_t len, bool extend)
{
    uint8_t piece[PIECE_MOST];
    uint64_t copied = vr_copied();

    if (len > MOST - twin->len)
        return;
    make_piece(piece, len);
    int err = extend ? vr_buffer_extend(&twin->buffer, piece, len)
                     : vr_buffer_append(&twin->buffer, piece, len);
    if (err) {
        check_failed(twin, err);
        return;
    }
    put(twin, piece, len);
    extended += len;
    fuzz_check(extend || vr_copied() - copied == len);
}

static void drop(void *arg)
{
    free(arg);
    dropped++;
}

static void hand_over(struct twin *twin, size_t len)
{
    uint64_t copied = vr_copied();

    if (len > MOST - twin->len)
        return;
    uint8_t *piece = malloc(len + !len);
    fuzz_check(piece);
    make_piece(piece, len);
    int before = dropped;
    int err = vr_buffer_append_taken(&twin->buffer, piece, len, drop, piece);
    if (err) {
        check_failed(twin, err);
        fuzz_check(dropped == before);
        free(piece);
        return;
    }
    handed_over++;
    fuzz_check(dropped == before + !len && vr_copied() == copied);
    if (len)
        put(twin, piece, len);
}

/* What moved before memory failed has moved. */
static void move(struct twin *to, struct twin *from, size_t len)
{
    size_t want = len < from->len ? len : from->len;

    if (to == from || want > MOST - to->len)
        return;
    int err = vr_buffer_move(&to->buffer, &from->buffer, len);
    size_t moved = to->buffer.len - to->len;
    if (err)
        check_failed(to, err);
    fuzz_check(err ? moved < want : moved == want);
    put(to, from->bytes, moved);
    cut(from, moved);
}

static void take(struct twin *twin, size_t len, bool stays)
{
    size_t want = len < twin->len ? len : twin->len;
    uint8_t *piece = malloc(len + !len);

    fuzz_check(piece);
    size_t got = stays ? vr_buffer_peek(&twin->buffer, piece, len)
                       : vr_buffer_pop(&twin->buffer, piece, len);
    fuzz_check(got == want && !memcmp(piece, twin->bytes, got));
    free(piece);
    if (!stays)
        cut(twin, got);
}

static void discard(struct twin *twin, size_t len)
{
    size_t want = len < twin->len ? len : twin->len;

    fuzz_check(vr_buffer_remove(&twin->buffer, len) == want);
    cut(twin, want);
}

static void gather(struct twin *twin, size_t len)
{
    size_t want = len < twin->len ? len : twin->len, front;

    int err = vr_buffer_gather(&twin->buffer, len);
    const uint8_t *bytes = vr_buffer_front(&twin->buffer, &front);
    fuzz_check(!bytes == !twin->len);
    if (err)
        check_failed(twin, err);
    else
        fuzz_check(front >= want);
}

static void move_some(struct fuzz_input *in, struct twin *to)
{
    struct twin *from = &twins[fuzz_below(in, BUFFERS)];

    move(to, from, take_size(in));
}

static void step(struct fuzz_input *in)
{
    unsigned what = fuzz_below(in, 10);
    struct twin *twin = &twins[fuzz_below(in, BUFFERS)];
    int of = memory_of(twin);

    if (what == 0)
        append(twin, take_size(in), false);
    else if (what == 1)
        append(twin, take_size(in), true);
    else if (what == 2)
        hand_over(twin, take_size(in));
    else if (what == 3)
        move_some(in, twin);
    else if (what == 4)
        take(twin, take_size(in), false);
    else if (what == 5)
        take(twin, take_size(in), true);
    else if (what == 6)
        discard(twin, take_size(in));
    else if (what == 7)
        gather(twin, take_size(in));
    else if (what == 8)
        discard(twin, SIZE_MAX);
    else {
        int nth = (int)fuzz_below(in, 4);
        failing[of] = nth > 0;
        vr_test_fail_allocation(&memory[of], nth,
                                fuzz_below(in, 2) ? INT_MAX : 1);
    }
}

/* Pieces however small, taken in others: each byte is copied three times. */
static void extend_only(struct fuzz_input *in)
{
    uint64_t copied = vr_copied();

    while (!fuzz_done(in)) {
        append(&twins[0], take_size(in), true);
        discard(&twins[0], take_size(in));
        check_twin(&twins[0]);
    }
    fuzz_check(vr_copied() - copied <= 3 * extended);
}

static void set_up(void)
{
    for (int i = 0; i < 2; i++) {
        vr_test_env_init(&memory[i], 0);
        failing[i] = false;
    }
    for (int i = 0; i < BUFFERS; i++) {
        struct twin *twin = &twins[i];
        vr_buffer_init(&twin->buffer, &memory[memory_of(twin)].env);
        twin->len = 0;
    }
    handed_over = dropped = 0;
    extended = 0;
    next = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_input(data, size);

    set_up();
    if (fuzz_byte(&in) == 'e')
        extend_only(&in);
    while (!fuzz_done(&in)) {
        step(&in);
        check_all();
    }
    for (int i = 0; i < BUFFERS; i++) {
        vr_buffer_clear(&twins[i].buffer);
        twins[i].len = 0;
    }
    check_all();
    fuzz_check(dropped == handed_over);
    fuzz_check(!vr_test_bytes(&memory[0]) && !vr_test_bytes(&memory[1]));
    return 0;
}
