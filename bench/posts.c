/* SPDX-License-Identifier: MIT */
/**
 * @file posts.c
 * What does a message from another thread cost?
 *
 *     bench/run posts [ROUNDS]
 *     workload=posts-1 peer=vreactor ns=35.0 ratio=0.55 spread=0.50..0.60
 *
 * How to read: in `posts-N` N threads send as fast as they can, until the loop
 * has run all of it; ns are of the whole, for one message.  For the rest see
 * rounds.h.
 *
 * libevent has no queue of messages: a list under a mutex and an event that is
 * activated where the list was empty is what its users write.
 */
#include <pthread.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "bench/peer.h"
#include "bench/rounds.h"
#include "bench/selector.h"

enum { MESSAGES = 2000000, MOST_SENDERS = 4 };

struct message {
    struct vr_post post;
    struct message *next;
};

struct sender {
    pthread_t thread;
    struct message *messages;
    size_t count;
    void (*send)(struct message *message);
};

static struct message *messages;
static size_t received, expected; /* on the loop's thread */

/* ---- vreactor ---- */

static struct vr_reactor *reactor;

static void on_post(struct vr_post *post)
{
    (void)post;
    if (++received == expected)
        vr_reactor_stop(reactor);
}

static void send_vreactor(struct message *message)
{
    message->post.run = on_post;
    vr_reactor_post(reactor, &message->post);
}

static void open_vreactor(void)
{
    struct vr_reactor_options options = bench_options();

    must(!vr_reactor_new(&options, &reactor), "vr_reactor_new");
}

static void run_vreactor(void)
{
    must(!vr_reactor_run(reactor), "vr_reactor_run");
}

static void close_vreactor(void)
{
    must(!vr_reactor_free(reactor), "vr_reactor_free");
}

/* ---- libevent ---- */

static struct event_base *base;
static struct event *filled;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct message *first, **last = &first;

static void on_filled(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what, (void)arg;
    pthread_mutex_lock(&lock);
    struct message *message = first;
    first = NULL;
    last = &first;
    pthread_mutex_unlock(&lock);
    for (; message; message = message->next)
        received++;
}

static void send_libevent(struct message *message)
{
    message->next = NULL;
    pthread_mutex_lock(&lock);
    bool was_empty = !first;
    *last = message;
    last = &message->next;
    pthread_mutex_unlock(&lock);
    if (was_empty)
        event_active(filled, EV_READ, 0);
}

static void open_libevent(void)
{
    must(!evthread_use_pthreads(), "evthread_use_pthreads");
    base = event_base_new();
    must(base != NULL, "event_base_new");
    filled = event_new(base, -1, EV_PERSIST, on_filled, NULL);
    must(filled != NULL, "event_new");
    must(!event_add(filled, NULL), "event_add");
}

static void run_libevent(void)
{
    while (received < expected)
        must(event_base_loop(base, EVLOOP_ONCE) >= 0, "event_base_loop");
}

static void close_libevent(void)
{
    event_free(filled);
    event_base_free(base);
}

/* ---- the comparison ---- */

static const struct posting {
    const char *name;
    void (*open)(void);
    void (*send)(struct message *message);
    void (*run)(void); /* until all is received */
    void (*close)(void);
} postings[] = {
    {"libevent", open_libevent, send_libevent, run_libevent, close_libevent},
    {"vreactor", open_vreactor, send_vreactor, run_vreactor, close_vreactor},
};

static void *run_sender(void *arg)
{
    struct sender *sender = arg;

    for (size_t i = 0; i < sender->count; i++)
        sender->send(&sender->messages[i]);
    return NULL;
}

static double measure(const void *workload, size_t peer)
{
    const struct posting *posting = &postings[peer];
    size_t senders = *(const size_t *)workload, share = MESSAGES / senders;
    struct sender all[MOST_SENDERS];

    posting->open();
    received = 0;
    expected = share * senders;
    double start = now_ns();
    for (size_t i = 0; i < senders; i++) {
        all[i] = (struct sender){.messages = messages + i * share,
                                 .count = share,
                                 .send = posting->send};
        must(!pthread_create(&all[i].thread, NULL, run_sender, &all[i]),
             "pthread_create");
    }
    posting->run();
    double ns = (now_ns() - start) / MESSAGES;
    for (size_t i = 0; i < senders; i++)
        pthread_join(all[i].thread, NULL);
    posting->close();
    return ns;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"libevent", "vreactor", NULL};
    static const size_t senders[] = {1, 2, MOST_SENDERS};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    messages = must_alloc(MESSAGES, sizeof(*messages));
    for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "posts-%zu", senders[i]);
        compare_peers(&(struct comparison){name, names, measure, &senders[i]},
                      rounds);
    }
    free(messages);
    return 0;
}
