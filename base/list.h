/* SPDX-License-Identifier: MIT */
/**
 * @file list.h
 * An intrusive, circular, doubly linked list.
 *
 *     struct session {
 *         struct vr_list link;
 *         int fd;
 *     };
 *     struct vr_list sessions; // the head
 *
 *     vr_list_init(&sessions);
 *     vr_list_append(&sessions, &session->link);
 *     while ((link = vr_list_pop(&sessions)))
 *         session_free(vr_container_of(link, struct session, link));
 *
 * After vr_list_remove() a link is an empty list of its own, so removing it
 * again does nothing.  Ownership: the list owns nothing.  Threads: the owner's.
 */
#ifndef VR_BASE_LIST_H
#define VR_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/** A head, or the link of a member. */
struct vr_list {
    struct vr_list *next;
    struct vr_list *prev;
};

/** Make @p list an empty head, or a link that is in no list. */
static inline void vr_list_init(struct vr_list *list)
{
    list->next = list;
    list->prev = list;
}

/** Has this head no members; or is this link in no list? */
static inline bool vr_list_is_empty(const struct vr_list *list)
{
    return list->next == list;
}

/** Put @p link, which is in no list, in front of @p place; if that is a head,
 *  last in its list. */
static inline void vr_list_insert(struct vr_list *place, struct vr_list *link)
{
    link->next = place;
    link->prev = place->prev;
    place->prev->next = link;
    place->prev = link;
}

/** Put @p link, which is in no list, last. */
static inline void vr_list_append(struct vr_list *head, struct vr_list *link)
{
    vr_list_insert(head, link);
}

/** vr_list_remove() that leaves @p link uninitialised: before any other use it
 *  is put into a list. */
static inline void vr_list_unlink(struct vr_list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
}

/** Take @p link out of the list it is in, if any. */
static inline void vr_list_remove(struct vr_list *link)
{
    vr_list_unlink(link);
    vr_list_init(link);
}

/** Take the first member out. @return its link, or NULL if there is none */
static inline struct vr_list *vr_list_pop(struct vr_list *head)
{
    struct vr_list *first = head->next;
    if (first == head)
        return NULL;

    vr_list_remove(first);
    return first;
}

/** Move all members of @p from, in their order, in front of @p place. */
static inline void vr_list_splice(struct vr_list *place, struct vr_list *from)
{
    if (vr_list_is_empty(from))
        return;

    from->next->prev = place->prev;
    place->prev->next = from->next;
    from->prev->next = place;
    place->prev = from->prev;
    vr_list_init(from);
}

#endif
