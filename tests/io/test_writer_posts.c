/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_posts.c
 * Tests of vr_writer_post(), from one thread and from many.
 */
#include "writers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

enum { THREADS = 8, ROUNDS = 500 };

TEST(writer_posts, abort_where_one_finds_no_memory)
{
    set_up(VR_UNLIMITED);
    check_int(vr_writer_post(&writer, "lost", 4), 0);
    vr_test_fail_allocation(&memory, 1, 2);
    turn_some(reactor, 2);
    check_str(text, "|aborted error");
    check(vr_writer_has_dropped(&writer));
    tear_down();
}

TEST(writer_posts, are_dropped_where_the_consumer_has_stopped)
{
    set_up(VR_UNLIMITED);
    vr_link_stop(&in, &(struct vr_end){.kind = VR_END_RESET});
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

TEST(writer_posts, refuse_more_than_any_memory_has)
{
    set_up(VR_UNLIMITED);
    for (size_t less = 0; less < 100; less++)
        check_int(vr_writer_post(&writer, "x", SIZE_MAX - less), -ENOMEM);
    check_int(vr_writer_post(&writer, "kept", 4), 0);
    turn_some(reactor, 2);
    check_str(text, "kept");
    tear_down();
}

/* ---- the limit ---- */

/* promise links-17 */
TEST(writer_posts, say_that_the_limit_is_reached_and_are_refused_above_it)
{
    set_up(0);
    vr_writer_set_limit(&writer, 8);
    check_int(vr_writer_post(&writer, "12345", 5), 0);
    check_int(vr_writer_post(&writer, "678", 3), 1);
    check_int(vr_writer_post(&writer, "9", 1), -EAGAIN);
    turn_some(reactor, 2);
    check_int(vr_writer_post(&writer, "9", 1), -EAGAIN); /* it is queued now */

    vr_link_grant(&in, 3);
    turn_some(reactor, 2);
    check_int(drained, 0); /* more than half is left */
    check_int(vr_writer_post(&writer, "9", 1), 0);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 2);
    check_int(drained, 1);
    check_str(text, "123456789");
    tear_down();
}

TEST(writer_posts, count_with_what_is_written)
{
    set_up(0);
    vr_writer_set_limit(&writer, 8);
    write_text("12345");
    check_int(vr_writer_post(&writer, "678", 3), 1);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 2);
    check_int(drained, 1);
    check_int(vr_writer_post(&writer, "1234567", 7), 0);
    turn_some(reactor, 2);
    check_int(drained, 1); /* nothing was refused since */
    check_str(text, "123456781234567");
    tear_down();
}

TEST(writer_posts, go_on_where_those_before_them_were_dropped)
{
    set_up_detached();
    vr_writer_set_limit(&writer, 4);
    check_int(vr_writer_post(&writer, "lost", 4), 1);
    check_int(vr_writer_post(&writer, "lost", 4), -EAGAIN);
    turn_some(reactor, 2);
    attach(VR_UNLIMITED);
    turn_some(reactor, 2);
    check_int(drained, 1);
    check_int(vr_writer_post(&writer, "abc", 3), 0);
    turn_some(reactor, 2);
    check_str(text, "abc");
    tear_down();
}

