/* SPDX-License-Identifier: MIT */
/**
 * @file chain.c
 * Joining elements, and ending them together.
 */
#include <vreactor/io/chain_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link_impl.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

static void init_element(struct vr_element *element,
                         const struct vr_element_ops *ops)
{
    *element = (struct vr_element){.ops = ops};
    vr_list_init(&element->link);
}

void vr_element_init_wire(struct vr_element *element,
                          const struct vr_element_ops *ops,
                          struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->program_side = (struct vr_face){.in = in, .out = out};
}

void vr_element_init_program(struct vr_element *element,
                             const struct vr_element_ops *ops,
                             struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->wire_side = (struct vr_face){.in = in, .out = out};
}

static bool is_busy(const struct vr_chain *chain)
{
    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        struct vr_element *element = element_of(link);
        if (element->ops->is_busy && element->ops->is_busy(element))
            return true;
    }
    return false;
}

static void has_closed(struct vr_chain *chain)
{
    const struct vr_env *env = vr_reactor_env(chain->reactor);
    struct vr_address *peer = vr_chain_long_peer(chain);
    struct vr_end why; /* as peer: `closed` may free the chain */
    struct vr_list *link;

    while ((link = vr_list_pop(&chain->elements))) {
        struct vr_element *element = element_of(link);
        clear_chain(element);
        if (element->ops->fini)
            element->ops->fini(element);
    }
    vr_list_remove(&chain->link);
    vr_end_keep(&why, &chain->why);
    vr_end_drop(&chain->why);
    if (chain->closed)
        chain->closed(chain, &why);
    vr_dealloc(env, peer);
    vr_end_drop(&why);
}

/* ---- all links are over ---- */

/* The element that holds something closes the chain, now or later. */
static void tell_over(struct vr_chain *chain)
{
    static const struct vr_end orderly = {.kind = VR_END_EOF};

    for (struct vr_list *link = chain->elements.next; link != &chain->elements;
         link = link->next) {
        struct vr_element *element = element_of(link);
        if (element->ops->over) {
            element->ops->over(element);
            return;
        }
    }
    vr_chain_close(chain, &orderly);
}

/* From the loop: the chain is closed, or all of its links were over.  After a
 * stop the next run closes it, behind what was due before. */
static void run_closing(struct vr_soon *closing)
{
    struct vr_chain *chain = vr_container_of(closing, struct vr_chain, closing);
    bool is_over = !chain->is_closed && vr_chain_is_over(chain);

    if (is_over && vr_reactor_is_stopping(chain->reactor) &&
        !vr_reactor_is_closed(chain->reactor)) {
        vr_soon_add_pump(closing, chain->reactor);
        return;
    }
    if (is_over)
        tell_over(chain);
    if (!chain->is_closed)
        return;

    vr_soon_cancel(closing); /* what closed it just now added it */
    if (is_busy(chain))
        vr_soon_hold(closing, chain->reactor);
    else
        has_closed(chain);
}

void vr_chain_idle(struct vr_chain *chain)
{
    if (chain->is_closed)
        vr_soon_release(&chain->closing, chain->reactor);
}

void vr_element_idle(struct vr_element *element)
{
    if (element->chain)
        vr_chain_idle(element->chain);
}

void vr_chain_init(struct vr_chain *chain, struct vr_reactor *reactor,
                   vr_chain_closed_fn *closed)
{
    *chain = (struct vr_chain){.reactor = reactor, .closed = closed};
    vr_soon_init(&chain->closing, run_closing);
    vr_list_init(&chain->elements);
    vr_list_init(&chain->link);
}

/* ---- joining ---- */

static void part(struct vr_face *face)
{
    if (face->out)
        vr_link_detach(face->out);
    if (face->in && face->in->from)
        vr_link_detach(face->in->from);
}

