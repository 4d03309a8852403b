/* SPDX-License-Identifier: MIT */
/**
 * @file test_reserved.c
 * The tables of hooks end in `reserved`, kept for hooks to come: what sets one
 * of them wants what this version does not know, and is refused.
 */
#include <vreactor/vreactor.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <vreactor/testing/clock.h>

#include "tests/support/misuse.h"

enum { RESERVED = 4, NONE = RESERVED };

static int at; /* which one is set; NONE */

static void set(void **reserved)
{
    if (at < RESERVED)
        reserved[at] = &at;
}

static void ignore_watch(struct vr_watch *watch)
{
    (void)watch;
}

static int try_watch(void)
{
    struct vr_watch_ops ops = {.readable = ignore_watch};
    struct vr_reactor *reactor;
    struct vr_watch watch;
    int ends[2];

    set(ops.reserved);
    check_int(pipe(ends), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_watch_open(&watch, reactor, ends[0], VR_READ, &ops);
    if (!err)
        vr_watch_close(&watch);
    check_int(vr_reactor_free(reactor), 0);
    close(ends[0]);
    close(ends[1]);
    return err;
}

static int try_selector(void)
{
    struct vr_selector_ops ops = *vr_selector_find("poll");
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;

    set(ops.reserved);
    options.selector_ops = &ops;
    int err = vr_reactor_new(&options, &reactor);
    return err ? err : vr_reactor_free(reactor);
}

static bool wake_nobody(void *arg)
{
    (void)arg;
    return true;
}

static int try_log_queue(void)
{
    struct vr_log_queue_ops ops = {.wake = wake_nobody};
    struct vr_log_queue *queue;

    set(ops.reserved);
    int err = vr_log_queue_new(NULL, 0, &ops, NULL, &queue);
    if (!err)
        vr_log_queue_free(queue);
    return err;
}

static int accept_none(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    (void)listener, (void)fd, (void)peer;
    return -ECONNABORTED;
}

static int try_listener(void)
{
    struct vr_listener_ops ops = {.accepted = accept_none};
    struct vr_reactor *reactor;
    struct vr_listener listener;
    struct vr_address any;

    set(ops.reserved);
    check_int(vr_address_parse(NULL, "127.0.0.1:0", &any), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_listener_open(&listener, reactor, &any, NULL, &ops);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static size_t take_all(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static int attach(const struct vr_producer_ops *out_ops,
                  const struct vr_consumer_ops *in_ops)
{
    struct vr_producer out;
    struct vr_consumer in;

    vr_producer_init(&out, NULL, out_ops);
    vr_consumer_init(&in, in_ops);
    int err = vr_link_attach(&out, &in);
    vr_producer_fini(&out);
    return err;
}

static int try_consumer(void)
{
    struct vr_producer_ops out = {.ready = NULL};
    struct vr_consumer_ops ops = {.consume = take_all};

    set(ops.reserved);
    return attach(&out, &ops);
}

static int try_producer(void)
{
    struct vr_consumer_ops in = {.consume = take_all};
    struct vr_producer_ops ops = {.ready = NULL};

    set(ops.reserved);
    return attach(&ops, &in);
}

static int insert(const struct vr_consumer_ops *stage_in,
                  const struct vr_producer_ops *stage_out)
{
    struct vr_consumer_ops in = {.consume = take_all};
    struct vr_producer_ops out = {.ready = NULL};
    struct vr_producer producer;
    struct vr_consumer consumer;
    struct vr_stage stage;

    vr_producer_init(&producer, NULL, &out);
    vr_consumer_init(&consumer, &in);
    check_int(vr_link_attach(&producer, &consumer), 0);
    vr_stage_init(&stage, NULL, stage_in, stage_out);
    int err = vr_link_insert(&producer, &stage);
    vr_producer_fini(&producer);
    vr_producer_fini(&stage.out);
    return err;
}

static int try_stage_in(void)
{
    struct vr_consumer_ops ops = *vr_pass_in();

    set(ops.reserved);
    return insert(&ops, NULL);
}

static int try_stage_out(void)
{
    struct vr_producer_ops ops = *vr_pass_out();

    set(ops.reserved);
    return insert(NULL, &ops);
}

static int try_element(void)
{
    struct vr_element_ops ops = {.name = "nothing"};
    struct vr_consumer_ops in_ops = {.consume = take_all};
    struct vr_producer_ops out_ops = {.ready = NULL};
    struct vr_reactor *reactor;
    struct vr_element element;
    struct vr_producer out;
    struct vr_consumer in;
    struct vr_chain chain;

    set(ops.reserved);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_producer_init(&out, reactor, &out_ops);
    vr_consumer_init(&in, &in_ops);
    vr_element_init_wire(&element, &ops, &in, &out);
    vr_chain_init(&chain, reactor, NULL);
    int err =
        vr_chain_add(&chain, (struct vr_element *const[]){&element, NULL});
    vr_chain_close(&chain, NULL);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static size_t take_offer(struct vr_connection *connection,
                         const struct vr_offer *offer)
{
    (void)connection;
    return offer->len;
}

static int open_server(const struct vr_server_ops *ops)
{
    struct vr_reactor *reactor;
    struct vr_server server;
    struct vr_address any;

    check_int(vr_address_parse(NULL, "127.0.0.1:0", &any), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_server_open(&server, reactor, &any, NULL, ops);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static int try_server(void)
{
    struct vr_server_ops ops = {.connection.consume = take_offer};

    set(ops.reserved);
    return open_server(&ops);
}

static int try_server_connection(void)
{
    struct vr_server_ops ops = {.connection.consume = take_offer};

    set(ops.connection.reserved);
    return open_server(&ops);
}

static int try_clock(void)
{
    struct vr_selector_ops ops = *vr_selector_find("poll");
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_test_env test;

    set(ops.reserved);
    vr_test_env_init(&test, 0);
    options.selector_ops = &ops;
    int err = vr_test_reactor_new(&test, &options, &reactor);
    return err ? err : vr_reactor_free(reactor);
}

static int try_filter(void)
{
    struct vr_filter_ops ops = {.element = {.name = "filter"}};
    struct vr_filter filter;
    void **const tables[] = {ops.reserved,
                             ops.element.reserved,
                             ops.inbound.reserved,
                             ops.inbound.in.reserved,
                             ops.inbound.out.reserved,
                             ops.outbound.reserved,
                             ops.outbound.in.reserved,
                             ops.outbound.out.reserved};
    enum { TABLES = sizeof(tables) / sizeof(tables[0]) };
    int refused = 0;

    for (int i = 0; i < TABLES; i++) {
        set(tables[i]);
        refused += vr_filter_init(&filter, NULL, &ops) == -EINVAL;
        memset(tables[i], 0, sizeof(ops.reserved));
    }
    check(refused == 0 || refused == TABLES);
    return refused ? -EINVAL : 0;
}

static int try_wire(void)
{
    struct vr_wire_ops ops = {
        .element = {.name = "wire",
                    .close = vr_wire_close,
                    .over = vr_wire_over,
                    .inbound_over = vr_wire_inbound_over,
                    .fini = vr_wire_fini},
    };
    struct vr_reactor *reactor;
    struct vr_wire wire;

    set(ops.reserved);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_wire_init(&wire, reactor, &ops);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static int (*const tried[])(void) = {
    try_watch,     try_selector,
    try_log_queue, try_listener,
    try_consumer,  try_producer,
    try_stage_in,  try_stage_out,
    try_element,   try_filter,
    try_wire,      try_clock,
    try_server,    try_server_connection,
};

enum { COUNT = sizeof(tried) / sizeof(tried[0]) };

TEST(reserved, members_that_are_null_change_nothing)
{
    at = NONE;
    for (int i = 0; i < COUNT; i++)
        check_int(tried[i](), 0);
}

TEST(reserved, members_that_are_set_are_refused)
{
    for (at = 0; at < RESERVED; at++)
        for (int i = 0; i < COUNT; i++)
            check_int(tried[i](), -EINVAL);
}

/* These return nothing. */
static int make_writer(void)
{
    struct vr_writer_ops ops = {.reserved = {&at}};
    struct vr_reactor *reactor;
    struct vr_writer writer;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_writer_init(&writer, reactor, &ops);
    vr_writer_fini(&writer);
    return vr_reactor_free(reactor);
}

static int make_agent(void)
{
    static const struct vr_consumer_ops reading = {.consume = take_all};
    struct vr_writer_ops ops = {.reserved = {&at}};
    struct vr_reactor *reactor;
    struct vr_agent agent;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_agent_init(&agent, reactor, &reading);
    vr_agent_hear_writer(&agent, &ops);
    return vr_reactor_free(reactor);
}

static int make_connection(void)
{
    static const struct vr_address unknown;
    struct vr_connection_ops ops = {.consume = take_offer, .reserved = {&at}};
    struct vr_connection connection;
    struct vr_reactor *reactor;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_connection_connect(&connection, reactor, &unknown, NULL, &ops);
    return vr_reactor_free(reactor);
}

TEST(reserved, members_where_nothing_is_returned_are_asserted)
{
    check_named(make_connection, "reserved is not 0");
    check_named(make_agent, "reserved is not 0");
    check_named(make_writer, "reserved is not 0");
}
