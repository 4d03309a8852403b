/* SPDX-License-Identifier: MIT */
/**
 * @file macros.cc
 * The macros of the public headers in C++17: each is used, and runs once.
 * check-macros.sh builds it, and sees that none is missing.
 */
#include <vreactor/reactor/selectors/uring.h>
#include <vreactor/testing/agent_check.h>
#include <vreactor/testing/filter_check.h>
#include <vreactor/testing/selector_check.h>
#include <vreactor/vreactor.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

static int failures;

static void check(bool so, int line)
{
    if (so)
        return;
    std::printf("macros.cc:%d: not so\n", line);
    failures++;
}

#define CHECK(so) check(so, __LINE__)

/* ---- base ---- */

struct session {
    int number;
    struct vr_call idle;
};

static int VR_PRINTF(2, 3) format(char *text, const char *form, ...)
{
    va_list args;

    va_start(args, form);
    int len = std::vsnprintf(text, 20, form, args);
    va_end(args);
    return len;
}

static void use_base()
{
    struct session session = {7, {}};
    struct vr_call *call = &session.idle;
    char text[20];

    CHECK(vr_container_of(call, struct session, idle)->number == 7);
    CHECK(format(text, "%d", 42) == 2);
    CHECK(VR_SEC == 1000 * VR_MSEC && VR_USEC == 1000 * VR_NSEC);
    CHECK(VR_TIME_MAX > 0 && VR_UNLIMITED > 0);
    CHECK(VR_VERSION_NUMBER ==
          VR_VERSION_OF(VR_VERSION_MAJOR, VR_VERSION_MINOR, VR_VERSION_PATCH));
    CHECK(std::strcmp(vr_version(), VR_VERSION) == 0);
}

static void use_options()
{
    struct vr_reactor_options reactor = VR_REACTOR_OPTIONS_INIT;
    struct vr_pool_options pool = VR_POOL_OPTIONS_INIT;
    struct vr_log_thread_options log = VR_LOG_THREAD_OPTIONS_INIT;
    struct vr_stacks_options stacks = VR_STACKS_OPTIONS_INIT;
    struct vr_coroutine_options coroutine = VR_COROUTINE_OPTIONS_INIT;
    struct vr_socket_options socket = VR_SOCKET_OPTIONS_INIT;
    struct vr_listener_options listener = VR_LISTENER_OPTIONS_INIT;
    struct vr_server_options server = VR_SERVER_OPTIONS_INIT;
    struct vr_child_options child = VR_CHILD_OPTIONS_INIT;
    struct vr_connector_options connector = VR_CONNECTOR_OPTIONS_INIT;
    struct vr_selector_check_options all = VR_SELECTOR_CHECK_OPTIONS_INIT;
    struct vr_check_options judged = VR_CHECK_OPTIONS_INIT;
    struct vr_filter_case filter = VR_FILTER_CASE_INIT;
    struct vr_agent_case agent = VR_AGENT_CASE_INIT;
    struct vr_uring_sys uring = VR_URING_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;
    struct vr_sys sys = VR_SYS_INIT;
    struct session sized = {0, {}};

    CHECK(reactor.size == sizeof(reactor) && !reactor.env);
    CHECK(pool.size == sizeof(pool) && !pool.env);
    CHECK(log.size == sizeof(log) && !log.env);
    CHECK(stacks.size == sizeof(stacks) && !stacks.measure);
    CHECK(coroutine.size == sizeof(coroutine) && !coroutine.reactor);
    CHECK(socket.size == sizeof(socket) && !socket.half_close);
    CHECK(listener.size == sizeof(listener) && !listener.backlog);
    CHECK(server.size == sizeof(server) && !server.limit);
    CHECK(child.size == sizeof(child) && !child.argv);
    CHECK(connector.size == sizeof(connector) && !connector.source);
    CHECK(all.size == sizeof(all) && !all.only);
    CHECK(judged.size == sizeof(judged) && !judged.report);
    CHECK(filter.size == sizeof(filter) && !filter.make);
    CHECK(agent.size == sizeof(agent) && !agent.make);
    CHECK(uring.size == sizeof(uring) && !uring.open);
    CHECK(env.size == sizeof(env) && !env.now);
    CHECK(sys.size == sizeof(sys) && !sys.close);
    CHECK(!sized.number);
}

/* ---- log ---- */

static int shown;

static void count_entry(struct vr_log_watcher *,
                        const struct vr_log_entry *entry)
{
    shown++;
    if (entry->attrs) {
        CHECK(!std::strcmp(entry->attrs[0].key, "peer"));
        CHECK(entry->attrs[1].number == 512);
        CHECK(!entry->attrs[2].key);
    }
}

