/* SPDX-License-Identifier: MIT */
/**
 * @file test_delivery.c
 * Entries that are delivered later, on the thread of choice.
 */
#include "tests/support/test.h"

#include <pthread.h>
#include <stdlib.h>

#include <vreactor/base/list.h>
#include <vreactor/log/delivery.h>
#include <vreactor/log/log.h>

#include "recorder.h"

/* What a reactor does, in small. */
struct queue {
    struct vr_log_delivery delivery;
    pthread_mutex_t lock;
    struct vr_list records;
};

static struct vr_logger logger;
static struct recorder recorder;
static struct queue queue;

static void take(struct vr_log_delivery *delivery, struct vr_log_record *record)
{
    struct queue *self = vr_container_of(delivery, struct queue, delivery);
    struct vr_list *link = vr_log_record_room(record);

    (void)pthread_mutex_lock(&self->lock);
    vr_list_append(&self->records, link);
    (void)pthread_mutex_unlock(&self->lock);
}

static struct vr_log_record *next(struct queue *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct vr_list *link = vr_list_pop(&self->records);
    (void)pthread_mutex_unlock(&self->lock);
    return link ? vr_log_record_of(link) : NULL;
}

static void deliver_all(void)
{
    struct vr_log_record *record;

    while ((record = next(&queue)))
        vr_log_record_deliver(record);
}

static void start(const struct vr_env *env)
{
    queue.delivery.deliver = take;
    queue.delivery.room = sizeof(struct vr_list);
    (void)pthread_mutex_init(&queue.lock, NULL);
    vr_list_init(&queue.records);
    recorder_init(&recorder);
    vr_logger_init(&logger, env, "reactor");
    vr_logger_set_delivery(&logger, &queue.delivery);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

TEST(delivery, shows_later_a_copy_with_the_time_of_the_call)
{
    struct counting_env env;
    char text[] = "text", prefix[] = "prefix";
    counting_env_init(&env);
    start(&env.env);

    env.wall = 1 * VR_SEC;
    vr_log_as(&logger, prefix, VR_LOG_INFO, "%s", text);
    env.wall = 2 * VR_SEC;
    text[0] = prefix[0] = '?';
    check_str(recorder.text, "");
    deliver_all();

    check_str(recorder.text, "20 prefix text;");
    check_int(recorder.when, 1 * VR_SEC);
    check_int(env.live, 0);
    vr_logger_fini(&logger);
}

TEST(delivery, outlives_the_proxy_that_logged)
{
    struct vr_logger *proxy = malloc(sizeof(*proxy));
    check(proxy != NULL);
    start(NULL);
    vr_logger_init_proxy(proxy, &logger, "gone");

    vr_log_info(proxy, "%0600d", 1);
    free(proxy);
    deliver_all();

    check_int(recorder.count, 1);
    check_mem(recorder.text, "20 gone 000", 11);
    vr_logger_fini(&logger);
}

TEST(delivery, looks_at_the_level_in_the_call_and_at_filters_later)
{
    struct vr_log_level_filter filter;
    start(NULL);
    vr_logger_set_level(&logger, VR_LOG_INFO);

    vr_log_debug(&logger, "a");
    check(vr_list_empty(&queue.records));
    vr_log_info(&logger, "b");
    vr_log_warn(&logger, "c");
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_logger_add_filter(&logger, &filter.filter);
    deliver_all();

    check_str(recorder.text, "30 reactor c;");
    vr_logger_fini(&logger);
}

TEST(delivery, counts_what_it_drops)
{
    struct counting_env env;
    struct vr_logger proxy;
    counting_env_init(&env);
    start(&env.env);
    vr_logger_init_proxy(&proxy, &logger, "p");

    vr_log_info(&logger, "a");
    vr_log_record_drop(next(&queue));
    check_int(vr_logger_dropped(&logger), 1);
    env.empty = true;
    vr_log_info(&proxy, "b");
    vr_log_info(&proxy, "%0900d", 1);
    env.empty = false;
    vr_log_info(&logger, "c");
    deliver_all();

    check_str(recorder.text, "20 reactor c;");
    check_int(vr_logger_dropped(&logger), 3);
    check_int(vr_logger_dropped(&proxy), 3);
    check_int(env.live, 0);
    vr_logger_fini(&logger);
}

TEST(delivery, takes_what_another_logger_shows)
{
    struct vr_logger above;
    start(NULL);
    vr_logger_init(&above, NULL, "above");
    check_int(vr_logger_attach(&above, &logger.base), 0);

    vr_log_info(&above, "a");
    vr_logger_fini(&above);
    check_int(recorder.count, 0);
    deliver_all();

    check_str(recorder.text, "20 above a;");
    vr_logger_fini(&logger);
}

static void log_again(struct vr_log_watcher *watcher,
                      const struct vr_log_entry *entry)
{
    (void)watcher;
    if (entry->level == VR_LOG_INFO)
        vr_log_warn(&logger, "again");
}

TEST(delivery, shows_a_watcher_later_what_it_logged_itself)
{
    struct vr_log_watcher watcher;
    start(NULL);
    vr_log_watcher_init(&watcher, log_again);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "a");
    deliver_all();

    check_str(recorder.text, "20 reactor a;30 reactor again;");
    vr_logger_fini(&logger);
}

enum { THREADS = 3, LINES = 200 };

static void *log_many(void *name)
{
    for (int i = 0; i < LINES; i++)
        vr_log_as(&logger, name, VR_LOG_INFO, "%d", i);
    return NULL;
}

/* Knows where it runs, and that each thread's lines come in their order. */
struct judge {
    struct vr_log_watcher base;
    pthread_t home;
    int seen[THREADS];
    bool elsewhere;
    bool disordered;
};

static void judge(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct judge *self = vr_container_of(watcher, struct judge, base);
    int *seen = &self->seen[entry->prefix[0] - '0'];

    self->elsewhere |= !pthread_equal(pthread_self(), self->home);
    self->disordered |= atoi(entry->text) != *seen;
    ++*seen;
}

/* behaviour 48 */
TEST(delivery, brings_entries_of_three_threads_to_one)
{
    static char names[THREADS][2] = {"0", "1", "2"};
    struct judge watcher = {.home = pthread_self()};
    pthread_t threads[THREADS];
    start(NULL);
    vr_log_watcher_init(&watcher.base, judge);
    check_int(vr_logger_attach(&logger, &watcher.base), 0);

    for (int i = 0; i < THREADS; i++)
        check_int(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
    vr_logger_set_level(&logger, VR_LOG_DEBUG); /* while they log */
    deliver_all();
    for (int i = 0; i < THREADS; i++)
        check_int(pthread_join(threads[i], NULL), 0);
    deliver_all();

    for (int i = 0; i < THREADS; i++)
        check_int(watcher.seen[i], LINES);
    check(!watcher.elsewhere);
    check(!watcher.disordered);
    vr_logger_fini(&logger);
}
