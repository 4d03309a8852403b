/* SPDX-License-Identifier: MIT */
/**
 * @file libevents.h
 * What tests of our parts over libevent share: its back-ends, and what it says
 * for itself.
 */
#ifndef VR_TESTS_REACTOR_LIBEVENTS_H
#define VR_TESTS_REACTOR_LIBEVENTS_H

#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "tests/support/test.h"

static int libevent_words; /* warnings of libevent's: there should be none */

static inline void note_word(int severity, const char *text)
{
    libevent_words++;
    fprintf(stderr, "libevent says (%d): %s\n", severity, text);
}

/** Have libevent look after its users, which want no descriptor that blocks,
 *  and its warnings counted.  To be called before any base is made. */
static inline void watch_libevent(void)
{
    static bool watched;

    event_set_log_callback(note_word);
    if (!watched)
        event_enable_debug_mode();
    watched = true;
}

/** Leave libevent only the back-end called @p name, as its variables can.
 *  @return false: it has none of that name */
static inline bool choose_backend(const char *name)
{
    bool found = false;

    for (const char **all = event_get_supported_methods(); *all; all++) {
        char variable[32];
        int len = snprintf(variable, sizeof(variable), "EVENT_NO%s", *all);
        for (int i = 0; i < len; i++)
            if (variable[i] >= 'a' && variable[i] <= 'z')
                variable[i] = (char)(variable[i] - 'a' + 'A');
        bool is_it = strcmp(*all, name) == 0;
        found |= is_it;
        check_int(is_it ? unsetenv(variable) : setenv(variable, "1", 1), 0);
    }
    return found;
}

#endif
