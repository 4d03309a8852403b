/* SPDX-License-Identifier: MIT */
/**
 * @file ring.c
 * The ring of records.
 */
#include <vreactor/log/ring.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <vreactor/base/env.h>

enum {
    LEAST_CELLS = 4096 / VR_LOG_CELL,
    MOST_CELLS = (1 << 30) / VR_LOG_CELL,
    SHARE = 4, /* a record takes no more than this part of the ring */
};

/* At the start of a record, and of the cells before one that did not fit
 * before the end of the store. */
struct header {
    uint32_t place;
    uint32_t cells;
    uint32_t lost;
    uint32_t skipped;
};

static uint32_t place_of(uint64_t head)
{
    return (uint32_t)head;
}

static uint32_t lost_of(uint64_t head)
{
    return (uint32_t)(head >> 32);
}

static uint64_t make_head(uint32_t lost, uint32_t place)
{
    return (uint64_t)lost << 32 | place;
}

static uint64_t get_head(const struct vr_log_ring *ring)
{
    return __atomic_load_n(&ring->head, __ATOMIC_SEQ_CST);
}

/* On failure @p seen is what it is. */
static bool move_head(struct vr_log_ring *ring, uint64_t *seen, uint64_t to)
{
    return __atomic_compare_exchange_n(&ring->head, seen, to, true,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static struct header *at(const struct vr_log_ring *ring, uint32_t place)
{
    size_t cell = place & (ring->cells - 1);

    return (struct header *)(void *)(ring->store + cell * VR_LOG_CELL);
}

static uint32_t *mark_of(const struct vr_log_ring *ring, uint32_t place)
{
    return &ring->marks[place & (ring->cells - 1)];
}

static uint32_t cells_for(size_t size)
{
    return (uint32_t)((sizeof(struct header) + size + VR_LOG_CELL - 1) /
                      VR_LOG_CELL);
}

int vr_log_ring_init(struct vr_log_ring *ring, const struct vr_env *env,
                     size_t size)
{
    uint32_t cells = LEAST_CELLS;

    while (cells < MOST_CELLS && (size_t)cells * VR_LOG_CELL < size)
        cells *= 2;
    *ring = (struct vr_log_ring){.env = env, .cells = cells};
    ring->memory =
        vr_resize(env, NULL, (size_t)cells * VR_LOG_CELL + VR_LOG_CELL);
    ring->marks = vr_alloc(env, cells * sizeof(*ring->marks));
    if (!ring->memory || !ring->marks) {
        vr_log_ring_fini(ring);
        return -ENOMEM;
    }

    size_t over = (uintptr_t)ring->memory % VR_LOG_CELL;
    ring->store = ring->memory + (over ? VR_LOG_CELL - over : 0);
    vr_log_ring_clear(ring);
    return 0;
}

void vr_log_ring_clear(struct vr_log_ring *ring)
{
    ring->head = ring->tail = 0;
    memset(ring->marks, 0, ring->cells * sizeof(*ring->marks));
    /* 0 is the mark of place UINT32_MAX, which is there; 1 that of no place. */
    ring->marks[ring->cells - 1] = 1;
}

void vr_log_ring_fini(struct vr_log_ring *ring)
{
    vr_dealloc(ring->env, ring->marks);
    vr_dealloc(ring->env, ring->memory);
}

size_t vr_log_ring_size(const struct vr_log_ring *ring)
{
    return (size_t)ring->cells * VR_LOG_CELL;
}

size_t vr_log_ring_most(const struct vr_log_ring *ring)
{
    return (size_t)ring->cells / SHARE * VR_LOG_CELL - sizeof(struct header);
}

static void mark(struct vr_log_ring *ring, uint32_t place)
{
    __atomic_store_n(mark_of(ring, place), place + 1, __ATOMIC_SEQ_CST);
}

/* How many cells to leave empty before a record, so that it is in one piece. */
static uint32_t to_skip(const struct vr_log_ring *ring, uint32_t place,
                        uint32_t cells)
{
    uint32_t left = ring->cells - (place & (ring->cells - 1));

    return cells <= left ? 0 : left;
}

/* A place behind the tail is an old one: the swap that follows fails. */
static bool has_room(const struct vr_log_ring *ring, uint32_t place,
                     uint32_t cells)
{
    uint32_t used = place - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);

    return used > ring->cells || cells <= ring->cells - used;
}

static bool take_cells(struct vr_log_ring *ring, uint32_t cells,
                       uint64_t *ret_head)
{
    uint64_t head = get_head(ring);
    uint32_t all;

    do {
        all = to_skip(ring, place_of(head), cells) + cells;
        if (!has_room(ring, place_of(head), all))
            return false;
    } while (!move_head(ring, &head, make_head(0, place_of(head) + all)));

    *ret_head = head;
    return true;
}

void *vr_log_ring_take(struct vr_log_ring *ring, size_t size)
{
    uint32_t cells = cells_for(size);
    uint64_t head;

    assert(size <= vr_log_ring_most(ring));
    if (!take_cells(ring, cells, &head))
        return NULL;

    uint32_t place = place_of(head);
    uint32_t skip = to_skip(ring, place, cells);
    if (skip) {
        *at(ring, place) = (struct header){.cells = skip, .skipped = 1};
        mark(ring, place);
    }
    struct header *header = at(ring, place + skip);
    *header = (struct header){
        .place = place + skip, .cells = cells, .lost = lost_of(head)};
    return header + 1;
}

void vr_log_ring_put(struct vr_log_ring *ring, void *record)
{
    mark(ring, ((struct header *)record - 1)->place);
}

void vr_log_ring_lose(struct vr_log_ring *ring, size_t count)
{
    uint64_t head = get_head(ring);
    uint32_t lost;

    do {
        lost = lost_of(head);
        lost = count < UINT32_MAX - lost ? lost + (uint32_t)count : UINT32_MAX;
    } while (!move_head(ring, &head, make_head(lost, place_of(head))));
}

static void pass(struct vr_log_ring *ring, uint32_t cells)
{
    uint32_t tail = ring->tail;

    /* In 2^32 cells the same place comes again. */
    __atomic_store_n(mark_of(ring, tail), tail, __ATOMIC_RELAXED);
    __atomic_store_n(&ring->tail, tail + cells, __ATOMIC_SEQ_CST);
}

void *vr_log_ring_first(struct vr_log_ring *ring, uint32_t *ret_lost)
{
    for (;;) {
        uint32_t found =
            __atomic_load_n(mark_of(ring, ring->tail), __ATOMIC_SEQ_CST);
        struct header *header = at(ring, ring->tail);
        if (found != ring->tail + 1)
            return NULL;

        if (!header->skipped) {
            *ret_lost = header->lost;
            return header + 1;
        }
        pass(ring, header->cells);
    }
}

void vr_log_ring_pop(struct vr_log_ring *ring)
{
    pass(ring, at(ring, ring->tail)->cells);
}

uint32_t vr_log_ring_take_lost(struct vr_log_ring *ring)
{
    uint64_t head = get_head(ring);

    while (lost_of(head) && place_of(head) == ring->tail)
        if (move_head(ring, &head, make_head(0, place_of(head))))
            return lost_of(head);

    return 0;
}

bool vr_log_ring_is_half_full(const struct vr_log_ring *ring)
{
    uint32_t place = place_of(__atomic_load_n(&ring->head, __ATOMIC_RELAXED));
    uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_RELAXED);

    return place - tail > ring->cells / 2;
}

uint64_t vr_log_ring_place(const struct vr_log_ring *ring)
{
    return get_head(ring);
}

bool vr_log_ring_is_past(const struct vr_log_ring *ring, uint64_t place)
{
    uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST);
    uint64_t head = get_head(ring);

    if (tail != place_of(place))
        return (int32_t)(tail - place_of(place)) > 0;
    /* What was lost here is taken alone, or stands in the record that is. */
    return !lost_of(place) || (place_of(head) == tail && !lost_of(head));
}
