/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_none.c
 * A library built without coroutines says so, and awaits what is there.
 */
#include "tests/pending/coroutine_fixture.h"

TEST(coroutine_none, is_not_supported)
{
    struct vr_pending *source = new_pending();

    check_int(vr_await(vr_spawn(coroutine_env(), NULL, await_one, source), NULL,
                       NULL),
              -ENOTSUP);
    check_str(seen.trace, "");
    check(!vr_coroutine_is_running());
    vr_pending_free(source);
    check_all_ended();
}

TEST(coroutine_none, awaits_what_is_there)
{
    struct vr_pending *fired = new_pending();

    check_int(vr_pending_fire(fired, number(1)), 0);
    check_int(await_number(fired), 1);
    check_int(await_number(new_pending()), -EPERM);
    check_all_ended();
}