/* Outbound first: a program that is greeted can write at once. */
static int join(struct vr_element *before, struct vr_element *after)
{
    if (!faces_fit(&before->program_side, &after->wire_side))
        return -EINVAL;

    int err = vr_link_attach(after->wire_side.out, before->program_side.in);
    if (err)
        return err;
    if (before->chain->is_closed)
        return 0; /* closed by a hook, which undid the link */

    err = vr_link_attach(before->program_side.out, after->wire_side.in);
    if (err)
        vr_link_detach(after->wire_side.out);
    return err;
}

static void cancel_pump(struct vr_face *face)
{
    if (face->out)
        vr_pump_cancel(face->out);
}

static void let_go(struct vr_element *element)
{
    struct vr_chain *chain = element->chain;

    part(&element->wire_side);
    if (element->wire_side.out && element->program_side.out) { /* a filter */
        vr_link_forget_peer(element->wire_side.out);
        vr_link_forget_peer(element->program_side.out);
    }
    cancel_pump(&element->wire_side);
    cancel_pump(&element->program_side);
    vr_list_remove(&element->link);
    clear_chain(element);
    if (!vr_list_is_empty(&chain->elements))
        return;

    vr_list_remove(&chain->link);
    vr_soon_cancel(&chain->closing);
    vr_end_drop(&chain->why); /* what hooks blamed meanwhile */
    vr_chain_forget_peer(chain);
}

static int add_one(struct vr_chain *chain, struct vr_element *element)
{
    if (element->chain)
        return -EBUSY;
    if (chain->is_closed)
        return -VR_ECLOSED;
    if (!vr_is_known(element->ops))
        return -EINVAL;

    struct vr_list *before = chain->elements.prev;
    int err = 0;

    /* It is in before it is joined: a hook may close the chain. */
    set_chain(element, chain);
    vr_list_append(&chain->elements, &element->link);
    if (before == &chain->elements)
        vr_list_append(vr_reactor_chains(chain->reactor), &chain->link);
    else
        err = join(element_of(before), element);
    if (err)
        let_go(element);
    return err;
}

int vr_chain_add(struct vr_chain *chain, struct vr_element *const *elements)
{
    int err = 0;
    size_t count = 0;

    for (; elements[count] && !err; count++)
        err = add_one(chain, elements[count]);
    if (chain->is_closed && !err)
        return -VR_ECLOSED; /* closed by a hook of the last element */
    if (!err || chain->is_closed)
        return err; /* elements of a closed chain end with it */

    count--; /* the one that failed is not in */
    while (count-- > 0)
        let_go(elements[count]);
    return err;
}

/* ---- the end ---- */

static void finish(struct vr_face *face)
{
    part(face);
    if (face->out)
        vr_producer_fini(face->out);
}

/* Are bytes queued outbound?  Then the wire is not to end in order. */
static void note_dropped(struct vr_chain *chain)
{
    uint64_t queued = 0;
    const struct vr_control msg = {.kind = vr_control_queued(),
                                   .data = &queued};

    if (vr_list_is_empty(&chain->elements))
        return;
    struct vr_element *wire = element_of(chain->elements.next);
    if (wire->program_side.in)
        (void)vr_control_upstream(wire->program_side.in, &msg);
    if (queued)
        chain->has_dropped = true;
}

void vr_chain_close(struct vr_chain *chain, const struct vr_end *why)
{
    static const struct vr_end at_will = {.kind = VR_END_LOCAL};

    if (chain->is_closed)
        return;

    chain->is_closed = true;
    if (chain->why.kind == VR_END_NONE)
        vr_end_keep(&chain->why, why ? why : &at_will);
    note_dropped(chain);
    for (struct vr_list *link = chain->elements.prev; link != &chain->elements;
         link = link->prev) {
        struct vr_element *element = element_of(link);
        finish(&element->wire_side);
        finish(&element->program_side);
        if (element->ops->close)
            element->ops->close(element);
    }
    vr_soon_release(&chain->closing, chain->reactor);
}
