/* SPDX-License-Identifier: MIT */
/**
 * @file test_watchers.c
 * The memory of the last entries, the system's log, and subscriptions.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include <vreactor/log/console.h>
#include <vreactor/log/log.h>
#include <vreactor/log/memory.h>
#include <vreactor/log/subscribe.h>
#include <vreactor/log/syslog.h>

#include "recorder.h"
#include "tests/support/random.h"

static struct vr_logger logger;
static struct recorder recorder;
static struct counting_env env;

static void start(void)
{
    counting_env_init(&env);
    vr_logger_init(&logger, &env.env, "p");
    recorder_init(&recorder);
}

/* ---- memory ---- */

static struct vr_log_memory memory;

static void start_memory(void)
{
    start();
    check_int(vr_log_memory_init(&memory, &env.env, 1024), 0);
    check_int(vr_logger_attach(&logger, &memory.base), 0);
}

static void stop_memory(void)
{
    vr_log_memory_fini(&memory);
    check(memory.base.logger == NULL);
    vr_logger_fini(&logger);
    check_int(env.live, 0);
}

static void dump(void)
{
    recorder_init(&recorder);
    vr_log_memory_dump(&memory, &recorder.base);
}

TEST(log_memory, shows_the_last_entries_when_asked)
{
    start_memory();

    dump();
    check_int(recorder.count, 0);
    for (int i = 0; i < 3; i++)
        vr_log_with(&logger, VR_LOG_DEBUG, VR_LOG_ATTRS({"n", .number = i}),
                    "%d", i);
    dump();

    check_str(recorder.text, "10 p 0;10 p 1;10 p 2;");
    check_int(recorder.attrs[0].number, 2);
    stop_memory();
}

TEST(log_memory, remembers_on_and_shows_through_filters)
{
    struct vr_log_level_filter filter;
    start_memory();
    vr_log_level_filter_init(&filter, VR_LOG_WARN);
    vr_log_watcher_add_filter(&recorder.base, &filter.filter);

    vr_log_info(&logger, "a");
    vr_log_warn(&logger, "b");
    vr_log_memory_dump(&memory, &recorder.base);
    vr_log_memory_dump(&memory, &recorder.base);

    check_str(recorder.text, "30 p b;30 p b;");
    stop_memory();
}

/* The last @count of the numbers below @end, and nothing else. */
static void check_last(int count, int end)
{
    char want[sizeof(recorder.text)];
    size_t len = 0;

    for (int i = end - count; i < end; i++)
        len += (size_t)snprintf(want + len, sizeof(want) - len, "20 p %d;", i);
    check_str(recorder.text, want);
}

TEST(log_memory, keeps_as_many_as_fit_and_takes_its_memory_once)
{
    start_memory();

    int before = env.calls;
    for (int i = 0; i < 2000; i++) {
        vr_log_info(&logger, "%d", i);
        int calls = env.calls;
        dump();
        check(i < 5 ? recorder.count == i + 1 : recorder.count > 5);
        check(recorder.count < 20);
        check_last(recorder.count, i + 1);
        before += env.calls - calls;
    }

    check_int(env.calls, before);
    stop_memory();
}

TEST(log_memory, cuts_a_text_that_would_fill_more_than_all)
{
    start_memory();

    vr_log_info(&logger, "a");
    for (int i = 0; i < 100; i++) {
        vr_log_info(&logger, "%05000d", 1);
        dump();
        check_int(recorder.count, 1);
        check(recorder.longest > 900 && recorder.longest < 1024);
    }
    check_str(recorder.text + strlen(recorder.text) - 5, "0...;");
    for (int i = 0; i < 10; i++)
        vr_log_info(&logger, "%d", i);
    dump();

    check_last(recorder.count, 10);
    check(recorder.count > 5);
    stop_memory();
}

TEST(log_memory, holds_records_of_any_size_in_any_order)
{
    uint64_t dice = 3;
    start_memory();

    for (int i = 0; i < 20000; i++) {
        vr_log_info(&logger, "%0*d", (int)test_random_below(&dice, 100) + 1, i);
        dump();
        check(recorder.count > 2 || i < 2);
        check_int(recorder.missed, 0);
    }
    stop_memory();
}

TEST(log_memory, tells_of_an_entry_whose_attributes_do_not_fit)
{
    char much[2000];
    start_memory();
    memset(much, 'x', sizeof(much) - 1);
    much[sizeof(much) - 1] = '\0';

    vr_log_with(&logger, VR_LOG_INFO, VR_LOG_ATTRS({"much", .text = much}),
                "a");
    vr_log_info(&logger, "b");
    dump();

    check_str(recorder.text, "30 - 1 entry dropped;20 p b;");
    check_int(recorder.missed, 1);
    stop_memory();
}

TEST(log_memory, shows_as_a_gap_what_it_has_no_memory_to_copy)
{
    struct vr_log_entry gap = {
        .level = VR_LOG_WARN, .text = "42 entries dropped", .missed = 42};
    start_memory();

    vr_log_watcher_offer(&memory.base, &gap);
    env.empty = true;
    dump();

    check_str(recorder.text, "30 - 42 entries dropped;");
    check_int(recorder.missed, 42);
    stop_memory();
}

TEST(log_memory, needs_memory_to_begin_with)
{
    start();
    env.empty = true;
    check_int(vr_log_memory_init(&memory, &env.env, 1024), -ENOMEM);
}

TEST(log_memory, is_refused_with_room_for_nothing)
{
    struct vr_log_memory none;

    check_int(vr_log_memory_init(&none, NULL, 0), -EINVAL);
    check_int(vr_log_memory_init(&none, NULL, 1023), -EINVAL);
}

