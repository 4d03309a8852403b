/* SPDX-License-Identifier: MIT */
/**
 * @file switch_notes.h
 * What checkers are told of stacks, and asked: AddressSanitizer,
 * ThreadSanitizer and valgrind.  Internal; the one file that knows how, and
 * empty without them.
 *
 * A switch is noted in two halves: before it by the stack that is left, after
 * it by the stack that goes on.  All is inlined: ThreadSanitizer follows calls,
 * and must find each on the stack where it began.
 */
#ifndef VR_PENDING_SWITCH_NOTES_H
#define VR_PENDING_SWITCH_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VR_NOTES_ASAN
#endif
#if __has_feature(thread_sanitizer)
#define VR_NOTES_TSAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define VR_NOTES_ASAN
#endif
#ifdef __SANITIZE_THREAD__
#define VR_NOTES_TSAN
#endif

#ifdef VR_NOTES_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef VR_NOTES_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#ifdef HAVE_VALGRIND_VALGRIND_H
#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>
#endif

#define VR_NOTE static inline __attribute__((always_inline))

/** What checkers are to know of a coroutine and of its resumer. */
struct vr_notes {
    const void *low; /**< its stack */
    size_t size;
    const void *outer_low; /**< the one it goes back to */
    size_t outer_size;
    void *fake, *outer_fake; /**< frames that AddressSanitizer moved away */
    void *fiber, *outer_fiber;
};

/** Does one look that no memory is used which was given back? */
VR_NOTE bool vr_note_checks_memory(void)
{
#if defined(VR_NOTES_ASAN) || defined(VR_NOTES_TSAN)
    return true;
#elif defined(HAVE_VALGRIND_VALGRIND_H)
    return RUNNING_ON_VALGRIND;
#else
    return false;
#endif
}

/* ---- stacks ---- */

/** Memory from @p low up to @p high is a stack. @return its number */
VR_NOTE unsigned vr_note_stack(void *low, void *high)
{
#ifdef HAVE_VALGRIND_VALGRIND_H
    return VALGRIND_STACK_REGISTER(low, high);
#else
    (void)low;
    (void)high;
    return 0;
#endif
}

/** It is no more. */
VR_NOTE void vr_note_no_stack(unsigned number)
{
#ifdef HAVE_VALGRIND_VALGRIND_H
    VALGRIND_STACK_DEREGISTER(number);
#else
    (void)number;
#endif
}

/** Nobody stands on a stack: it is but memory, and may be looked at. */
VR_NOTE void vr_note_memory(void *low, void *high)
{
    size_t size = (size_t)((char *)high - (char *)low);

#ifdef VR_NOTES_ASAN
    __asan_unpoison_memory_region(low, size);
#endif
#ifdef HAVE_VALGRIND_VALGRIND_H
    (void)VALGRIND_MAKE_MEM_DEFINED(low, size);
#else
    (void)low;
    (void)size;
#endif
}

/* ---- switches ---- */

/** A coroutine will run on the stack from @p low up to @p high. */
VR_NOTE void vr_note_begin(struct vr_notes *notes, void *low, void *high)
{
    notes->low = low;
    notes->size = (size_t)((char *)high - (char *)low);
#ifdef VR_NOTES_TSAN
    notes->fiber = __tsan_create_fiber(0);
#endif
}

/** It has ended, and was left. */
VR_NOTE void vr_note_end(struct vr_notes *notes)
{
#ifdef VR_NOTES_TSAN
    __tsan_destroy_fiber(notes->fiber);
#else
    (void)notes;
#endif
}

/** Whoever runs resumes the coroutine next. */
VR_NOTE void vr_note_resume(struct vr_notes *notes)
{
#ifdef VR_NOTES_ASAN
    __sanitizer_start_switch_fiber(&notes->outer_fake, notes->low, notes->size);
#endif
#ifdef VR_NOTES_TSAN
    notes->outer_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(notes->fiber, 0);
#endif
    (void)notes;
}

/** The coroutine was resumed. */
VR_NOTE void vr_note_resumed(struct vr_notes *notes)
{
#ifdef VR_NOTES_ASAN
    __sanitizer_finish_switch_fiber(notes->fake, &notes->outer_low,
                                    &notes->outer_size);
#endif
    (void)notes;
}

/** The coroutine waits next. */
VR_NOTE void vr_note_wait(struct vr_notes *notes)
{
#ifdef VR_NOTES_ASAN
    __sanitizer_start_switch_fiber(&notes->fake, notes->outer_low,
                                   notes->outer_size);
#endif
#ifdef VR_NOTES_TSAN
    __tsan_switch_to_fiber(notes->outer_fiber, 0);
#endif
    (void)notes;
}

/** The coroutine leaves for good next. */
VR_NOTE void vr_note_leave(struct vr_notes *notes)
{
#ifdef VR_NOTES_ASAN
    __sanitizer_start_switch_fiber(NULL, notes->outer_low, notes->outer_size);
#endif
#ifdef VR_NOTES_TSAN
    __tsan_switch_to_fiber(notes->outer_fiber, 0);
#endif
    (void)notes;
}

/** The coroutine was left. */
VR_NOTE void vr_note_left(struct vr_notes *notes)
{
#ifdef VR_NOTES_ASAN
    __sanitizer_finish_switch_fiber(notes->outer_fake, NULL, NULL);
#endif
    (void)notes;
}

#endif
