/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_connector.c
 * Tests of io/wire/connector.h when memory or the system fails.
 */
#include <sys/socket.h>

#include <vreactor/testing/sys.h>

#include "tests/io/connector_fixture.h"
#include "tests/support/survive.h"

static struct attempt attempt;
static struct vr_address place, source;
static struct vr_connector_options options;
static int listening;

static void set_up(void)
{
    listening = raw_listen(AF_INET, &place);
    raw_place(AF_INET, &source);
    options = (struct vr_connector_options){.size = sizeof(options),
                                            .source = &source};
    attempt_init(&attempt, survive_reactor);
}

static void tear_down(void)
{
    raw_close_listening(listening);
}

static int start(void)
{
    return vr_connector_start(&attempt.connector, &place, &options);
}

static void wait_until_done(void)
{
    for (int i = 0; i < 100 && !attempt.done; i++)
        survive_turns(1);
    check_int(attempt.done, 1);
}

/* What failed at once can be tried again; what failed later was told. */
static void it_connects_or_says_why(int err)
{
    check((err != 0) != vr_connector_is_connecting(&attempt.connector));
    if (err)
        check_int(start(), 0);
    wait_until_done();
    if (attempt.fd < 0)
        survive_check_told(attempt.why.code);
    else
        check(!close(attempt.fd));
    tear_down();
}

TEST(survives_connector, starting)
{
    check(survive(set_up, start, it_connects_or_says_why) > 3);
}

static void set_up_started(void)
{
    set_up();
    check_int(start(), 0);
}

static int turn_some_more(void)
{
    return survive_act_turns(10);
}

/* No answer from the system is not a good one. */
static void it_is_connected_or_not(int err)
{
    (void)err;
    wait_until_done();
    check(attempt.fd < 0 || vr_test_sys_failed() != VR_TEST_SYS_GETSOCKOPT);
    if (attempt.fd >= 0)
        check(!close(attempt.fd));
    tear_down();
}

TEST(survives_connector, becoming_connected)
{
    check(survive(set_up_started, turn_some_more, it_is_connected_or_not) > 3);
}

static int cancel(void)
{
    vr_connector_cancel(&attempt.connector);
    return 0;
}

static void nothing_is_heard(int err)
{
    check_int(err, 0);
    check(!vr_connector_is_connecting(&attempt.connector));
    survive_turns(3);
    check_int(attempt.done, 0);
    tear_down();
}

TEST(survives_connector, cancelling)
{
    check(survive(set_up_started, cancel, nothing_is_heard) > 0);
}

static int init(void)
{
    vr_connector_init(&attempt.connector, survive_reactor, attempt_is_done);
    return vr_connector_is_connecting(&attempt.connector);
}

TEST(survives_connector, making_it_needs_nothing)
{
    check_int(survive(NULL, init, NULL), 0);
}