static void use_log()
{
    struct vr_logger logger;
    struct vr_log_watcher watcher;

    vr_logger_init(&logger, nullptr, "macros");
    vr_log_watcher_init(&watcher, count_entry);
    CHECK(!vr_logger_attach(&logger, &watcher));
    vr_log_debug(&logger, "%d", 1);
    vr_log_info(&logger, "%d", 2);
    vr_log_warn(&logger, "%d", 3);
    vr_log_error(&logger, "%d", 4);
    vr_log_critical(&logger, "%d", 5);
    vr_log_with(&logger, VR_LOG_INFO,
                VR_LOG_ATTRS({"peer", "::1", 0}, {"bytes", nullptr, 512}),
                "no soup");
    CHECK(shown == 6);
    vr_logger_fini(&logger);
}

/* ---- pending ---- */

static struct vr_pending *done()
{
    struct vr_pending *pending =
        vr_pending_done(nullptr, vr_ok(vr_value_none()));

    CHECK(pending);
    return pending;
}

static struct vr_pending *begin(void *, size_t)
{
    return done();
}

static struct vr_result give_nothing(void *)
{
    return vr_ok(vr_value_none());
}

/* It was made, and is freed. */
static void expect(struct vr_pending *pending, int line)
{
    check(pending, line);
    vr_pending_free(pending);
}

#define EXPECT(call) expect(call, __LINE__)

static void use_pending()
{
    EXPECT(vr_pending_new(nullptr, nullptr, nullptr));
    EXPECT(vr_pending_done(nullptr, vr_ok(vr_value_none())));
    for (int i = 0; i < 5; i++) {
        struct vr_pending *members[] = {done(), done()};

        switch (i) {
        case 0:
            EXPECT(vr_pending_all(nullptr, members, 2));
            break;
        case 1:
            EXPECT(vr_pending_every(nullptr, members, 2));
            break;
        case 2:
            EXPECT(vr_pending_some(nullptr, members, 2, 1));
            break;
        case 3:
            EXPECT(vr_pending_any(nullptr, members, 2));
            break;
        default:
            EXPECT(vr_pending_race(nullptr, members, 2));
        }
    }
    EXPECT(vr_pending_sequence(nullptr, 2, 1, begin, nullptr));

    EXPECT(vr_spawn(nullptr, nullptr, give_nothing, nullptr));
    EXPECT(vr_pending_failed(nullptr, -VR_ECANCELLED, "try"));
    vr_failure_unref(vr_failure_new(nullptr, -EIO, "read", nullptr, "%d", 1));
}

/* ---- reactor ---- */

static struct vr_result answer(struct vr_value question)
{
    return vr_ok(question);
}

static struct vr_result work(struct vr_job *, struct vr_value value)
{
    return vr_ok(value);
}

static bool is_one(void *, int64_t value)
{
    return value == 1;
}

static void use_reactor(struct vr_reactor *reactor)
{
    struct vr_promise *promise = nullptr;
    struct vr_condition *condition = nullptr;
    struct vr_child child;
    struct vr_pool *pool = nullptr;
    struct vr_pool_group *group = nullptr;

    EXPECT(vr_pending_sleep(reactor, VR_SEC));
    EXPECT(vr_ask(reactor, reactor, answer, vr_value_none()));
    EXPECT(vr_promise_new(reactor, nullptr, vr_value_none(), &promise));
    vr_promise_unref(promise);

    CHECK(!vr_condition_new(nullptr, 1, &condition));
    EXPECT(vr_condition_await(condition, reactor, is_one, nullptr));
    vr_condition_free(condition);

    EXPECT(vr_child_spawn(&child, reactor, nullptr)); /* of nothing */
    EXPECT(vr_child_watch(&child, reactor, 0));

    CHECK(!vr_pool_new(nullptr, &pool));
    EXPECT(vr_pool_submit(pool, reactor, nullptr, work, vr_value_none()));
    EXPECT(vr_pool_drain(pool, reactor));
    CHECK(!vr_pool_group_new(pool, &group));
    EXPECT(vr_pool_group_drain(group, reactor));
    vr_pool_group_free(group);
    CHECK(!vr_pool_free(pool));
}

/* ---- io ---- */

static void use_stream(struct vr_reactor *reactor)
{
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;

    vr_chain_init(&chain, reactor, nullptr);
    vr_stream_init(&stream, reactor);
    CHECK(!vr_socket_init(&socket, reactor, nullptr));
    CHECK(!vr_chain(&chain, &socket.element, &stream.agent.element));

    EXPECT(vr_stream_connected(&stream));
    EXPECT(vr_stream_read_some(&stream, 10));
    EXPECT(vr_stream_read_exactly(&stream, 10));
    EXPECT(vr_stream_read_line(&stream, 10));
    EXPECT(vr_stream_write(&stream, "hello", 5));
    EXPECT(vr_stream_text(&stream, "hello"));
    EXPECT(vr_stream_flush(&stream));
    EXPECT(vr_stream_close(&stream));
    vr_chain_close(&chain, nullptr);
    CHECK(!vr_reactor_turn(reactor, 0));
}

int main()
{
    struct vr_reactor *reactor = nullptr;

    use_base();
    use_options();
    use_log();
    use_pending();
    CHECK(!vr_reactor_new(nullptr, &reactor));
    use_reactor(reactor);
    use_stream(reactor);
    CHECK(!vr_reactor_free(reactor));
    return failures != 0;
}
