/* SPDX-License-Identifier: MIT */
/**
 * @file chain_run.c
 * One run: a reactor, a chain, turns until all is at its end or at rest, and
 * the close.
 */
#include <vreactor/testing/chain_check.h>

#include <errno.h>
#include <stdio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/spare.h>
#include <vreactor/testing/clock.h>
#include <vreactor/testing/sys.h>

enum {
    MOODY_TURNS = 300,
    STALLED_TURNS = 200,
    QUIET_TURNS = 24, /* without progress: at rest */
    RESTING_TURNS = 1000,
    MOST_TURNS = 100000,
    CLOSING_TURNS = 500,
    /* What a reactor keeps once somebody has written, and an offer. */
    STALL_SLACK = VR_SPARE_SIZE + (1 << 18),
};

/* ---- the elements ---- */

static bool is_made(const struct vr_check_run *run,
                    const struct vr_element *element)
{
    for (int i = 0; i < VR_CHECK_ELEMENTS; i++)
        if (run->made[i] == element)
            return true;
    return false;
}

static struct vr_element *
make(struct vr_check_run *run, const struct vr_filter_case *of,
     int (*maker)(void *, struct vr_reactor *, struct vr_element **))
{
    struct vr_element *element = NULL;
    int at = 0;

    while (at < VR_CHECK_ELEMENTS && run->made[at])
        at++;
    if (at == VR_CHECK_ELEMENTS) {
        vr_check_fail(run, VR_CHECK_MAKE, "too many at once");
        return NULL;
    }
    int err = maker(of->arg, run->reactor, &element);
    if (err < 0) {
        if (!run->plan->failing)
            vr_check_fail(run, VR_CHECK_MAKE, "make() is %d", err);
        return NULL;
    }
    if (is_made(run, element)) {
        vr_check_fail(run, VR_CHECK_MAKE,
                      "make() made the one that is in use anew, not a second");
        return NULL;
    }
    run->made[at] = element;
    run->made_by[at] = of;
    return element;
}

struct vr_element *vr_check_make(struct vr_check_run *run)
{
    return make(run, &run->of->of, run->of->of.make);
}

/* What its wire's side was is its program's: the counterpart looks back. */
static void turn_round(struct vr_element *element)
{
    struct vr_face wire_side = element->wire_side;

    element->wire_side = element->program_side;
    element->program_side = wire_side;
}

/* @return false if it could not be made */
static bool add(struct vr_check_run *run, const struct vr_filter_case *of,
                bool is_peer, struct vr_element **elements, int *count)
{
    struct vr_element *element =
        make(run, of, is_peer ? of->make_peer : of->make);
    if (!element)
        return false;
    if (is_peer)
        turn_round(element);
    elements[(*count)++] = element;
    return true;
}

/* From the wire to the program: counterparts, their wire, filters. */
static bool make_subjects(struct vr_check_run *run,
                          struct vr_element **elements, int *count)
{
    const struct vr_filter_case *of = &run->of->of, *under = of->under;

    if (of->make_peer && !add(run, of, true, elements, count))
        return false;
    if (of->make_peer && under && under->make_peer &&
        !add(run, under, true, elements, count))
        return false;
    if (of->make_peer)
        elements[(*count)++] = &run->wire.filter.element;
    if (under && !add(run, under, false, elements, count))
        return false;
    if (run->plan->what == VR_TRY_INSERT || run->plan->what == VR_TRY_ENTER)
        return true;
    if (!add(run, of, false, elements, count))
        return false;
    run->subject = elements[*count - 1];
    if (run->plan->what == VR_TRY_SWAP)
        run->spare = vr_check_make(run); /* while the first is in no chain */
    return run->plan->what != VR_TRY_SWAP || run->spare;
}

static void greet(struct vr_check_run *run)
{
    vr_greet(&run->ends[0].out);
    if (run->of->of.make_peer && !vr_check_is_closed(run))
        vr_greet(&run->ends[1].out);
}

