/* SPDX-License-Identifier: MIT */
/**
 * @file test_inbox_model.c
 * A model of how posts wake a reactor, run over all interleavings: no wake-up
 * is lost.
 *
 * Its steps are the memory accesses of reactor/inbox.c, and of the loop around
 * them in reactor/loop.c, under the names of the functions that make them; each
 * is atomic and all are in one order, as sequentially consistent ones are.  The
 * explorer goes to every state that the threads can come to.  A wake-up is lost
 * where the loop sleeps, posts or a stop wait, and no thread has a step left.
 *
 * That the explorer would see it is tried with variations of the protocol that
 * lose wake-ups.
 */
#include <vreactor/reactor/inbox.h>

#include <stdint.h>
#include <string.h>

#include "tests/support/test.h"

/* ---- the steps ---- */

/* Of a thread that posts, or stops the reactor. */
enum sender_step {
    PUSH,          /* vr_inbox_push(): the post is on the stack */
    STOP,          /* vr_reactor_stop(): `stop` is set */
    WAKE_LOAD,     /* vr_inbox_wake(): is the reactor asleep? */
    WAKE_EXCHANGE, /* vr_inbox_wake(): is this the first to see it? */
    FD_WAKE,       /* vr_fd_wake() */
    CLEAR_LATE,    /* of a variation */
    SENT,
    SENDER_STEPS,
};

/* Of the thread of the reactor. */
enum loop_step {
    GATHER_LOAD,     /* vr_inbox_gather(): has something been pushed? */
    GATHER_EXCHANGE, /* vr_inbox_gather(), and run_posts() runs it all */
    DOZE_LOOK,       /* vr_inbox_doze(): vr_inbox_has_some() */
    DOZE_STORE,      /* vr_inbox_doze(): `asleep` is set */
    DOZE_LOOK_AGAIN, /* vr_inbox_doze(): vr_inbox_has_some() */
    LOOK_AT_STOP,    /* may_sleep(): `stop` */
    WAIT,            /* the selector's: it ends when the wake-up is readable */
    RISE_LOAD,       /* vr_inbox_rise(): was it woken by another? */
    RISE_STORE,      /* vr_inbox_rise(): `asleep` is cleared */
    DRAIN_WAKE,      /* vr_inbox_drain_wake() */
    ANSWER_STOP,     /* make_turn(): the turn ends, and the run where asked */
    LOOP_STEPS,
};

/* The protocol, or one that loses wake-ups. */
enum variation {
    NONE,
    LOOKS_ONCE,          /* for posts, before it sets the flag */
    NEVER_LOOKS_AT_STOP, /* before the loop waits */
    WAKES_BEFORE_PUSH,   /* a sender looks at the flag, then pushes */
    CLEARS_BEHIND_WAKE,  /* a sender wakes, then clears the flag */
    CLEARS_BEHIND_LOOK,  /* the loop clears the flag behind its last look */
    DRAINS_BEFORE_WAIT,  /* the loop drains the wake-up as it goes to sleep */
};

enum {
    SENDERS = 3,
    MOST_POSTS = 2,                   /* of one sender */
    POSTS = SENDERS * MOST_POSTS + 1, /* how many there may be, 0 included */
    PHASES = MOST_POSTS + 1,
    WAITING = 1 << 16,
    SENDER_STATES = SENDER_STEPS * PHASES,
    STATES = SENDER_STATES * SENDER_STATES * SENDER_STATES * LOOP_STEPS *
             POSTS * 2 * 2 * 2,
};

struct sender {
    uint8_t step; /* enum sender_step */
    uint8_t left; /* posts, this one included */
};

struct state {
    struct sender senders[SENDERS];
    uint8_t loop;  /* enum loop_step */
    uint8_t posts; /* on the stack */
    bool asleep;
    bool readable; /* the wake-up */
    bool stop;
};

static struct {
    enum variation variation;
    uint8_t seen[STATES / 8 + 1];
    struct state waiting[WAITING]; /* to be gone on from */
    int waiting_count;
    int states;
    int lost; /* states in which a wake-up is lost */
    bool sender_took[SENDER_STEPS], loop_took[LOOP_STEPS];
} explorer;

