/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_log.c
 * Tests of io/filter/tls_log.h.
 */
#include <vreactor/io/filter/tls_log.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <vreactor/log/log.h>

#include "tests/log/recorder.h"
#include "tests/support/test.h"

static struct vr_logger logger;
static struct recorder recorder;

static void set_up(void)
{
    ERR_clear_error();
    vr_logger_init(&logger, NULL, "p");
    recorder_init(&recorder);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

static void tear_down(void)
{
    check(ERR_peek_error() == 0);
    vr_logger_fini(&logger);
}

static void read_no_certificate(void)
{
    BIO *empty = BIO_new_mem_buf("", 0);

    check(PEM_read_bio_X509(empty, NULL, NULL, NULL) == NULL);
    BIO_free(empty);
}

TEST(tls_log, tells_what_openssl_says_behind_the_text)
{
    set_up();
    read_no_certificate();

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "certificate %s", "x"),
              1);

    check_str(recorder.text, "40 p certificate x: error:0480006C:PEM routines::"
                             "no start line: Expecting: CERTIFICATE;");
    tear_down();
}

/* Numbers of a library that has no words for them. */
static void raise(int reason)
{
    ERR_raise(ERR_LIB_USER, reason);
}

TEST(tls_log, is_an_entry_for_each_error_in_the_order_they_came)
{
    set_up();
    raise(1);
    ERR_raise_data(ERR_LIB_USER, 2, "because of %d", 7);

    check_int(vr_tls_log_errors(&logger, VR_LOG_WARN, "a"), 2);

    check_str(recorder.text, "30 p a: error:40000001:lib(128)::reason(1);"
                             "30 p a: error:40000002:lib(128)::reason(2): "
                             "because of 7;");
    tear_down();
}

TEST(tls_log, says_where_an_error_was_raised_as_attributes)
{
    set_up();
    raise(1);

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 1);

    check_int(recorder.attr_count, 4);
    check_str(recorder.attrs[0].key, "code");
    check_int(recorder.attrs[0].number, 0x40000001);
    check_str(recorder.attrs[1].key, "func");
    check_str(recorder.attrs[1].text, "raise");
    check_str(recorder.attrs[2].key, "file");
    check(recorder.attrs[2].text && *recorder.attrs[2].text);
    check_str(recorder.attrs[3].key, "line");
    check(recorder.attrs[3].number > 0);
    tear_down();
}

TEST(tls_log, leaves_out_what_openssl_does_not_know)
{
    set_up();
    ERR_new();
    ERR_set_error(ERR_LIB_USER, 1, NULL);

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 1);

    check_int(recorder.attr_count, 1);
    tear_down();
}

TEST(tls_log, says_nothing_where_there_is_no_error)
{
    set_up();
    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 0);
    check_int(recorder.count, 0);
    tear_down();
}

TEST(tls_log, leaves_no_error_that_nobody_wants)
{
    set_up();
    raise(1);
    check_int(vr_tls_log_errors(NULL, VR_LOG_ERROR, "a"), 1);
    check(ERR_peek_error() == 0);

    vr_logger_set_level(&logger, VR_LOG_ERROR);
    raise(1);
    raise(2);
    check_int(vr_tls_log_errors(&logger, VR_LOG_WARN, "a"), 2);
    check_int(recorder.count, 0);
    tear_down();
}

/* A wide character that the locale has not fails vsnprintf(), with EILSEQ. */
TEST(tls_log, leaves_errno_alone_and_shows_a_format_that_fails)
{
    set_up();
    raise(1);
    errno = EXDEV;

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "%ls", L"\x2603"), 1);

    check_int(errno, EXDEV);
    check_str(recorder.text, "40 p %ls: error:40000001:lib(128)::reason(1);");
    tear_down();
}

TEST(tls_log, cuts_data_that_is_long)
{
    char data[1000];
    set_up();
    memset(data, 'x', sizeof(data) - 1);
    data[sizeof(data) - 1] = '\0';
    ERR_raise_data(ERR_LIB_USER, 1, "%s", data);

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 1);

    check_int(recorder.longest,
              strlen("a: error:40000001:lib(128)::reason(1): ") + 255);
    tear_down();
}

/* ---- others who make errors ---- */

static void raise_another(struct vr_log_watcher *watcher,
                          const struct vr_log_entry *entry)
{
    (void)watcher;
    (void)entry;
    raise(3);
}

TEST(tls_log, ends_even_where_a_watcher_makes_an_error_of_each)
{
    struct vr_log_watcher watcher;
    set_up();
    vr_log_watcher_init(&watcher, raise_another);
    check_int(vr_logger_attach(&logger, &watcher), 0);
    raise(1);

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), ERR_NUM_ERRORS);

    ERR_clear_error();
    tear_down();
}

static void *log_none(void *arg)
{
    (void)arg;
    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 0);
    return NULL;
}

TEST(tls_log, takes_no_error_of_another_thread)
{
    pthread_t thread;
    set_up();
    raise(1);

    check_int(pthread_create(&thread, NULL, log_none, NULL), 0);
    check_int(pthread_join(thread, NULL), 0);

    check_int(vr_tls_log_errors(&logger, VR_LOG_ERROR, "a"), 1);
    tear_down();
}
