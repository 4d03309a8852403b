/* SPDX-License-Identifier: MIT */
/**
 * @file test_sizes.c
 * Structs that begin with their size: with their VR_..._INIT all is as
 * by default; without a size they are refused, in a debug build by name.
 */
#include <vreactor/reactor/selectors/uring.h>
#include <vreactor/testing/agent_check.h>
#include <vreactor/testing/filter_check.h>
#include <vreactor/testing/selector_check.h>
#include <vreactor/vreactor.h>

#include <errno.h>

#include "tests/reactor/children.h"
#include "tests/support/misuse.h"

static bool forgotten; /* the size */

/* Is @p options as by default; or with the size forgotten? */
static void prepare(void *options, size_t size)
{
    const char *bytes = options;

    check_int(*(size_t *)options, size);
    for (size_t i = sizeof(size_t); i < size; i++)
        check_int(bytes[i], 0);
    if (forgotten)
        *(size_t *)options = 0;
}

static int try_reactor(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;

    prepare(&options, sizeof(options));
    int err = vr_reactor_new(&options, &reactor);
    return err ? err : vr_reactor_free(reactor);
}

static int try_env(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor *reactor;

    prepare(&env, sizeof(env));
    options.env = &env;
    int err = vr_reactor_new(&options, &reactor);
    return err ? err : vr_reactor_free(reactor);
}

static int try_sys(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
    struct vr_env env = VR_ENV_INIT;
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_reactor *reactor;

    prepare(&sys, sizeof(sys));
    env.sys = &sys;
    options.env = &env;
    int err = vr_reactor_new(&options, &reactor);
    return err ? err : vr_reactor_free(reactor);
}

static int try_pool(void)
{
    struct vr_pool_options options = VR_POOL_OPTIONS_INIT;
    struct vr_pool *pool;

    prepare(&options, sizeof(options));
    int err = vr_pool_new(&options, &pool);
    return err ? err : vr_pool_free(pool);
}

static int try_log_thread(void)
{
    struct vr_log_thread_options options = VR_LOG_THREAD_OPTIONS_INIT;
    struct vr_log_thread *thread;

    prepare(&options, sizeof(options));
    int err = vr_log_thread_new(&options, &thread);
    if (!err)
        err = vr_log_thread_free(thread, -1);
    return err;
}

static int try_stacks(void)
{
    struct vr_stacks_options options = VR_STACKS_OPTIONS_INIT;
    struct vr_stacks *stacks;

    prepare(&options, sizeof(options));
    int err = vr_stacks_new(NULL, &options, &stacks);
    if (!err)
        vr_stacks_free(stacks);
    return err;
}

static struct vr_result give_nothing(void *arg)
{
    (void)arg;
    return vr_ok(vr_value_none());
}

static int try_coroutine(void)
{
    struct vr_coroutine_options options = VR_COROUTINE_OPTIONS_INIT;

    prepare(&options, sizeof(options));
    int err =
        vr_await(vr_spawn(NULL, &options, give_nothing, NULL), NULL, NULL);
    if (err == -ENOTSUP) /* there are no coroutines here */
        err = forgotten ? -EINVAL : 0;
    return err;
}

static int try_socket(void)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_socket socket;

    prepare(&options, sizeof(options));
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_socket_init(&socket, reactor, &options);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static void ignore_connected(struct vr_connector *connector, int fd,
                             const struct vr_end *why)
{
    (void)connector, (void)fd, (void)why;
}