/* promise links-17 */
TEST(writer_posts, take_no_more_memory_than_the_limit_and_one)
{
    char piece[1000] = {0};
    int posted = 0;

    set_up(0);
    vr_writer_set_limit(&writer, 10 * sizeof(piece));
    int64_t before = vr_test_bytes(&memory);
    while (vr_writer_post(&writer, piece, sizeof(piece)) >= 0)
        posted++;
    check_int(posted, 10);
    check(vr_test_bytes(&memory) - before < 12 * (int64_t)sizeof(piece));
    turn_some(reactor, 1);
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

    vr_link_need(self, sizeof(parcel));
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

/* promise links-15 */
TEST(writer_posts, keep_the_order_of_each_of_eight_threads)
{
    pthread_t threads[THREADS];
    int senders[THREADS];

    set_up_detached();
    vr_consumer_init(&in, &counting);
    check_int(vr_link_attach(&writer.out, &in), 0);
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

/* ---- which wait for `drained` ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t may_go_on = PTHREAD_COND_INITIALIZER;
static unsigned drains;

static void wake_threads(struct vr_writer *self)
{
    (void)self;
    check_int(pthread_mutex_lock(&lock), 0);
    drains++;
    check_int(pthread_cond_broadcast(&may_go_on), 0);
    check_int(pthread_mutex_unlock(&lock), 0);
}

static const struct vr_writer_ops waking = {.drained = wake_threads};

static int post_or_wait(const struct parcel *parcel)
{
    check_int(pthread_mutex_lock(&lock), 0);
    unsigned before = drains;
    check_int(pthread_mutex_unlock(&lock), 0);

    int err = vr_writer_post(&writer, parcel, sizeof(*parcel));
    if (!err)
        return 0;
    check_int(pthread_mutex_lock(&lock), 0);
    while (drains == before)
        check_int(pthread_cond_wait(&may_go_on, &lock), 0);
    check_int(pthread_mutex_unlock(&lock), 0);
    return err;
}

static void *send_parcels_slowly(void *arg)
{
    struct parcel parcel = {.sender = *(int *)arg};

    while (parcel.number < ROUNDS) {
        int err = post_or_wait(&parcel);
        check(err == 0 || err == 1 || err == -EAGAIN);
        parcel.number += err >= 0;
    }
    return NULL;
}

/* Every thread that is told to wait is woken, or this does not end. */
/* promise links-17 */
TEST(writer_posts, wake_each_thread_that_was_told_to_wait)
{
    pthread_t threads[THREADS];
    int senders[THREADS];

    set_up_detached();
    memset(next_number, 0, sizeof(next_number));
    parcels = 0;
    writer.ops = &waking;
    vr_writer_set_limit(&writer, 5 * sizeof(struct parcel));
    vr_consumer_init(&in, &counting);
    check_int(vr_link_attach(&writer.out, &in), 0);
    check_int(vr_reactor_start(reactor), 0);
    for (int i = 0; i < THREADS; i++) {
        senders[i] = i;
        check_int(
            pthread_create(&threads[i], NULL, send_parcels_slowly, &senders[i]),
            0);
    }
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    turn_until(reactor, parcels == THREADS * ROUNDS);
    tear_down();
}

/* ---- a writer of one's own, which goes as soon as none is on its way ---- */

static pthread_barrier_t finished;

static void *post_and_free(void *arg)
{
    struct vr_writer *lone = arg;

    check_int(vr_writer_post(lone, "late", 4), 0);
    pthread_barrier_wait(&finished); /* posted */
    pthread_barrier_wait(&finished); /* no call of the owner's follows */
    while (vr_writer_is_posting(lone))
        sched_yield();
    free(lone);
    return NULL;
}

/* promise links-18 */
TEST(writer_posts, leave_a_writer_to_its_owner_once_none_is_on_its_way)
{
    struct vr_reactor *loop;
    struct vr_writer *lone;
    pthread_t thread;

    check_int(vr_reactor_new(NULL, &loop), 0);
    check_int(pthread_barrier_init(&finished, NULL, 2), 0);
    for (int i = 0; i < ROUNDS; i++) {
        lone = malloc(sizeof(*lone));
        check(lone);
        vr_writer_init(lone, loop, NULL);
        check_int(pthread_create(&thread, NULL, post_and_free, lone), 0);
        pthread_barrier_wait(&finished);
        vr_writer_fini(lone);
        pthread_barrier_wait(&finished);
        check_int(vr_reactor_turn(loop, 0), 0);
        check_int(pthread_join(thread, NULL), 0);
    }
    pthread_barrier_destroy(&finished);
    check_int(vr_reactor_free(loop), 0);
}
