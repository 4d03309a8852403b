/* SPDX-License-Identifier: MIT */
/**
 * @file test_whose_env.c
 * What no environment means: that of the reactor whose turn it is.
 */
#include <errno.h>

#include <vreactor/log/thread.h>
#include <vreactor/pending/pending.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/async/sleep.h>

#include "tests/reactor/poisoned.h"

static const struct vr_env *here(void)
{
    return vr_env_or_current(NULL);
}

static struct vr_pending *failed(void)
{
    struct vr_pending *pending = vr_pending_done(
        NULL, vr_fail(vr_failure_new(NULL, -EIO, NULL, NULL, "unheard")));

    check(pending);
    return pending;
}

static void fail_unheard(struct vr_post *post)
{
    (void)post;
    vr_pending_free(failed());
}

TEST(whose_env, is_told_a_failure_that_nobody_handled)
{
    set_up();
    in_turn(fail_unheard);
    turn(); /* which shows it */
    check(strstr(logged, "nobody handled: "));
    check(strstr(logged, "unheard"));
    check_str(told, "");
    free_reactor();
    check_int(blocks, 0);
}

static struct vr_pending *made_before;

static void free_it(struct vr_post *post)
{
    (void)post;
    vr_pending_free(made_before);
}

TEST(whose_env, is_told_of_what_was_made_before_it_ran)
{
    set_up();
    made_before = failed();
    check(vr_pending_env(made_before) == vr_env_default());
    in_turn(free_it);
    turn();
    check(strstr(logged, "unheard"));
    free_reactor();
    check_int(blocks, 0);
}

static void free_unheard(void *ptr)
{
    vr_pending_free(ptr);
}

TEST(whose_env, is_nobodys_outside_of_turns)
{
    check(here() == vr_env_default());
    free_unheard(failed());
    set_up();
    check(here() == vr_env_default());
    free_unheard(failed());
    turn();
    check(here() == vr_env_default());
    check_str(logged, "");
    free_reactor();
    check(here() == vr_env_default());
}

static int looks;

static void look(struct vr_post *post)
{
    (void)post;
    looks++;
    check(here() == vr_reactor_env(vr_reactor_current()));
    check(vr_env_or_current(vr_env_default()) == vr_env_default());
}

TEST(whose_env, is_the_reactors_when_it_is_closed_too)
{
    struct vr_post post = {.run = look, .cancelled = look};

    set_up();
    in_turn(look);
    vr_reactor_post(reactor, &post);
    free_reactor();
    check_int(looks, 2);
}

static void turn_another(struct vr_post *post)
{
    struct vr_reactor *outer = reactor;

    look(post);
    check_int(vr_reactor_new(NULL, &reactor), 0);
    check(vr_reactor_env(reactor) != vr_reactor_env(outer));
    in_turn(look);
    look(post);
    in_turn(fail_unheard);
    free_reactor();
    look(post);
    reactor = outer;
}

TEST(whose_env, is_that_of_the_innermost_turn)
{
    set_up();
    in_turn(turn_another);
    check_int(looks, 4);
    check_str(told, "");
    free_reactor();
    check_int(blocks, 0);
}

static void take_and_give(struct vr_post *post)
{
    void **memory = (void **)(void *)(post + 1);

    vr_dealloc(NULL, *memory);
    *memory = vr_strdup(NULL, "of the default");
}

TEST(whose_env, is_not_asked_for_memory_that_goes_back_elsewhere)
{
    struct {
        struct vr_post post;
        void *memory;
    } it = {.post.run = take_and_give};

    set_up();
    it.memory = vr_alloc(NULL, 1);
    vr_reactor_post(reactor, &it.post);
    turn();
    free_reactor();
    vr_dealloc(NULL, it.memory);
    check_int(blocks, 0);
}

/* ---- threads of the library's ---- */

static const struct vr_env *seen;

static struct vr_result look_in_job(struct vr_job *job, struct vr_value value)
{
    (void)job;
    seen = here();
    made_before = failed();
    return vr_ok(value);
}

static struct vr_pool *pool;
static struct vr_pending *looked;

