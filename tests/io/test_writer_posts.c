/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_posts.c
 * Tests of vr_writer_post(), from one thread and from many.
 */
#include "writers.h"

#include <pthread.h>

enum { THREADS = 8, ROUNDS = 500 };

TEST(writer_posts, abort_where_one_finds_no_memory)
{
    set_up(VR_UNLIMITED);
    check_int(vr_writer_post(&writer, "lost", 4), 0);
    vr_test_fail_allocation(&memory, 1, 1);
    turn_some(reactor, 2);
    check_str(text, "|aborted error");
    check(vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer_posts, are_dropped_where_the_consumer_has_stopped)
{
    set_up(VR_UNLIMITED);
    vr_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
    check_int(vr_writer_post(&writer, "lost", 4), 0);
    turn_some(reactor, 2);
    check(vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer_posts, are_dropped_behind_the_end)
{
    set_up(VR_UNLIMITED);
    check_int(vr_writer_post(&writer, "first", 5), 0);
    turn_some(reactor, 1);
    vr_writer_end(&writer);
    check_int(vr_writer_post(&writer, "late", 4), 0);
    check_int(vr_writer_post(&writer, NULL, 0), 0);
    turn_some(reactor, 3);
    check_str(text, "first|ended eof");
    tear_down();
}

TEST(writer_posts, are_given_back_that_its_reactor_never_ran)
{
    set_up(VR_UNLIMITED);
    check_int(vr_writer_post(&writer, "never", 5), 0);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_writer_post(&writer, "never", 5), 0);
    check_str(text, "");
    tear_down();
}

/* ---- from many threads ---- */

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

static const struct vr_consumer_ops counting = {.consume = take_parcels,
                                                .ended = on_ended};

static void *send_parcels(void *arg)
{
    struct parcel parcel = {.sender = *(int *)arg};

    for (; parcel.number < ROUNDS; parcel.number++)
        check_int(vr_writer_post(&writer, &parcel, sizeof(parcel)), 0);
    return NULL;
}

/* behaviour 67 */
TEST(writer_posts, keep_the_order_of_each_of_eight_threads)
{
    pthread_t threads[THREADS];
    int senders[THREADS];

    set_up_detached();
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

    check_str(text, "|ended eof");
    check_int(ends, 1);
    tear_down();
}
