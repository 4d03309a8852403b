/* SPDX-License-Identifier: MIT */
/**
 * @file test.h
 * How a test of ours is written.
 *
 *     TEST(call, runs_equal_times_first_come_first_served)
 *     {
 *         check_int(vr_list_is_empty(&list), 1);
 *     }
 *
 * Criterion runs it, or, with -DVR_TEST_PLAIN, the small runner in plain.c:
 * under checkers that do not get on with Criterion, and in cross builds.  Both
 * give each test a process of its own and end one that hangs.
 *
 * Every test also fails where it leaves more or fewer descriptors open than it
 * found.  Where the system or the selector lacks what a test is about, the test
 * is skipped, with a word; all are where VR_SELECTOR names a selector that the
 * kernel refuses.  A HEAVY_TEST is left out of runs under slow checkers, which
 * set VR_TEST_LIGHT.
 */
#ifndef VR_TESTS_SUPPORT_TEST_H
#define VR_TESTS_SUPPORT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { TEST_SECONDS = 120 }; /* a hang, not a measure of speed */

/** Fail the running test, saying where and why; does not return. */
_Noreturn void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Leave the running test here, as one that tried nothing, and print "skipped"
 *  and why; does not return.  Descriptors it opened are closed by then. */
_Noreturn void test_skip(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** How many descriptors this process has open. */
int test_open_fds(void);

/** Is this run to leave heavy tests out? */
bool test_light(void);

/** Run @p body between the checks that every test has. */
void test_run(const char *file, int line, void (*body)(void));

#define check(cond)                                                            \
    do {                                                                       \
        if (!(cond))                                                           \
            test_fail(__FILE__, __LINE__, "not so: %s", #cond);                \
    } while (0)

#define check_int(got, want)                                                   \
    do {                                                                       \
        long long got_ = (long long)(got), want_ = (long long)(want);          \
        if (got_ != want_)                                                     \
            test_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_,  \
                      want_);                                                  \
    } while (0)

#define check_str(got, want)                                                   \
    do {                                                                       \
        const char *got_ = (got), *want_ = (want);                             \
        if (!got_ || strcmp(got_, want_) != 0)                                 \
            test_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #got,    \
                      got_ ? got_ : "(null)", want_);                          \
    } while (0)

#define check_mem(got, want, len)                                              \
    do {                                                                       \
        if (memcmp((got), (want), (len)) != 0)                                 \
            test_fail(__FILE__, __LINE__, "%s differs from %s", #got, #want);  \
    } while (0)

#ifdef VR_TEST_PLAIN

/** A test as the plain runner knows it. */
struct test {
    const char *suite;
    const char *name;
    void (*body)(void);
    const char *file;
    int line;
    bool heavy;
    struct test *next;
};

void test_register(struct test *test);

#define TEST_(suite_, name_, heavy_)                                           \
    static void suite_##_##name_##_body(void);                                 \
    __attribute__((constructor)) static void suite_##_##name_##_add(void)      \
    {                                                                          \
        static struct test test_ = {.suite = #suite_,                          \
                                    .name = #name_,                            \
                                    .body = suite_##_##name_##_body,           \
                                    .file = __FILE__,                          \
                                    .line = __LINE__,                          \
                                    .heavy = heavy_};                          \
        test_register(&test_);                                                 \
    }                                                                          \
    static void suite_##_##name_##_body(void)

#else

#include <criterion/criterion.h>

#define TEST_(suite_, name_, heavy_)                                           \
    static void suite_##_##name_##_body(void);                                 \
    Test(suite_, name_, .timeout = TEST_SECONDS)                               \
    {                                                                          \
        if ((heavy_) && test_light())                                          \
            test_skip("too heavy for a slow checker");                         \
        test_run(__FILE__, __LINE__, suite_##_##name_##_body);                 \
    }                                                                          \
    static void suite_##_##name_##_body(void)

#endif

#define TEST(suite, name) TEST_(suite, name, false)
#define HEAVY_TEST(suite, name) TEST_(suite, name, true)

#endif
