/* SPDX-License-Identifier: MIT */
/**
 * @file chain_end.c
 * An end of a chain, which also asks the other end something now and then.
 */
#include <vreactor/testing/chain_end.h>

#include <stdio.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/control.h>

const struct vr_control_kind *vr_check_question(void)
{
    static const struct vr_control_kind question = {"vreactor.check"};

    return &question;
}

static bool is_through(const struct vr_check_run *run, int dir)
{
    const struct vr_check_end *from = &run->ends[dir], *to = &run->ends[!dir];

    return !run->of->agent && from->out.state == VR_LINK_OPEN && to->in.from &&
           to->in.from->state == VR_LINK_OPEN && (!dir || to->index == 0);
}

static void ask_around(struct vr_check_end *end)
{
    const struct vr_control msg = {.kind = vr_check_question()};

    if (end->run->calm || !vr_check_one_in(&end->run->dice, 8))
        return;
    if (is_through(end->run, end->index) &&
        vr_control_downstream(&end->out, &msg) != VR_CHECK_ANSWER)
        vr_check_fail(end->run, VR_CHECK_CONTROL, "%s, not passed downstream",
                      vr_check_direction(end->index));
    if (is_through(end->run, !end->index) &&
        vr_control_upstream(&end->in, &msg) != VR_CHECK_ANSWER)
        vr_check_fail(end->run, VR_CHECK_CONTROL, "%s, not passed upstream",
                      vr_check_direction(!end->index));
}

/* What the link is like to which an end sends, or from which it takes. */
static int print_link(char *text, size_t size, const char *name,
                      const struct vr_producer *out, size_t left)
{
    static const char *const states[] = {"not joined", "open", "over"};

    return snprintf(text, size, "; %s: %s, window %llu, need %zu, %zu left%s",
                    name, states[out->state],
                    (unsigned long long)vr_link_window(out), out->need, left,
                    out->paused ? ", paused" : "");
}

void vr_check_note_rest(struct vr_check_run *run)
{
    static const char *const names[2][2] = {
        {"from the wire", "to the program"},
        {"from the program", "to the wire"}};
    char *text = run->rest;
    size_t size = sizeof(run->rest), used;

    (void)vr_chain_describe(&run->chain, text, size);
    used = strlen(text);
    for (int dir = 0; dir < 2; dir++) {
        const struct vr_check_end *from = &run->ends[dir];
        const struct vr_check_end *to = &run->ends[!dir];
        if (used < size)
            used += (size_t)print_link(text + used, size - used, names[dir][0],
                                       &from->out, from->arrived - from->sent);
        if (used < size && to->in.from)
            used += (size_t)print_link(text + used, size - used, names[dir][1],
                                       to->in.from, to->left_len);
    }
}

void vr_check_end_tick(struct vr_check_end *end)
{
    const struct vr_check_run *run = end->run;

    if (run->calm)
        end->stalls = false;
    if (!vr_check_is_closed(run))
        vr_check_tick_source(end);
    if (!vr_check_is_closed(run))
        vr_check_tick_sink(end);
    if (!vr_check_is_closed(run))
        ask_around(end);
}

/* One that was to enter, and gave up, is not there any more. */
static void on_close(struct vr_element *element)
{
    struct vr_check_run *run =
        vr_container_of(element, struct vr_check_end, element)->run;

    run->gave_up = run->subject && !run->subject->chain;
}

void vr_check_end_init(struct vr_check_end *end, struct vr_check_run *run,
                       int index)
{
    static const struct vr_element_ops ops = {.name = "check",
                                              .close = on_close};
    const struct vr_check_plan *plan = run->plan;

    *end = (struct vr_check_end){.run = run,
                                 .ends_apart = plan->ends_apart,
                                 .index = index,
                                 .mood = plan->moods[index],
                                 .data = plan->data[index],
                                 .base = plan->base[index],
                                 .len = plan->len[index],
                                 .fate = plan->fates[index],
                                 .stalls = plan->what == VR_TRY_STALL &&
                                           plan->dir != index};
    vr_check_sink_init(end);
    vr_check_source_init(end);
    if (index)
        vr_element_init_program(&end->element, &ops, &end->in, &end->out);
    else
        vr_element_init_wire(&end->element, &ops, &end->in, &end->out);
}
