/* SPDX-License-Identifier: MIT */
#include "bench/mailbox.h"

#include <stddef.h>

void mailbox_init(struct mailbox *box)
{
    pthread_mutex_init(&box->lock, NULL);
    box->first = NULL;
    box->last = &box->first;
}

bool mailbox_put(struct mailbox *box, struct message *message)
{
    message->next = NULL;
    pthread_mutex_lock(&box->lock);
    bool was_empty = !box->first;
    *box->last = message;
    box->last = &message->next;
    pthread_mutex_unlock(&box->lock);
    return was_empty;
}

bool mailbox_deliver(struct mailbox *box, int loop)
{
    bool stops = false;

    pthread_mutex_lock(&box->lock);
    struct message *message = box->first;
    box->first = NULL;
    box->last = &box->first;
    pthread_mutex_unlock(&box->lock);
    for (struct message *next; message; message = next) {
        next = message->next; /* one that has come is sent again */
        stops = posts_arrive(loop, message);
    }
    return stops;
}
