/* SPDX-License-Identifier: MIT */
/**
 * @file memory.c
 * The last entries.
 *
 * Records stand one behind the other in a room of fixed size, none in two
 * pieces: what does not fit before the end of the room begins at its start, and
 * `wrap` is where the others end then.
 */
#include <vreactor/log/memory.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/log/copy.h>
#include <vreactor/log/gap.h>
#include <vreactor/log/log.h>

enum { LEAST = 1024, ALIGNED = 8 };

/* Behind it is what the entry points to. */
struct record {
    struct vr_log_entry entry;
    size_t size; /* of all, a multiple of ALIGNED */
};

_Static_assert(sizeof(((struct vr_log_memory *)0)->lock) >=
                   sizeof(pthread_mutex_t),
               "there is room for the lock");

static pthread_mutex_t *lock_of(struct vr_log_memory *self)
{
    return (pthread_mutex_t *)(void *)self->lock;
}

static size_t round_up(size_t size)
{
    return (size + ALIGNED - 1) / ALIGNED * ALIGNED;
}

static struct record *at(const struct vr_log_memory *self, size_t place)
{
    return (struct record *)(void *)(self->room + place);
}

/* The text is made when it is shown. */
static void lose(struct vr_log_entry *entry, size_t missed)
{
    *entry = (struct vr_log_entry){
        .when = entry->when, .level = VR_LOG_WARN, .missed = missed};
}

/* ---- remembering ---- */

static void forget_oldest(struct vr_log_memory *self)
{
    self->tail += at(self, self->tail)->size;
    self->first++;
    if (self->first == self->next)
        self->head = self->tail = 0;
    else if (self->tail == self->wrap)
        self->tail = 0;
}

/* Room for @size bytes, not more than there are. @return its place */
static size_t make_room(struct vr_log_memory *self, size_t size)
{
    for (;;) {
        bool is_wrapped = self->first < self->next && self->head <= self->tail;
        size_t end = is_wrapped ? self->tail : self->size;
        if (size <= end - self->head)
            return self->head;
        if (is_wrapped || self->first == self->next) {
            forget_oldest(self);
        } else {
            self->wrap = self->head;
            self->head = 0;
        }
    }
}

static void keep(struct vr_log_memory *self, struct vr_log_entry entry)
{
    size_t most = self->size - sizeof(struct record);
    size_t size = vr_log_entry_copy(&entry, NULL, most);

    if (size > most) {
        lose(&entry, entry.missed ? entry.missed : 1);
        size = 0;
    }
    size_t whole = sizeof(struct record) + round_up(size);
    struct record *record = at(self, make_room(self, whole));
    if (size)
        (void)vr_log_entry_copy(&entry, record + 1, most);
    *record = (struct record){.entry = entry, .size = whole};
    self->head += whole;
    self->next++;
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_memory *self =
        vr_container_of(watcher, struct vr_log_memory, base);

    (void)pthread_mutex_lock(lock_of(self));
    keep(self, *entry);
    (void)pthread_mutex_unlock(lock_of(self));
}

int vr_log_memory_init(struct vr_log_memory *memory, const struct vr_env *env,
                       size_t size)
{
    if (size < LEAST)
        return -EINVAL;
    size = size / ALIGNED * ALIGNED;
    *memory = (struct vr_log_memory){
        .env = vr_env_or_default(env), .size = size, .wrap = size};
    memory->room = vr_resize(memory->env, NULL, size);
    if (!memory->room)
        return -ENOMEM;

    (void)pthread_mutex_init(lock_of(memory), NULL);
    vr_log_watcher_init(&memory->base, watch);
    return 0;
}

void vr_log_memory_fini(struct vr_log_memory *memory)
{
    vr_logger_detach(&memory->base);
    vr_dealloc(memory->env, memory->room);
    pthread_mutex_destroy(lock_of(memory));
}

/* ---- showing ---- */

/* On the way from the oldest entry to those that were the last. */
struct visit {
    uint64_t number, end;
    size_t place;
    struct vr_log_entry entry; /* a copy */
    void *room;                /* for what that points to */
    size_t size;
};

static void begin(struct vr_log_memory *self, struct visit *visit)
{
    (void)pthread_mutex_lock(lock_of(self));
    visit->number = self->first;
    visit->place = self->tail;
    visit->end = self->next;
    (void)pthread_mutex_unlock(lock_of(self));
}

static bool has_room(const struct vr_env *env, struct visit *visit, size_t size)
{
    if (size <= visit->size)
        return true;
    void *room = vr_resize(env, visit->room, size);
    if (!room)
        return false;

    visit->room = room;
    visit->size = size;
    return true;
}

/* What was pushed out meanwhile is one gap. */
static void take_gap(struct vr_log_memory *self, struct visit *visit)
{
    uint64_t next = self->first < visit->end ? self->first : visit->end;

    visit->entry.when = at(self, self->tail)->entry.when;
    lose(&visit->entry, (size_t)(next - visit->number));
    visit->number = next;
    visit->place = self->tail;
}

static void take_entry(struct vr_log_memory *self, struct visit *visit)
{
    if (visit->place == self->wrap)
        visit->place = 0;
    const struct record *record = at(self, visit->place);

    visit->entry = record->entry;
    if (has_room(self->env, visit, record->size))
        (void)vr_log_entry_copy(&visit->entry, visit->room, SIZE_MAX);
    else
        lose(&visit->entry, record->entry.missed ? record->entry.missed : 1);
    visit->number++;
    visit->place += record->size;
}

static void show(struct vr_log_entry *entry, struct vr_log_watcher *watcher)
{
    char text[VR_LOG_GAP_SIZE];

    if (!entry->text)
        entry->text = vr_log_gap_text(text, entry->missed, "entry", "entries");
    vr_log_watcher_offer(watcher, entry);
}

void vr_log_memory_dump(struct vr_log_memory *memory,
                        struct vr_log_watcher *watcher)
{
    struct visit visit = {.size = 0};

    begin(memory, &visit);
    while (visit.number < visit.end) {
        (void)pthread_mutex_lock(lock_of(memory));
        if (visit.number < memory->first)
            take_gap(memory, &visit);
        else
            take_entry(memory, &visit);
        (void)pthread_mutex_unlock(lock_of(memory));
        show(&visit.entry, watcher);
    }
    vr_dealloc(memory->env, visit.room);
}