/* What is pushed out while it is shown. */
static void log_much(struct vr_log_watcher *watcher,
                     const struct vr_log_entry *entry)
{
    record(watcher, entry);
    for (int i = 0; i < 100; i++)
        vr_log_info(&logger, "later");
}

TEST(log_memory, shows_as_a_gap_what_was_pushed_out_meanwhile)
{
    start_memory();
    recorder.base.watch = log_much;

    vr_log_info(&logger, "a");
    vr_log_info(&logger, "b");
    vr_log_info(&logger, "c");
    vr_log_memory_dump(&memory, &recorder.base);

    check_str(recorder.text, "20 p a;30 - 2 entries dropped;");
    stop_memory();
}

/* ---- the system's log ---- */

static struct {
    int priority;
    char text[5000];
} said;

static void hear(int priority, const char *text)
{
    said.priority = priority;
    (void)snprintf(said.text, sizeof(said.text), "%s", text);
}

TEST(log_syslog, hands_over_the_text_and_how_grave_it_is)
{
    static const struct {
        int level, priority;
    } want[] = {{-1, LOG_DEBUG}, {10, LOG_DEBUG},    {19, LOG_DEBUG},
                {20, LOG_INFO},  {30, LOG_WARNING},  {40, LOG_ERR},
                {50, LOG_CRIT},  {INT_MAX, LOG_CRIT}};
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_log_syslog watcher;
    start();
    sys.syslog = hear;
    env.env.sys = &sys;
    vr_log_syslog_init(&watcher, &env.env, LOG_DAEMON);
    check_int(vr_logger_attach(&logger, &watcher.base), 0);

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        vr_log_with(&logger, want[i].level, VR_LOG_ATTRS({"n", .number = 1}),
                    "%%n\n");
        check_int(said.priority, LOG_DAEMON | want[i].priority);
        check_str(said.text, "p: %n\\n n=1");
    }
    vr_log_info(&logger, "%05000d", 1);
    check_int(strlen(said.text), 4096);
    check_str(said.text + 4090, "000...");
    vr_log_info(&logger, "%0*d\xe2\x82\xac%d", 4088, 1, 100);
    check_str(said.text + 4088, "001...");
    vr_log_info(&logger, "%0*d\n\n\n\n", 4088, 1);
    check_str(said.text + 4088, "001\\n...");
    vr_log_info(&logger, "%0*d", 4096 - 3, 1);
    check_int(strlen(said.text), 4096);
    check_str(said.text + 4090, "000001");
    vr_logger_fini(&logger);
}

/* ---- subscriptions ---- */

static bool matches(const char *pattern, const char *prefix)
{
    struct vr_log_subscription subscription;
    start();
    check_int(vr_log_subscribe(&subscription, &logger, pattern, INT_MIN,
                               &recorder.base),
              0);

    logger.prefix = NULL;
    vr_log_as(&logger, prefix, VR_LOG_INFO, "x");

    vr_log_unsubscribe(&subscription);
    vr_logger_fini(&logger);
    return recorder.count;
}

TEST(subscribe, matches_prefixes_by_stars_and_question_marks)
{
    check(matches("net", "net"));
    check(!matches("net", "nets"));
    check(!matches("nets", "net"));
    check(matches("net*", "net"));
    check(matches("net.*", "net.tcp"));
    check(!matches("net.*", "net"));
    check(matches("*", ""));
    check(matches("*", NULL));
    check(matches("", NULL));
    check(!matches("?", NULL));
    check(matches("a?c", "abc"));
    check(!matches("a?c", "ac"));
    check(matches("*a*b*", "xxaxxbxx"));
    check(!matches("*a*b", "xxaxxbxx"));
    check(matches("*ab", "aab"));
    check(matches("**", "a"));
}

TEST(subscribe, takes_no_long_for_any_pattern)
{
    char text[5001];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    check(!matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

TEST(subscribe, comes_and_goes_while_others_hear)
{
    struct vr_log_subscription net, all;
    struct recorder other;
    start();
    recorder_init(&other);
    check_int(
        vr_log_subscribe(&net, &logger, "net*", VR_LOG_INFO, &recorder.base),
        0);
    check_int(vr_log_subscribe(&all, &logger, "*", INT_MIN, &other.base), 0);

    vr_log_as(&logger, "net.tcp", VR_LOG_INFO, "a");
    vr_log_as(&logger, "net.tcp", VR_LOG_DEBUG, "b");
    vr_log_as(&logger, "disk", VR_LOG_INFO, "c");
    vr_log_unsubscribe(&all);
    vr_log_as(&logger, "net", VR_LOG_INFO, "d");

    check_str(recorder.text, "20 net.tcp a;20 net d;");
    check_str(other.text, "20 net.tcp a;10 net.tcp b;20 disk c;");
    vr_logger_fini(&logger);
}

/* ---- colours ---- */

static int is_tty(int fd)
{
    return fd == 7 ? 0 : -1;
}

static bool has_colour(int fd, const char *no_color, const char *term)
{
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_log_console console;

    start();
    sys.check_tty = is_tty;
    env.env.sys = &sys;
    check_int(no_color ? setenv("NO_COLOR", no_color, 1) : unsetenv("NO_COLOR"),
              0);
    check_int(term ? setenv("TERM", term, 1) : unsetenv("TERM"), 0);
    vr_log_console_init(&console, &env.env, fd);
    return console.format.colour;
}

TEST(console_colour, is_for_terminals_unless_somebody_wants_none)
{
    check(has_colour(7, NULL, "xterm"));
    check(has_colour(7, "", NULL));
    check(!has_colour(8, NULL, "xterm"));
    check(!has_colour(7, "1", "xterm"));
    check(!has_colour(7, NULL, "dumb"));
}
