/* SPDX-License-Identifier: MIT */
/**
 * @file copy.c
 * What an entry points to, in one piece.
 */
#include <vreactor/log/copy.h>

#include <string.h>

#include <vreactor/base/text.h>
#include <vreactor/log/entry.h>

static const char dots[] = "...";

/* How much the texts and attributes of an entry take, and where they go. */
struct copying {
    char *to; /* NULL: only count */
    size_t size;
};

static const char *copy_text(struct copying *copying, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;
    const char *copy = copying->to ? copying->to + copying->size : NULL;

    if (copying->to && text)
        memcpy(copying->to + copying->size, text, size);
    copying->size += size;
    return text ? copy : NULL;
}

static size_t count_attrs(const struct vr_log_attr *attrs)
{
    size_t count = 0;

    while (attrs && attrs[count].key)
        count++;
    return count;
}

/* Attributes come first, as they are to be aligned. */
static void copy_attrs(struct copying *copying, struct vr_log_entry *entry)
{
    size_t count = count_attrs(entry->attrs);
    const struct vr_log_attr *from = entry->attrs;
    struct vr_log_attr *to = (struct vr_log_attr *)(void *)copying->to;

    if (!count)
        return;
    copying->size += (count + 1) * sizeof(*to);
    for (size_t i = 0; i < count; i++) {
        struct vr_log_attr copy = {.number = from[i].number};
        copy.key = copy_text(copying, from[i].key);
        copy.text = copy_text(copying, from[i].text);
        if (to)
            to[i] = copy;
    }
    if (to) {
        to[count] = (struct vr_log_attr){0};
        entry->attrs = to;
    }
}

/* As much of @text as fits behind the rest. */
static const char *copy_last(struct copying *copying, const char *text,
                             size_t most)
{
    size_t room = most > copying->size ? most - copying->size : 0;

    if (!text || room < sizeof(dots) || strlen(text) < room)
        return copy_text(copying, text);

    size_t kept = vr_text_whole(text, room - sizeof(dots));
    char *copy = copying->to ? copying->to + copying->size : NULL;
    if (copy) {
        memcpy(copy, text, kept);
        memcpy(copy + kept, dots, sizeof(dots));
    }
    copying->size += kept + sizeof(dots);
    return copy;
}

size_t vr_log_entry_copy(struct vr_log_entry *entry, void *to, size_t most)
{
    struct copying copying = {.to = to};
    struct vr_log_entry copied = *entry;

    copy_attrs(&copying, &copied);
    copied.prefix = copy_text(&copying, entry->prefix);
    copied.text = copy_last(&copying, entry->text, most);
    if (to)
        *entry = copied;
    return copying.size;
}
