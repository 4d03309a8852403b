/* SPDX-License-Identifier: MIT */
/**
 * @file broken_selector.h
 * A selector over poll(2) with one fault, as authors make them, or with none.
 *
 *     broken_by(FAULT_EDGE);
 *     check(vr_selector_check(&broken_selector, NULL) > 0);
 *     broken_by(FAULT_NONE);
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTS_BROKEN_SELECTOR_H
#define VR_TESTS_BROKEN_SELECTOR_H

#include <vreactor/reactor/selectors/selector.h>

/* clang-format off */

/** Call @p X with each fault and the test that is to find it. */
#define FAULTS(X) \
    X(NONE, NULL) \
    /* open and close */ \
    X(OTHER_ENV, "says_what_it_is") \
    X(OTHER_TABLE, "says_what_it_is") \
    X(NO_DEFAULT_ENV, "takes_none_for_the_default_environment") \
    X(INHERITED, "lets_no_child_inherit_its_descriptors") \
    X(KEEPS_MEMORY, "leaves_what_it_watched_open_when_closed") \
    X(KEEPS_DESCRIPTOR, "leaves_what_it_watched_open_when_closed") \
    X(CLOSES_WATCHED, "leaves_what_it_watched_open_when_closed") \
    X(SHARED, "stands_beside_another") \
    X(THREAD_BOUND, "goes_from_one_thread_to_another") \
    X(DIES_WITH_THREAD, "outlives_the_thread_that_made_it") \
    X(FORGETS_ON_FAILURE, "changes_nothing_when_memory_runs_out") \
    /* events */ \
    X(BLIND, "awaits_a_pipe") \
    X(EDGE, "reports_again_what_is_left_unread") \
    X(SIGNED_KEY, "reports_the_key_as_it_was_given") \
    X(OLD_KEY, "reports_the_key_given_last") \
    X(READ_FIRST, "reports_both_events_of_one_descriptor") \
    X(ONE_OF_TWO, "reports_both_events_even_one_at_a_time") \
    X(ADDS_ONLY, "switches_each_event_by_itself") \
    X(ALWAYS_WRITABLE, "does_not_report_a_full_pipe_as_writable") \
    X(FORGETS_TENTH, "agrees_with_poll_at_every_step") \
    X(NOISY, "finds_nothing_when_nothing_is_awaited") \
    X(ONE_PER_FILE, "reports_both_numbers_of_one_file") \
    /* waiting */ \
    X(EARLY, "waits_no_shorter_than_told") \
    X(SHORT_TIMES_ONLY, "takes_any_timeout") \
    X(GIVES_UP, "is_woken_by_another_thread") \
    X(NEVER_FOR_EVER, "waits_for_ever_when_told") \
    X(CUTS_TIMES, "waits_for_ever_when_told") \
    X(FINDS_WITHOUT_ROOM, "finds_nothing_and_does_not_wait_without_room") \
    X(ONE_TOO_MANY, "fills_no_more_than_there_is_room_for") \
    X(DEAD_FD, "shows_in_its_descriptor_what_is_ready") \
    X(UNFAIR, "reports_all_in_turn_when_few_fit") \
    X(KEEPS_LEFT_OVERS, "forgets_what_did_not_fit_and_is_awaited_no_more") \
    X(AT_MOST_256, "finds_all_of_many") \
    /* dropping */ \
    X(KEEPS_DROPPED, "reports_nothing_of_what_was_dropped") \
    X(SPINS_AFTER_DROP, "reports_nothing_of_what_was_dropped") \
    X(DROPS_ANOTHER, "drops_what_was_never_awaited") \
    X(DROPS_ALL, "keeps_the_rest_when_some_are_dropped") \
    X(FIRST_KEY, "starts_afresh_with_a_number_used_again") \
    /* hanging up */ \
    X(SILENT_HANG_UP, "reports_a_hang_up_as_readable") \
    X(READ_HANG_UP, "reports_a_hang_up_as_all_that_is_awaited") \
    X(LOUD_HANG_UP, "keeps_silent_about_a_hang_up_nobody_awaits") \
    X(SPINS_AT_HANG_UP, "keeps_silent_about_a_hang_up_nobody_awaits") \
    X(REFUSES_PIPE, "refuses_or_reports_a_pipe_without_reader") \
    X(URGENT, "does_not_take_urgent_data_for_readable") \
    X(SPINS_WHEN_URGENT, "does_not_take_urgent_data_for_readable") \
    /* what it refuses */ \
    X(TAKES_FILES, "refuses_a_regular_file") \
    X(OTHER_CODE, "refuses_a_number_that_is_not_open") \
    X(NO_HIGH_NUMBERS, "takes_or_refuses_a_high_number") \
    X(REFUSES_NULL, "refuses_or_reports_the_null_device") \
    X(FORGETS_ON_REFUSAL, "goes_on_after_a_refusal") \
    /* slow to find: others find most tests' faults before */ \
    X(BUSY, "sleeps_while_it_waits") \
    X(LATE, "waits_hardly_longer_than_told")

/* clang-format on */

enum fault {
#define FAULT(name, test) FAULT_##name,
    FAULTS(FAULT)
#undef FAULT
        FAULT_COUNT
};

/** Let selectors opened from here on be broken so.  What those before have left
 *  behind is tidied up. */
void broken_by(enum fault fault);

extern const struct vr_selector_ops broken_selector;

#endif