/* ---- what they do ---- */

static enum sender_step first_step(bool stops)
{
    if (stops)
        return STOP;
    return explorer.variation == WAKES_BEFORE_PUSH ? WAKE_LOAD : PUSH;
}

/* The sender has done what there was to do for this post. */
static void send_next(struct sender *sender)
{
    bool goes_on = --sender->left > 0;

    sender->step = (uint8_t)(goes_on ? first_step(false) : SENT);
}

/* It has looked at the flag, and woken the reactor if need be. */
static void end_wake(struct sender *sender)
{
    if (explorer.variation == WAKES_BEFORE_PUSH)
        sender->step = PUSH;
    else
        send_next(sender);
}

static void take_sender_step(struct state *state, struct sender *sender)
{
    explorer.sender_took[sender->step] = true;
    switch ((enum sender_step)sender->step) {
    case PUSH:
        state->posts++;
        if (explorer.variation == WAKES_BEFORE_PUSH)
            send_next(sender);
        else
            sender->step = WAKE_LOAD;
        break;
    case STOP:
        state->stop = true;
        sender->step = WAKE_LOAD;
        break;
    case WAKE_LOAD:
        if (!state->asleep)
            end_wake(sender);
        else if (explorer.variation == CLEARS_BEHIND_WAKE)
            sender->step = FD_WAKE;
        else
            sender->step = WAKE_EXCHANGE;
        break;
    case WAKE_EXCHANGE:
        if (state->asleep)
            sender->step = FD_WAKE;
        else
            end_wake(sender);
        state->asleep = false;
        break;
    case FD_WAKE:
        state->readable = true;
        if (explorer.variation == CLEARS_BEHIND_WAKE)
            sender->step = CLEAR_LATE;
        else
            end_wake(sender);
        break;
    case CLEAR_LATE:
        state->asleep = false;
        end_wake(sender);
        break;
    case SENT:
    case SENDER_STEPS:
        check(false);
    }
}

/* The wait is left out, or has ended: vr_inbox_rise() comes next. */
static enum loop_step step_behind_last_look(const struct state *state)
{
    if (state->stop && explorer.variation != NEVER_LOOKS_AT_STOP)
        return RISE_LOAD;
    if (explorer.variation == CLEARS_BEHIND_LOOK)
        return RISE_STORE;
    return explorer.variation == DRAINS_BEFORE_WAIT ? DRAIN_WAKE : WAIT;
}

static enum loop_step loop_step_after(struct state *state)
{
    bool has_some = state->posts > 0;

    switch ((enum loop_step)state->loop) {
    case GATHER_LOAD:
        return has_some ? GATHER_EXCHANGE : DOZE_LOOK;
    case GATHER_EXCHANGE:
        state->posts = 0;
        return DOZE_LOOK;
    case DOZE_LOOK:
        return has_some ? RISE_LOAD : DOZE_STORE;
    case DOZE_STORE:
        state->asleep = true;
        return explorer.variation == LOOKS_ONCE ? LOOK_AT_STOP
                                                : DOZE_LOOK_AGAIN;
    case DOZE_LOOK_AGAIN:
        return has_some ? RISE_LOAD : LOOK_AT_STOP;
    case LOOK_AT_STOP:
        return step_behind_last_look(state);
    case WAIT:
        return RISE_LOAD;
    case RISE_LOAD:
        if (state->asleep)
            return RISE_STORE;
        return state->readable ? DRAIN_WAKE : ANSWER_STOP;
    case RISE_STORE:
        state->asleep = false;
        if (explorer.variation == CLEARS_BEHIND_LOOK)
            return WAIT;
        return state->readable ? DRAIN_WAKE : ANSWER_STOP;
    case DRAIN_WAKE:
        state->readable = false;
        return explorer.variation == DRAINS_BEFORE_WAIT ? WAIT : ANSWER_STOP;
    case ANSWER_STOP:
        state->stop = false;
        return GATHER_LOAD;
    case LOOP_STEPS:
        break;
    }
    check(false);
    return LOOP_STEPS;
}

