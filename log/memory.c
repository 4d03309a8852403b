/* SPDX-License-Identifier: MIT */
/**
 * @file memory.c
 * The last entries.
 */
#include <vreactor/log/memory.h>

#include <errno.h>
#include <stdbool.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/log/copy.h>
#include <vreactor/log/gap.h>
#include <vreactor/log/log.h>

struct vr_log_memory_slot {
    struct vr_log_entry entry;
    void *room; /* for what that points to */
    size_t size;
};

/* The text is made when it is shown. */
static void lose(struct vr_log_entry *entry, size_t missed)
{
    *entry = (struct vr_log_entry){
        .when = entry->when, .level = VR_LOG_WARN, .missed = missed};
}

/* Without memory an entry is lost, and the slot says so. */
static void keep(const struct vr_env *env, struct vr_log_memory_slot *slot,
                 const struct vr_log_entry *entry)
{
    slot->entry = *entry;
    size_t size = vr_log_entry_copy(&slot->entry, NULL);

    if (size > slot->size) {
        void *room = vr_resize(env, slot->room, size);
        if (!room) {
            lose(&slot->entry, entry->missed ? entry->missed : 1);
            return;
        }
        slot->room = room;
        slot->size = size;
    }
    (void)vr_log_entry_copy(&slot->entry, slot->room);
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_memory *self =
        vr_container_of(watcher, struct vr_log_memory, base);

    (void)pthread_mutex_lock(&self->lock);
    keep(self->env, &self->slots[self->next % self->count], entry);
    self->next++;
    (void)pthread_mutex_unlock(&self->lock);
}

int vr_log_memory_init(struct vr_log_memory *memory, const struct vr_env *env,
                       size_t count)
{
    if (!count)
        return -EINVAL;
    *memory =
        (struct vr_log_memory){.env = vr_env_or_default(env), .count = count};
    if (count > SIZE_MAX / sizeof(*memory->slots))
        return -ENOMEM;
    memory->slots = vr_alloc(memory->env, count * sizeof(*memory->slots));
    if (!memory->slots)
        return -ENOMEM;

    (void)pthread_mutex_init(&memory->lock, NULL);
    vr_log_watcher_init(&memory->base, watch);
    return 0;
}

void vr_log_memory_fini(struct vr_log_memory *memory)
{
    vr_logger_detach(&memory->base);
    for (size_t i = 0; i < memory->count; i++)
        vr_dealloc(memory->env, memory->slots[i].room);
    vr_dealloc(memory->env, memory->slots);
    pthread_mutex_destroy(&memory->lock);
}

/* The numbers of what is remembered. */
static void get_range(struct vr_log_memory *self, uint64_t *ret_first,
                      uint64_t *ret_end)
{
    (void)pthread_mutex_lock(&self->lock);
    *ret_end = self->next;
    *ret_first = self->next > self->count ? self->next - self->count : 0;
    (void)pthread_mutex_unlock(&self->lock);
}

/* Copy the entry of @p number, or a gap in its place, to @p copy. */
static void take(struct vr_log_memory *self, uint64_t number,
                 struct vr_log_memory_slot *copy)
{
    (void)pthread_mutex_lock(&self->lock);
    const struct vr_log_memory_slot *slot = &self->slots[number % self->count];
    bool is_there = self->next - number <= self->count;
    keep(self->env, copy, &slot->entry);
    (void)pthread_mutex_unlock(&self->lock);
    if (!is_there)
        lose(&copy->entry, 1);
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
    struct vr_log_memory_slot copy = {.size = 0};
    uint64_t number, end;

    get_range(memory, &number, &end);
    for (; number < end; number++) {
        take(memory, number, &copy);
        show(&copy.entry, watcher);
    }
    vr_dealloc(memory->env, copy.room);
}