static void join(struct vr_check_run *run)
{
    struct vr_element *elements[VR_CHECK_ELEMENTS] = {&run->ends[0].element};
    int count = 1;

    if (!make_subjects(run, elements, &count))
        return;
    if (!run->of->agent)
        elements[count++] = &run->ends[1].element;
    elements[count] = NULL;
    if (run->plan->greets_first)
        greet(run);
    int err = vr_chain_add(&run->chain, elements);
    if (err && !run->plan->failing)
        vr_check_fail(run, VR_CHECK_MAKE, "vr_chain_add() is %d", err);
    if (err)
        return;
    run->was_made = true;
    if (!run->plan->greets_first)
        greet(run);
    vr_check_begin(run);
}

/* ---- turns ---- */

static uint64_t progress(const struct vr_check_run *run)
{
    uint64_t sum = run->wire.passed[0] + run->wire.passed[1] + run->changed;

    for (int i = 0; i < 2; i++) {
        const struct vr_check_end *end = &run->ends[i];
        sum += end->arrived + end->sent + end->got_len + (end->stopped != 0) +
               vr_check_is_told(end) + (end->out.state == VR_LINK_OVER);
    }
    return sum;
}

static bool is_over(const struct vr_check_run *run, int dir)
{
    const struct vr_check_end *from = &run->ends[dir], *to = &run->ends[!dir];
    bool agent = run->of->agent;

    return ((agent && dir) || from->stopped ||
            from->out.state == VR_LINK_OVER) &&
           ((agent && !dir) || to->has_stopped || vr_check_is_told(to));
}

/* Time passes by @span at most. */
static void let_pass(struct vr_check_run *run, vr_time span)
{
    int err = vr_reactor_turn(run->reactor, span);

    if (err < 0 && !run->plan->failing)
        vr_check_fail(run, VR_CHECK_MAKE, "vr_reactor_turn() is %d", err);
}

static void take_turn(struct vr_check_run *run, vr_time span)
{
    let_pass(run, span);
    if (vr_check_is_closed(run))
        return;
    vr_check_end_tick(&run->ends[0]);
    if (!run->of->agent && !vr_check_is_closed(run))
        vr_check_end_tick(&run->ends[1]);
    if (run->of->of.make_peer && !vr_check_is_closed(run))
        vr_check_wire_tick(&run->wire);
    if (!vr_check_is_closed(run))
        vr_check_change(run);
}

/* With nothing left to do, time passes; by little where a timer is due. */
static bool is_at_rest(struct vr_check_run *run)
{
    uint64_t before = progress(run);
    vr_time then = vr_test_now(&run->env), rest = then + 8 * VR_SEC;

    for (int i = 0; i < RESTING_TURNS && vr_test_now(&run->env) < rest; i++) {
        take_turn(run, VR_SEC);
        if (vr_check_is_closed(run) || progress(run) != before)
            return false;
    }
    if (vr_test_now(&run->env) - then < VR_SEC)
        vr_check_fail(run, VR_CHECK_SPINS, "at rest");
    vr_check_note_rest(run);
    return true;
}

/* Nobody has taken anything of the subject so far. */
static void look_at_stall(struct vr_check_run *run)
{
    int64_t bytes = vr_test_bytes(&run->env) - run->bytes_before;

    if (run->plan->what != VR_TRY_STALL)
        return;
    run->stalled_at = run->ends[run->plan->dir].sent;
    if (bytes > STALL_SLACK &&
        (uint64_t)(bytes - STALL_SLACK) > vr_check_most_held(run))
        vr_check_fail(run, VR_CHECK_UNBOUNDED, "holds %lld bytes of memory",
                      (long long)bytes);
}

static void go(struct vr_check_run *run)
{
    int moody = run->plan->what == VR_TRY_STALL ? STALLED_TURNS : MOODY_TURNS;
    uint64_t before = 0;
    int quiet = 0;

    for (int turns = 0; turns < MOST_TURNS; turns++) {
        take_turn(run, VR_MSEC);
        if (vr_check_is_closed(run) || (is_over(run, 0) && is_over(run, 1)))
            return;
        if (turns == moody) {
            look_at_stall(run);
            run->calm = true;
        }
        quiet = progress(run) == before ? quiet + 1 : 0;
        before = progress(run);
        if (quiet > QUIET_TURNS && (run->calm || run->fault) && is_at_rest(run))
            return;
    }
    vr_check_fail(run, VR_CHECK_STUCK, "it does not come to rest");
}

/* One that waits to enter where all is over is taken out when the loop comes
 * by. */
