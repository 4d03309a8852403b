/* SPDX-License-Identifier: MIT */
/**
 * @file selector_cases.h
 * The tests of vr_selector_check(), each a function vr_case_NAME() in the file
 * of its subject, testing/check_*.c.  Internal.
 *
 * A new test is a line here and its function.  Its name completes a sentence
 * that begins "A selector ...".
 */
#ifndef VR_TESTING_SELECTOR_CASES_H
#define VR_TESTING_SELECTOR_CASES_H

#include <vreactor/testing/trial.h>

/* clang-format off */

/** Call @p X with the name of each, in the order they are run. */
#define VR_SELECTOR_CASES(X) \
    /* check_open.c */ \
    X(says_what_it_is) \
    X(takes_none_for_the_default_environment) \
    X(lets_no_child_inherit_its_descriptors) \
    X(leaves_what_it_watched_open_when_closed) \
    X(changes_nothing_when_memory_runs_out) \
    X(stands_beside_another) \
    X(goes_from_one_thread_to_another) \
    X(outlives_the_thread_that_made_it) \
    /* check_events.c */ \
    X(finds_nothing_when_nothing_is_awaited) \
    X(reports_again_what_is_left_unread) \
    X(reports_the_key_as_it_was_given) \
    X(reports_the_key_given_last) \
    X(reports_both_events_of_one_descriptor) \
    X(reports_both_events_even_one_at_a_time) \
    X(switches_each_event_by_itself) \
    X(does_not_report_a_full_pipe_as_writable) \
    X(reports_both_numbers_of_one_file) \
    X(agrees_with_poll_at_every_step) \
    /* check_wait.c */ \
    X(waits_no_shorter_than_told) \
    X(waits_hardly_longer_than_told) \
    X(sleeps_while_it_waits) \
    X(takes_any_timeout) \
    X(is_woken_by_another_thread) \
    X(waits_for_ever_when_told) \
    X(finds_nothing_and_does_not_wait_without_room) \
    X(fills_no_more_than_there_is_room_for) \
    X(shows_in_its_descriptor_what_is_ready) \
    X(reports_all_in_turn_when_few_fit) \
    X(reports_all_in_turn_one_at_a_time) \
    X(forgets_what_did_not_fit_and_is_awaited_no_more) \
    X(passes_over_nobody_while_others_come_and_go) \
    X(finds_all_of_many) \
    /* check_drop.c */ \
    X(reports_nothing_of_what_was_dropped) \
    X(drops_what_was_never_awaited) \
    X(keeps_the_rest_when_some_are_dropped) \
    X(starts_afresh_with_a_number_used_again) \
    X(forgets_a_dropped_file_that_is_open_elsewhere) \
    /* check_hang_up.c */ \
    X(reports_a_hang_up_as_readable) \
    X(reports_a_hang_up_as_writable) \
    X(reports_a_hang_up_as_all_that_is_awaited) \
    X(reports_the_end_of_a_pipe_as_readable) \
    X(reports_a_pipe_that_lost_its_reader_as_writable) \
    X(refuses_or_reports_a_pipe_without_reader) \
    X(keeps_data_before_a_hang_up_readable) \
    X(reports_half_a_hang_up_as_readable) \
    X(keeps_silent_about_a_hang_up_nobody_awaits) \
    X(reports_a_connection_that_was_reset) \
    X(reports_a_connection_that_was_refused) \
    X(does_not_take_urgent_data_for_readable) \
    /* check_kinds.c */ \
    X(awaits_a_pipe) \
    X(awaits_a_fifo) \
    X(awaits_a_socket) \
    X(awaits_a_datagram_socket) \
    X(awaits_a_listening_socket) \
    X(awaits_a_terminal) \
    X(awaits_an_eventfd) \
    X(awaits_a_selector) \
    X(refuses_a_regular_file) \
    X(refuses_a_directory) \
    X(refuses_or_reports_the_null_device) \
    X(refuses_a_number_that_is_not_open) \
    X(takes_or_refuses_a_high_number) \
    X(goes_on_after_a_refusal)

/* clang-format on */

#define VR_SELECTOR_CASE(name) void vr_case_##name(struct vr_trial *trial);
VR_SELECTOR_CASES(VR_SELECTOR_CASE)
#undef VR_SELECTOR_CASE

#endif
