/* SPDX-License-Identifier: MIT */
/**
 * @file test_list.c
 * Tests of base/list.h.
 */
#include <vreactor/base/list.h>

#include <vreactor/base/container_of.h>

#include "tests/support/test.h"

struct item {
    char name;
    struct vr_list link;
};

static struct item a, b, c;
static struct vr_list list;

static void set_up(void)
{
    a.name = 'a';
    b.name = 'b';
    c.name = 'c';
    vr_list_init(&list);
    vr_list_init(&a.link);
    vr_list_init(&b.link);
    vr_list_init(&c.link);
}

/* The names in @p head, walked forward, after a walk back that must agree. */
static const char *names(const struct vr_list *head)
{
    static char text[8];
    size_t len = 0, back = 0;

    for (struct vr_list *at = head->prev; at != head; at = at->prev)
        back++;
    for (struct vr_list *at = head->next; at != head; at = at->next)
        text[len++] = vr_container_of(at, struct item, link)->name;
    text[len] = 0;
    check_int(back, len);
    return text;
}

TEST(list, is_empty_at_first)
{
    set_up();

    check(vr_list_is_empty(&list));
    check(!vr_list_pop(&list));
    check_str(names(&list), "");
}

TEST(list, keeps_the_order_of_appending)
{
    set_up();

    vr_list_append(&list, &a.link);
    vr_list_append(&list, &b.link);
    vr_list_append(&list, &c.link);

    check(!vr_list_is_empty(&list));
    check_str(names(&list), "abc");
}

TEST(list, inserts_in_front_of_a_member)
{
    set_up();
    vr_list_append(&list, &a.link);
    vr_list_append(&list, &c.link);

    vr_list_insert(&c.link, &b.link);

    check_str(names(&list), "abc");
}

TEST(list, forgets_a_removed_member)
{
    set_up();
    vr_list_append(&list, &a.link);
    vr_list_append(&list, &b.link);
    vr_list_append(&list, &c.link);

    vr_list_remove(&b.link);

    check_str(names(&list), "ac");
    check(vr_list_is_empty(&b.link));
}

TEST(list, removes_twice_as_if_once)
{
    set_up();
    vr_list_append(&list, &a.link);
    vr_list_append(&list, &b.link);

    vr_list_remove(&a.link);
    vr_list_remove(&a.link);

    check_str(names(&list), "b");
}

TEST(list, pops_first_come_first_served)
{
    set_up();
    vr_list_append(&list, &a.link);
    vr_list_append(&list, &b.link);

    check(vr_list_pop(&list) == &a.link);
    check(vr_list_is_empty(&a.link));
    check(vr_list_pop(&list) == &b.link);
    check(!vr_list_pop(&list));
}

TEST(list, splices_in_order_in_front_of_a_place)
{
    struct vr_list other;
    set_up();
    vr_list_init(&other);
    vr_list_append(&other, &a.link);
    vr_list_append(&other, &b.link);
    vr_list_append(&list, &c.link);

    vr_list_splice(&c.link, &other);

    check_str(names(&list), "abc");
    check(vr_list_is_empty(&other));
}

TEST(list, splices_nothing_of_an_empty_list)
{
    struct vr_list other;
    set_up();
    vr_list_init(&other);
    vr_list_append(&list, &a.link);

    vr_list_splice(&list, &other);

    check_str(names(&list), "a");
    check(vr_list_is_empty(&other));
}