/* ---- all interleavings ---- */

static size_t number_of(const struct state *state)
{
    size_t number = 0;

    for (int i = 0; i < SENDERS; i++)
        number = (number * SENDER_STEPS + state->senders[i].step) * PHASES +
                 state->senders[i].left;
    number = number * LOOP_STEPS + state->loop;
    number = number * POSTS + state->posts;
    number = number * 2 + state->asleep;
    number = number * 2 + state->readable;
    return number * 2 + state->stop;
}

static void come_to(const struct state *state)
{
    size_t number = number_of(state);
    uint8_t bit = (uint8_t)(1u << number % 8);

    if (explorer.seen[number / 8] & bit)
        return;
    explorer.seen[number / 8] |= bit;
    check(explorer.waiting_count < WAITING);
    explorer.waiting[explorer.waiting_count++] = *state;
    explorer.states++;
}

static void go_on_from(const struct state *state)
{
    bool moves = false;
    struct state next;

    for (int i = 0; i < SENDERS; i++) {
        if (state->senders[i].step == SENT)
            continue;
        next = *state;
        take_sender_step(&next, &next.senders[i]);
        come_to(&next);
        moves = true;
    }
    if (state->loop != WAIT || state->readable) {
        next = *state;
        explorer.loop_took[state->loop] = true;
        next.loop = (uint8_t)loop_step_after(&next);
        come_to(&next);
    } else if (!moves && (state->posts || state->stop)) {
        explorer.lost++;
    }
}

/* Senders of two posts each; where one @p stops, the last does so instead. */
static void explore(enum variation variation, bool stops)
{
    struct state begin = {.loop = GATHER_LOAD};

    memset(&explorer, 0, sizeof(explorer));
    explorer.variation = variation;
    for (int i = 0; i < SENDERS; i++) {
        bool is_stopper = stops && i == SENDERS - 1;
        begin.senders[i].step = (uint8_t)first_step(is_stopper);
        begin.senders[i].left = is_stopper ? 1 : MOST_POSTS;
    }
    come_to(&begin);
    while (explorer.waiting_count) {
        struct state state = explorer.waiting[--explorer.waiting_count];
        go_on_from(&state);
    }
}

static void check_took_every_step(bool stops)
{
    for (int i = 0; i < SENT; i++)
        check(explorer.sender_took[i] == (i != CLEAR_LATE) ||
              (i == STOP && !stops));
    for (int i = 0; i < LOOP_STEPS; i++)
        check(explorer.loop_took[i]);
}

TEST(inbox_model, loses_no_wake_up_in_any_interleaving_of_posts)
{
    explore(NONE, false);
    check_int(explorer.lost, 0);
    check_took_every_step(false);
    check(explorer.states > 10000);
}

TEST(inbox_model, loses_no_wake_up_where_one_thread_stops_the_reactor)
{
    explore(NONE, true);
    check_int(explorer.lost, 0);
    check_took_every_step(true);
}

TEST(inbox_model, sees_what_is_lost_where_the_loop_looks_once)
{
    explore(LOOKS_ONCE, false);
    check(explorer.lost > 0);
}

TEST(inbox_model, sees_a_stop_that_is_lost_where_the_loop_does_not_look)
{
    explore(NEVER_LOOKS_AT_STOP, true);
    check(explorer.lost > 0);
}

TEST(inbox_model, sees_what_is_lost_where_a_sender_wakes_before_it_pushes)
{
    explore(WAKES_BEFORE_PUSH, false);
    check(explorer.lost > 0);
}

TEST(inbox_model, sees_what_is_lost_where_a_sender_clears_the_flag_too_late)
{
    explore(CLEARS_BEHIND_WAKE, false);
    check(explorer.lost > 0);
}

TEST(inbox_model, sees_what_is_lost_where_the_loop_clears_the_flag_too_late)
{
    explore(CLEARS_BEHIND_LOOK, false);
    check(explorer.lost > 0);
}

TEST(inbox_model, sees_what_is_lost_where_the_loop_drains_too_late)
{
    explore(DRAINS_BEFORE_WAIT, false);
    check(explorer.lost > 0);
}
