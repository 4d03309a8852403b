/* SPDX-License-Identifier: MIT */
/**
 * @file dump.c
 * A deferred in words.
 */
#include <vreactor/pending/pending.h>

#include <vreactor/base/err.h>
#include <vreactor/base/text.h>
#include <vreactor/pending/pending_impl.h>

static const char *state_word(const struct vr_pending *pending)
{
    static const char *const words[] = {
        [VR_PENDING_NEW] = "not fired",
        [VR_PENDING_CANCELLING] = "being cancelled",
        [VR_PENDING_CANCELLED] = "cancelled",
        [VR_PENDING_FIRED] = "fired",
    };

    return pending->result.pending ? "waiting" : words[pending->state];
}

static const char *step_word(const struct vr_step *step)
{
    if (step->failback == vr_step_both)
        return "both";
    if (step->callback && step->failback)
        return "then";
    return step->callback ? "callback" : "failback";
}

static void add_steps(struct vr_text *text, const struct vr_steps *steps)
{
    const struct vr_step *step = steps->items + steps->first;

    vr_text_add(text, ", %u step%s", steps->count,
                steps->count == 1 ? "" : "s");
    for (size_t i = 0; i < steps->count; i++)
        vr_text_add(text, "%s%s", i ? ", " : ": ", step_word(&step[i]));
}

static void add_line(struct vr_text *text, const struct vr_pending *pending)
{
    const struct vr_failure *failure = pending->result.failure;

    vr_text_add(text, "%s", pending->file);
    if (pending->line) /* else it is no file, but words */
        vr_text_add(text, ":%d", pending->line);
    vr_text_add(text, ": %s", state_word(pending));
    if (failure)
        vr_text_add(text, " with %s", vr_errname(failure->code));
    if (pending->body)
        vr_text_add(text, ", coroutine%s", pending->body->name ? " " : "");
    if (pending->body && pending->body->name)
        vr_text_add_words(text, pending->body->name);
    if (pending->calls)
        vr_text_add(text, ", running");
    if (pending->pauses)
        vr_text_add(text, ", paused %u time%s", pending->pauses,
                    pending->pauses == 1 ? "" : "s");
    add_steps(text, &pending->steps);
    vr_text_add(text, "\n");
}

size_t vr_pending_dump(const struct vr_pending *pending, char *buf, size_t size)
{
    struct vr_text text = vr_text_in(buf, size);

    for (; pending; pending = pending->result.pending)
        add_line(&text, pending);
    return text.len;
}
