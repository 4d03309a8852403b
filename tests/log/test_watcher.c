/* SPDX-License-Identifier: MIT */
/**
 * @file test_watcher.c
 * Watchers that do as they please, and watchers that are shared.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <vreactor/log/log.h>
#include <vreactor/log/subscribe.h>

#include "recorder.h"

static struct vr_logger logger;
static struct recorder first, second;

static void start(void)
{
    vr_logger_init(&logger, NULL, NULL);
    recorder_init(&first);
    recorder_init(&second);
    check_int(vr_logger_attach(&logger, &first.base), 0);
}

/* A watcher that does mischief when it is shown something. */
struct rogue {
    struct recorder recorder;
    void (*act)(struct rogue *rogue);
    struct vr_log_watcher *victim;
};

static void act(struct vr_log_watcher *watcher,
                const struct vr_log_entry *entry)
{
    struct rogue *self = vr_container_of(watcher, struct rogue, recorder.base);

    record(watcher, entry);
    self->act(self);
}

static struct rogue *rogue_new(void (*act_on)(struct rogue *rogue),
                               struct vr_log_watcher *victim)
{
    struct rogue *rogue = calloc(1, sizeof(*rogue));
    check(rogue != NULL);
    rogue->act = act_on;
    rogue->victim = victim;
    vr_log_watcher_init(&rogue->recorder.base, act);
    return rogue;
}

static void log_again(struct rogue *rogue)
{
    (void)rogue;
    vr_log_warn(&logger, "again");
}

/* promise log-9 */
TEST(watcher, a_watcher_that_logs_is_not_shown_its_own)
{
    start();
    struct rogue *one = rogue_new(log_again, NULL);
    struct rogue *two = rogue_new(log_again, NULL);
    check_int(vr_logger_attach(&logger, &one->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &two->recorder.base), 0);

    vr_log_info(&logger, "a");

    /* first, one [first, two [first]], two [first, one [first]] */
    check_int(first.count, 5);
    check_str(one->recorder.text, "20 - a;30 - again;");
    check_str(two->recorder.text, "30 - again;20 - a;");
    vr_logger_fini(&logger);
    free(one);
    free(two);
}

/* promise log-14 */
TEST(watcher, a_loop_through_a_relay_is_refused)
{
    struct vr_logger above;
    struct vr_log_relay relay;
    struct vr_log_subscription subscription;
    start();
    vr_logger_init(&above, NULL, NULL);
    check_int(vr_logger_attach(&above, &logger.base), 0);
    vr_log_relay_init(&relay, &above.base);

    check_int(vr_logger_attach(&above, &relay.base), -ELOOP);
    check_int(vr_logger_attach(&logger, &relay.base), -ELOOP);
    check_int(
        vr_log_subscribe(&subscription, &logger, "*", INT_MIN, &above.base),
        -ELOOP);

    vr_logger_fini(&above);
    vr_logger_fini(&logger);
}

/* promise log-21 */
TEST(watcher, a_loop_through_subscriptions_shows_an_entry_once)
{
    struct vr_logger other, middle;
    struct vr_log_subscription there, further, back, halfway;
    start();
    vr_logger_init(&middle, NULL, NULL);
    vr_logger_init(&other, NULL, NULL);
    check_int(vr_log_subscribe(&there, &logger, "*", INT_MIN, &middle.base), 0);
    check_int(vr_log_subscribe(&further, &middle, "*", INT_MIN, &other.base),
              0);

    check_int(vr_log_subscribe(&back, &other, "*", INT_MIN, &logger.base), 0);
    check_int(vr_log_subscribe(&halfway, &other, "*", INT_MIN, &middle.base),
              0);
    check_int(vr_logger_attach(&other, &second.base), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&middle, "b");

    check_str(first.text, "20 - a;20 - b;");
    check_str(second.text, "20 - a;20 - b;");
    vr_logger_fini(&other);
    vr_logger_fini(&middle);
    vr_logger_fini(&logger);
}

/* promise log-21 */
TEST(watcher, a_loop_that_nobody_sees_ends)
{
    struct vr_log_relay relay;
    start();
    vr_log_relay_init(&relay, &logger.base);
    relay.base.passes_to = NULL;
    check_int(vr_logger_attach(&logger, &relay.base), 0);

    vr_log_info(&logger, "a");

    check_str(first.text, "20 - a;");
    vr_logger_fini(&logger);
}

/* Passes on what it is shown, in words of its own. */
static void say(struct vr_log_watcher *watcher,
                const struct vr_log_entry *entry)
{
    struct vr_log_entry mine = *entry;

    (void)watcher;
    mine.text = "said";
    vr_log_watcher_offer(&logger.base, &mine);
}

