/* SPDX-License-Identifier: MIT */
/**
 * @file chain.c
 * Joining elements, and ending them together.
 */
#include <vreactor/io/chain.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>

static struct vr_element *element_of(struct vr_list *link)
{
    return vr_container_of(link, struct vr_element, link);
}

static void init_element(struct vr_element *element,
                         const struct vr_element_ops *ops)
{
    *element = (struct vr_element){.ops = ops};
    vr_list_init(&element->link);
}

void vr_element_init_filter(struct vr_element *element,
                            const struct vr_element_ops *ops,
                            struct vr_stage *up, struct vr_stage *down)
{
    init_element(element, ops);
    element->lower = (struct vr_face){.in = &up->in, .out = &down->out};
    element->upper = (struct vr_face){.in = &down->in, .out = &up->out};
}

void vr_element_init_wire(struct vr_element *element,
                          const struct vr_element_ops *ops,
                          struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->upper = (struct vr_face){.in = in, .out = out};
}

void vr_element_init_program(struct vr_element *element,
                             const struct vr_element_ops *ops,
                             struct vr_consumer *in, struct vr_producer *out)
{
    init_element(element, ops);
    element->lower = (struct vr_face){.in = in, .out = out};
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

static void has_closed(struct vr_closing *closing)
{
    struct vr_chain *chain = vr_container_of(closing, struct vr_chain, closing);
    struct vr_end why = chain->why; /* `closed` may free the chain */
    struct vr_list *link;

    if (is_busy(chain)) {
        vr_closing_later(closing, chain->reactor);
        return;
    }
    while ((link = vr_list_pop(&chain->elements))) {
        struct vr_element *element = element_of(link);
        element->chain = NULL;
        if (element->ops->fini)
            element->ops->fini(element);
    }
    if (chain->closed)
        chain->closed(chain, &why);
}

void vr_chain_init(struct vr_chain *chain, struct vr_reactor *reactor,
                   vr_chain_closed_fn *closed)
{
    *chain = (struct vr_chain){.reactor = reactor, .closed = closed};
    chain->closing.closed = has_closed;
    vr_list_init(&chain->elements);
    vr_list_init(&chain->closing.link);
}

/* ---- joining ---- */

static bool faces_fit(const struct vr_face *below, const struct vr_face *above)
{
    return below->in && below->out && above->in && above->out;
}

static void part(struct vr_face *face)
{
    if (face->out)
        vr_detach(face->out);
    if (face->in && face->in->from)
        vr_detach(face->in->from);
}

/* Downwards first: who is greeted from below can answer at once. */
static int join(struct vr_element *below, struct vr_element *above)
{
    if (!faces_fit(&below->upper, &above->lower))
        return -EINVAL;

    int err = vr_attach(above->lower.out, below->upper.in);
    if (err)
        return err;
    if (below->chain->is_closed)
        return 0; /* by a hook, and parted by that */

    err = vr_attach(below->upper.out, above->lower.in);
    if (err)
        vr_detach(above->lower.out);
    return err;
}

static void let_go(struct vr_element *element)
{
    part(&element->lower);
    vr_list_remove(&element->link);
    element->chain = NULL;
}

static int add_one(struct vr_chain *chain, struct vr_element *element)
{
    if (element->chain)
        return -EBUSY;
    if (chain->is_closed)
        return -VR_ECLOSED;

    struct vr_list *below = chain->elements.prev;
    int err = 0;

    /* It is in before it is joined: a hook may close the chain. */
    element->chain = chain;
    vr_list_append(&chain->elements, &element->link);
    if (below != &chain->elements)
        err = join(element_of(below), element);
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
        return -VR_ECLOSED; /* by a hook of the last one */
    if (!err || chain->is_closed)
        return err; /* what is in a closed chain ends with it */

    count--; /* the one that failed is not in */
    while (count-- > 0)
        let_go(elements[count]);
    return err;
}

static struct vr_stage *up_stage(struct vr_element *filter)
{
    return vr_container_of(filter->lower.in, struct vr_stage, in);
}

static struct vr_stage *down_stage(struct vr_element *filter)
{
    return vr_container_of(filter->upper.in, struct vr_stage, in);
}

/* A direction that is over needs no stage any more. */
static int insert_stage(struct vr_producer *out, struct vr_stage *stage)
{
    return out->state == VR_LINK_OVER ? 0 : vr_insert(out, stage);
}

/* Both links of a stage that holds nothing are open, or both are over. */
static bool is_removable(const struct vr_stage *stage)
{
    const struct vr_producer *from = stage->in.from;

    return from && stage->out.to && from->state == stage->out.state;
}

static void remove_stage(struct vr_stage *stage)
{
    if (stage->out.state == VR_LINK_OPEN) {
        (void)!vr_remove(stage); /* it was asked before whether it can */
        return;
    }
    vr_detach(stage->in.from);
    vr_detach(&stage->out);
}

int vr_chain_insert(struct vr_element *below, struct vr_element *filter)
{
    struct vr_chain *chain = below->chain;

    if (filter->chain)
        return -EBUSY;
    if (!chain || chain->is_closed)
        return -VR_ECLOSED;
    if (below->link.next == &chain->elements)
        return -ENOTCONN;
    if (!faces_fit(&filter->lower, &filter->upper))
        return -EINVAL;

    /* It is in before it is joined: a hook may close the chain. */
    struct vr_element *above = element_of(below->link.next);
    filter->chain = chain;
    vr_list_insert(&above->link, &filter->link);
    int err = insert_stage(below->upper.out, up_stage(filter));
    if (!err && !chain->is_closed)
        err = insert_stage(above->lower.out, down_stage(filter));
    if (chain->is_closed)
        return -VR_ECLOSED;
    if (err) {
        if (is_removable(up_stage(filter)))
            remove_stage(up_stage(filter));
        vr_list_remove(&filter->link);
        filter->chain = NULL;
    }
    return err;
}

int vr_chain_remove(struct vr_element *filter)
{
    struct vr_chain *chain = filter->chain;

    if (!chain || chain->is_closed ||
        !faces_fit(&filter->lower, &filter->upper) ||
        !is_removable(up_stage(filter)) || !is_removable(down_stage(filter)))
        return -ENOTCONN;

    remove_stage(up_stage(filter));
    if (!chain->is_closed)
        remove_stage(down_stage(filter));
    if (chain->is_closed)
        return -ENOTCONN; /* closed by a hook: it ends with the chain */
    vr_list_remove(&filter->link);
    filter->chain = NULL;
    return 0;
}

/* ---- the end ---- */

void vr_chain_close(struct vr_chain *chain, const struct vr_end *why)
{
    if (chain->is_closed)
        return;

    chain->is_closed = true;
    chain->why = why ? *why : (struct vr_end){.kind = VR_END_LOCAL};
    for (struct vr_list *link = chain->elements.prev; link != &chain->elements;
         link = link->prev) {
        struct vr_element *element = element_of(link);
        part(&element->lower);
        part(&element->upper);
        if (element->ops->close)
            element->ops->close(element);
    }
    vr_closing_later(&chain->closing, chain->reactor);
}