static void let_give_up(struct vr_check_run *run)
{
    if (run->plan->what == VR_TRY_ENTER && !vr_check_is_closed(run))
        take_turn(run, VR_MSEC);
}

/* ---- the close ---- */

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct vr_check_run *run =
        vr_container_of(chain, struct vr_check_run, chain);

    (void)why;
    run->has_closed = true;
}

static void close_chain(struct vr_check_run *run)
{
    if (!run->chain.elements.next ||
        run->chain.elements.next == &run->chain.elements)
        return; /* nothing was joined */
    if (!vr_check_is_closed(run)) {
        run->is_closing = true;
        vr_chain_close(&run->chain, NULL);
    }
    for (int i = 0; i < CLOSING_TURNS && !run->has_closed; i++)
        let_pass(run, VR_MSEC);
    if (!run->has_closed)
        vr_check_fail(run, VR_CHECK_MAKE, "the chain does not close");
}

/* It has no chain whose close would stop what it has begun. */
static void give_back_unused(struct vr_check_run *run)
{
    struct vr_element *unused = run->gave_up ? run->subject : run->spare;

    if (unused)
        vr_check_give_back(run, unused);
}

/* A call or a watch that is still there ends the wait. */
static void see_that_nothing_is_left(struct vr_check_run *run)
{
    const vr_time span = 24 * 3600 * VR_SEC;

    if (!run->has_closed)
        return;
    let_pass(run, 0);
    vr_time then = vr_test_now(&run->env);
    let_pass(run, span);
    if (vr_test_now(&run->env) - then < span)
        vr_check_fail(run, VR_CHECK_LATE, "something is due after the close");
}

static void give_back(struct vr_check_run *run)
{
    for (int i = VR_CHECK_ELEMENTS; i-- > 0;)
        if (run->made[i])
            vr_check_give_back(run, run->made[i]);
    int err = vr_reactor_free(run->reactor);
    if (err)
        vr_check_fail(run, VR_CHECK_MAKE, "vr_reactor_free() is %d", err);
    if (vr_test_blocks(&run->env))
        vr_check_fail(run, VR_CHECK_LEAK, "%lld blocks, %lld bytes",
                      (long long)vr_test_blocks(&run->env),
                      (long long)vr_test_bytes(&run->env));
}

/* ---- all of it ---- */

static void fail_as_planned(struct vr_check_run *run)
{
    int nth = run->plan->failing;

    if (run->plan->what == VR_TRY_MEMORY)
        vr_test_fail_allocation(&run->env, nth, 1);
    if (run->plan->what == VR_TRY_SYSTEM)
        vr_test_sys_fail(VR_TEST_SYS_ANY, nth, 1, 0);
}

static void fail_no_more(struct vr_check_run *run)
{
    vr_test_fail_allocation(&run->env, 0, 0);
    vr_test_sys_fail(VR_TEST_SYS_ANY, 0, 0, 0);
}

static int begin(struct vr_check_run *run)
{
    vr_test_env_init(&run->env, VR_SEC);
    int err = vr_test_reactor_new(&run->env, NULL, &run->reactor);
    if (err)
        return err;

    vr_check_throw_from(&run->dice, run->plan->seed + 0x5EED);
    vr_chain_init(&run->chain, run->reactor, on_closed);
    for (int i = 0; i < 2; i++)
        vr_check_end_init(&run->ends[i], run, i);
    vr_check_wire_init(&run->wire, run);
    fail_as_planned(run);
    run->bytes_before = vr_test_bytes(&run->env);
    run->allocations = -vr_test_allocations(&run->env);
    return 0;
}

int vr_check_run(struct vr_check_run *run, const struct vr_check_case *of,
                 const struct vr_check_plan *plan)
{
    *run = (struct vr_check_run){.of = of, .plan = plan};
    int err = begin(run);
    if (err)
        return err;

    join(run);
    if (run->was_made && !vr_check_is_closed(run)) {
        go(run);
        let_give_up(run);
    }
    run->allocations += vr_test_allocations(&run->env);
    fail_no_more(run);
    close_chain(run);
    give_back_unused(run);
    see_that_nothing_is_left(run);
    give_back(run);
    return 0;
}

void vr_check_run_fini(struct vr_check_run *run)
{
    for (int i = 0; i < 2; i++)
        vr_dealloc(NULL, run->ends[i].got);
}