/* promise log-9 */
TEST(watcher, a_loop_in_which_the_entry_is_another_ends)
{
    struct vr_log_watcher watcher;
    start();
    vr_log_watcher_init(&watcher, say);
    check_int(vr_logger_attach(&logger, &watcher), 0);

    vr_log_info(&logger, "a");

    check_str(first.text, "20 - a;20 - said;"); /* once more, then no more */
    vr_logger_fini(&logger);
}

static void leave(struct rogue *rogue)
{
    vr_logger_detach(&rogue->recorder.base);
    free(rogue);
}

/* promise log-9 */
TEST(watcher, a_watcher_may_detach_and_free_itself)
{
    vr_logger_init(&logger, NULL, NULL);
    recorder_init(&first);
    struct rogue *rogue = rogue_new(leave, NULL);
    check_int(vr_logger_attach(&logger, &rogue->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &first.base), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");

    check_str(first.text, "20 - a;20 - b;");
    vr_logger_fini(&logger);
}

static void expel(struct rogue *rogue)
{
    vr_logger_detach(rogue->victim);
}

/* promise log-9 */
TEST(watcher, a_watcher_may_detach_those_before_and_behind_it)
{
    start();
    struct rogue *before = rogue_new(expel, &first.base);
    struct rogue *behind = rogue_new(expel, &second.base);
    check_int(vr_logger_attach(&logger, &before->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &behind->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &second.base), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");

    check_str(first.text, "20 - a;");
    check_str(second.text, "");
    check_str(behind->recorder.text, "20 - a;20 - b;");
    vr_logger_fini(&logger);
    free(before);
    free(behind);
}

TEST(watcher, an_outer_delivery_survives_what_an_inner_one_detaches)
{
    vr_logger_init(&logger, NULL, NULL);
    recorder_init(&first);
    recorder_init(&second);
    struct rogue *outer = rogue_new(log_again, NULL);
    struct rogue *inner = rogue_new(expel, &first.base);
    check_int(vr_logger_attach(&logger, &outer->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &first.base), 0);
    check_int(vr_logger_attach(&logger, &inner->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &second.base), 0);

    vr_log_info(&logger, "a");

    /* It was shown "again", and was gone when "a" came to it. */
    check_str(first.text, "30 - again;");
    check_str(second.text, "30 - again;20 - a;");
    vr_logger_fini(&logger);
    free(outer);
    free(inner);
}

static void come_back(struct rogue *rogue)
{
    struct vr_log_watcher *self = &rogue->recorder.base;

    vr_logger_detach(self);
    check_int(vr_logger_attach(&logger, self), 0);
    vr_log_warn(&logger, "back");
}

TEST(watcher, one_attached_during_a_delivery_is_shown_the_next)
{
    vr_logger_init(&logger, NULL, NULL);
    recorder_init(&first);
    struct rogue *rogue = rogue_new(come_back, NULL);
    check_int(vr_logger_attach(&logger, &rogue->recorder.base), 0);
    check_int(vr_logger_attach(&logger, &first.base), 0);

    vr_log_info(&logger, "a"); /* comes back from the first place ... */
    vr_log_info(&logger, "b"); /* ... and from the last */

    check_str(rogue->recorder.text, "20 - a;20 - b;");
    check_str(first.text, "30 - back;20 - a;20 - b;30 - back;");
    vr_logger_fini(&logger);
    free(rogue);
}

TEST(watcher, loggers_share_a_watcher_through_relays)
{
    struct vr_logger other;
    struct vr_log_relay here, there;
    struct vr_log_level_filter filter;
    start();
    vr_logger_init(&other, NULL, "other");
    vr_log_level_filter_init(&filter, VR_LOG_INFO);
    vr_log_watcher_add_filter(&second.base, &filter.filter);
    vr_log_relay_init(&here, &second.base);
    vr_log_relay_init(&there, &second.base);
    check_int(vr_logger_attach(&logger, &here.base), 0);
    check_int(vr_logger_attach(&other, &there.base), 0);

    vr_log_info(&logger, "a");
    vr_log_info(&other, "b");
    vr_log_debug(&other, "c");
    vr_logger_detach(&here.base);
    vr_log_info(&logger, "d");

    check_str(second.text, "20 - a;20 other b;");
    vr_logger_fini(&logger);
    vr_logger_fini(&other);
}

TEST(watcher, the_default_watcher_is_empty_until_set)
{
    check(vr_log_default_watcher() == NULL);
    recorder_init(&first);
    vr_log_set_default_watcher(&first.base);
    check(vr_log_default_watcher() == &first.base);
    vr_log_set_default_watcher(NULL);
    check(vr_log_default_watcher() == NULL);
}