static void submit(void)
{
    looked = vr_pool_submit(pool, reactor, NULL, look_in_job, vr_value_none());
    check(looked);
}

static struct vr_result stop_reactor(void *arg, struct vr_result result)
{
    vr_reactor_stop(arg);
    return result;
}

static void await_job(void)
{
    check_int(vr_pending_both(looked, stop_reactor, reactor), 0);
    check_int(vr_reactor_run(reactor), 0);
    vr_pending_free(looked);
    check_int(vr_pool_free(pool), 0);
}

static void make_pool(struct vr_post *post)
{
    (void)post;
    check_int(vr_pool_new(NULL, &pool), 0);
    submit();
}

TEST(whose_env, is_that_of_the_pool_in_a_job)
{
    set_up();
    in_turn(make_pool);
    await_job();
    check(seen == vr_reactor_env(reactor));
    vr_pending_free(made_before);
    turn();
    check(strstr(logged, "unheard"));
    free_reactor();
    check_int(blocks, 0);
}

static struct vr_pool *pool_of(const struct vr_env *env)
{
    struct vr_pool *made;

    check_int(vr_pool_new(
                  &(struct vr_pool_options){
                      .size = sizeof(struct vr_pool_options), .env = env},
                  &made),
              0);
    return made;
}

/* The table goes, and so does the pool. */
TEST(whose_env, is_a_copy_for_a_pool_of_an_environment_of_its_own)
{
    set_up();
    struct vr_env own = *vr_reactor_env(reactor);
    own.report = tell;
    pool = pool_of(&own);
    memset(&own, POISON, sizeof(own));
    submit();
    await_job();
    check(seen != vr_reactor_env(reactor) && seen != vr_env_default());
    free_reactor();
    vr_pending_free(made_before);
    check(strstr(told, "unheard"));
    check_int(blocks, 0);
}

static void look_there(struct vr_log_watcher *self,
                       const struct vr_log_entry *entry)
{
    (void)self;
    (void)entry;
    seen = here();
}

static struct vr_log_thread *thread;

static void make_thread(struct vr_post *post)
{
    (void)post;
    check_int(vr_log_thread_new(NULL, &thread), 0);
}

TEST(whose_env, is_that_of_a_log_in_its_thread)
{
    struct vr_log_watcher there;

    set_up();
    in_turn(make_thread);
    vr_log_watcher_init(&there, look_there);
    check_int(vr_logger_attach(vr_log_thread_logger(thread), &there), 0);
    vr_log_info(vr_log_thread_logger(thread), "look");
    check_int(vr_log_thread_free(thread, -1), 0);
    check(seen == vr_reactor_env(reactor));
    free_reactor();
    check_int(blocks, 0);
}

/* ---- what it is told, and when ---- */

static int count_unheard(void)
{
    int count = 0;

    for (const char *at = logged; (at = strstr(at, "unheard")); at++)
        count++;
    return count;
}

static void tell_more(struct vr_log_watcher *self,
                      const struct vr_log_entry *entry)
{
    note_logged(self, entry);
    if (!strstr(entry->text, "unheard"))
        return;
    self->watch = note_logged;
    vr_pending_free(failed());
}

/* Its watchers may have something to report themselves. */
TEST(whose_env, is_told_while_it_is_told)
{
    set_up();
    struct vr_log_watcher anywhere;
    vr_log_watcher_init(&anywhere, tell_more);
    anywhere.anywhere = true;
    check_int(vr_logger_attach(vr_reactor_log(reactor), &anywhere), 0);
    in_turn(fail_unheard);
    turn();
    check_int(count_unheard(), 3); /* by one of them twice */
    free_reactor();
    check_int(blocks, 0);
}

TEST(whose_env, is_told_when_it_is_closed_as_well)
{
    set_up();
    made_before = NULL;
    made_before = vr_pending_new(vr_reactor_env(reactor), NULL, NULL);
    check(made_before);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_pending_fail(made_before, vr_failure_no_memory()), 0);
    vr_pending_free(made_before);
    check(strstr(logged, "nobody handled: "));
    check_str(told, "");
    free_reactor();
    check_int(blocks, 0);
}
