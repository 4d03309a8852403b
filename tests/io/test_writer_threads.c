/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_threads.c
 * Tests of vr_writer_post() from many threads.
 */
#include <vreactor/io/writer.h>

#include <pthread.h>
#include <string.h>

#include "tests/support/session.h"

enum { THREADS = 8, ROUNDS = 500 };

static struct vr_reactor *reactor;
static struct vr_writer writer;
static struct vr_consumer in;
static int ends;

struct parcel {
    int sender, number;
};

static int next_number[THREADS];
static int parcels;

/* Whole parcels only: what is left comes again with more. */
static size_t take_parcels(struct vr_consumer *self,
                           const struct vr_offer *offer)
{
    size_t done = 0;
    struct parcel parcel;

    vr_need(self, sizeof(parcel));
    for (; offer->len - done >= sizeof(parcel); done += sizeof(parcel)) {
        memcpy(&parcel, offer->data + done, sizeof(parcel));
        check_int(parcel.number, next_number[parcel.sender]++);
        parcels++;
    }
    return done;
}

static void note_end(struct vr_consumer *self, const struct vr_end *why)
{
    (void)self;
    check_int(why->kind, VR_END_EOF);
    ends++;
}

static const struct vr_consumer_ops counting = {.consume = take_parcels,
                                                .ended = note_end};
static const struct vr_writer_ops no_ops;

static void *send_parcels(void *arg)
{
    struct parcel parcel = {.sender = *(int *)arg};

    for (; parcel.number < ROUNDS; parcel.number++)
        check_int(vr_writer_post(&writer, &parcel, sizeof(parcel)), 0);
    return NULL;
}

/* behaviour 67 */
TEST(writer_threads, keep_the_order_of_each_of_eight)
{
    pthread_t threads[THREADS];
    int senders[THREADS];

    reactor = session_reactor(NULL);
    vr_writer_init(&writer, reactor, &no_ops);
    vr_consumer_init(&in, &counting);
    check_int(vr_attach(&writer.out, &in), 0);
    check_int(vr_reactor_start(reactor), 0);
    for (int i = 0; i < THREADS; i++) {
        senders[i] = i;
        check_int(pthread_create(&threads[i], NULL, send_parcels, &senders[i]),
                  0);
    }
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    turn_until(reactor, parcels == THREADS * ROUNDS);
    vr_writer_end(&writer);
    turn_some(reactor, 2);

    check_int(ends, 1);
    vr_writer_fini(&writer);
    check_int(vr_reactor_free(reactor), 0);
}