static int try_connector(void)
{
    struct vr_connector_options options = VR_CONNECTOR_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_connector connector;
    struct vr_address any;

    prepare(&options, sizeof(options));
    check_int(vr_address_parse(NULL, "127.0.0.1:1", &any), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    vr_connector_init(&connector, reactor, ignore_connected);
    int err = vr_connector_start(&connector, &any, &options);
    vr_connector_cancel(&connector);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static int try_child(void)
{
    static const char *const argv[] = {"true", NULL};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct kid kid = {.times = 0};

    prepare(&options, sizeof(options));
    options.argv = argv;
    check_int(vr_reactor_new(NULL, &reactor), 0);
    hear_end(&kid, vr_child_spawn(&kid.child, reactor, &options));
    int err = kid.code;
    vr_pending_free(kid.pending);
    if (!err)
        check_int(waitpid(vr_child_pid(&kid.child), NULL, 0),
                  vr_child_pid(&kid.child));
    check_int(vr_reactor_free(reactor), 0);
    return err == -ENOSYS ? 0 : err; /* no pidfd */
}

static int accept_none(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    (void)listener, (void)fd, (void)peer;
    return -ECONNABORTED;
}

static int try_listener(void)
{
    static const struct vr_listener_ops ops = {.accepted = accept_none};
    struct vr_listener_options options = VR_LISTENER_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_listener listener;
    struct vr_address any;

    prepare(&options, sizeof(options));
    check_int(vr_address_parse(NULL, "127.0.0.1:0", &any), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_listener_open(&listener, reactor, &any, &options, &ops);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static size_t take_offer(struct vr_connection *connection,
                         const struct vr_offer *offer)
{
    (void)connection;
    return offer->len;
}

static int try_server(void)
{
    static const struct vr_server_ops ops = {.connection.consume = take_offer};
    struct vr_server_options options = VR_SERVER_OPTIONS_INIT;
    struct vr_reactor *reactor;
    struct vr_server server;
    struct vr_address any;

    prepare(&options, sizeof(options));
    check_int(vr_address_parse(NULL, "127.0.0.1:0", &any), 0);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int err = vr_server_open(&server, reactor, &any, &options, &ops);
    check_int(vr_reactor_free(reactor), 0);
    return err;
}

static int try_check(void)
{
    struct vr_selector_check_options options = VR_SELECTOR_CHECK_OPTIONS_INIT;

    prepare(&options, sizeof(options));
    options.only = "none of this name";
    int err = vr_selector_check(vr_selector_find("poll"), &options);
    return err == -ENOENT ? 0 : err;
}

static int make_filter(void *arg, struct vr_reactor *reactor,
                       struct vr_element **ret_element)
{
    static const struct vr_filter_ops passing = {.element = {.name = "pass"}};
    static struct vr_filter filter;

    (void)arg;
    *ret_element = &filter.element;
    return vr_filter_init(&filter, reactor, &passing);
}

static int try_filter_case(void)
{
    struct vr_filter_case passing = VR_FILTER_CASE_INIT;

    prepare(&passing, sizeof(passing));
    passing.name = "pass";
    passing.make = make_filter;
    passing.flags = VR_CHECK_STAYS; /* there is but one */
    return vr_filter_check(&passing, NULL);
}

static int try_check_options(void)
{
    struct vr_check_options options = VR_CHECK_OPTIONS_INIT;
    struct vr_filter_case passing = VR_FILTER_CASE_INIT;

    prepare(&options, sizeof(options));
    options.runs = 1;
    passing.name = "pass";
    passing.make = make_filter;
    passing.flags = VR_CHECK_STAYS; /* there is but one */
    return vr_filter_check(&passing, &options);
}

static size_t take_all(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static int make_agent(void *arg, struct vr_reactor *reactor,
                      struct vr_element **ret_element)
{
    static const struct vr_consumer_ops taking = {.consume = take_all};
    static struct vr_agent agent;

    (void)arg;
    vr_agent_init(&agent, reactor, &taking);
    *ret_element = &agent.element;
    return 0;
}

static int try_agent_case(void)
{
    struct vr_agent_case taking = VR_AGENT_CASE_INIT;

    prepare(&taking, sizeof(taking));
    taking.name = "sink";
    taking.make = make_agent;
    return vr_agent_check(&taking, NULL);
}

#ifdef HAVE_LIBURING

static int open_none(unsigned entries, struct io_uring *ring)
{
    (void)entries, (void)ring;
    errno = EMFILE;
    return -1;
}

static int try_uring(void)
{
    struct vr_uring_sys calls = VR_URING_SYS_INIT;
    struct vr_selector *sel;

    prepare(&calls, sizeof(calls));
    calls.open = open_none;
    int err = vr_selector_uring()->open(NULL, &calls, &sel);
    return err == -EMFILE ? 0 : err;
}

#endif

static const struct {
    const char *name;
    int (*try)(void);
} tried[] = {
    {"vr_agent_case", try_agent_case},
    {"vr_check_options", try_check_options},
    {"vr_child_options", try_child},
    {"vr_connector_options", try_connector},
    {"vr_coroutine_options", try_coroutine},
    {"vr_env", try_env},
    {"vr_filter_case", try_filter_case},
    {"vr_listener_options", try_listener},
    {"vr_log_thread_options", try_log_thread},
    {"vr_pool_options", try_pool},
    {"vr_reactor_options", try_reactor},
    {"vr_selector_check_options", try_check},
    {"vr_server_options", try_server},
    {"vr_socket_options", try_socket},
    {"vr_stacks_options", try_stacks},
    {"vr_sys", try_sys},
#ifdef HAVE_LIBURING
    {"vr_uring_sys", try_uring},
#endif
};

enum { COUNT = sizeof(tried) / sizeof(tried[0]) };

TEST(sizes, of_options_are_in_what_they_begin_with)
{
    for (int i = 0; i < COUNT; i++)
        check_int(tried[i].try(), 0);
}

static int (*subject)(void);

static int forget(void)
{
    forgotten = true;
    return subject() == -EINVAL ? 0 : 1;
}

TEST(sizes, that_were_forgotten_are_refused_by_name_in_a_debug_build)
{
    for (int i = 0; i < COUNT; i++) {
        subject = tried[i].try;
        check_named(forget, tried[i].name);
    }
}
