/* SPDX-License-Identifier: MIT */
/**
 * @file http_reply.c
 * A server answers with any bytes, in any pieces, and ends as it likes, while
 * the connection of examples/http_reply.h listens.  What becomes of it, the
 * status and the body are compared with a reader that has all bytes at once.
 *
 *   reaches examples/http_reply.c: "a line is too long"
 *   reaches examples/http_reply.c: "the reply is not HTTP"
 *   reaches examples/http_reply.c: "a zero in the head"
 *   reaches examples/http_reply.c: "two Content-Lengths"
 *   reaches examples/http_reply.c: "bad Content-Length"
 *   reaches examples/http_reply.c: "Transfer-Encoding is not understood"
 *   reaches examples/http_reply.c: vr_connection_close(connection, why
 *   reaches examples/http_reply.c: used += read_body(
 *   reaches examples/http_reply.c: reply->over(reply, why
 *   reaches examples/http_reply.c: "half a reply"
 */
#include "fuzz/fuzz.h"

#include <errno.h>
#include <strings.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/script.h>

#include "examples/http_reply.h"
#include "fuzz/wire.h"

const char fuzz_target[] = "http_reply";

enum { CUTS = 16, PIECES = 100, LAST_TURNS = 16, REPEAT = 0xfe };
enum { STAYS_OPEN = VR_END_LOCAL };

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct http_reply reply;
static struct vr_end ended;
static bool is_closed;
static uint8_t text[WIRE_MOST];
static size_t text_len;

/* ---- the second reader ---- */

static struct answer {
    int kind, code, status;
    bool has_length;
    size_t length, body; /* where it begins */
} want;

static int fail(int code)
{
    want.kind = VR_END_ERROR;
    want.code = code;
    return -1;
}

static bool has_form(const char *line, const char *form)
{
    for (; *form; form++, line++)
        if (*form == 'd' ? *line < '0' || *line > '9' : *line != *form)
            return false;
    return !*line || *line == ' ';
}

static int read_status(const char *line)
{
    if (!has_form(line, "HTTP/d.d ddd"))
        return fail(-VR_EPROTOCOL);
    want.status = atoi(line + 9);
    return 0;
}

static int read_length(const char *value)
{
    size_t length = 0;

    if (!*value || value[strspn(value, "0123456789")])
        return fail(-VR_EPROTOCOL);
    for (; *value; value++) {
        if (length > SIZE_MAX / 10 - 1)
            return fail(-VR_EPROTOCOL);
        length = length * 10 + (size_t)(*value - '0');
    }
    if (length > HTTP_BODY_MAX)
        return fail(-VR_ELIMIT);
    if (want.has_length && want.length != length)
        return fail(-VR_EPROTOCOL);
    want.has_length = true;
    want.length = length;
    return 0;
}

/* @return 1: it is the last */
static int read_header(char *line, int number)
{
    char *colon = strchr(line, ':');

    if (!*line)
        return 1;
    if (!colon || number > HTTP_LINES_MAX)
        return fail(-VR_EPROTOCOL);
    *colon++ = '\0';
    colon += strspn(colon, " \t");
    if (!strcasecmp(line, "Transfer-Encoding"))
        return fail(-VR_EPROTOCOL);
    return strcasecmp(line, "Content-Length") != 0 ? 0 : read_length(colon);
}

/* @return where the body begins; 0: there is none */
static size_t read_head(void)
{
    size_t at = 0;
    int number = 0, last = 0;

    while (!last) {
        char line[HTTP_LINE_MAX + 1];
        const uint8_t *end = memchr(text + at, '\n', text_len - at);
        size_t len = end ? (size_t)(end - (text + at)) : text_len - at;
        bool with_return = end && len && end[-1] == '\r';
        if (!end && len <= HTTP_LINE_MAX + 1)
            return 0; /* half a line */
        if (len - with_return > HTTP_LINE_MAX)
            return (size_t)(fail(-VR_ELIMIT) + 1);
        memcpy(line, text + at, len - with_return);
        line[len - with_return] = '\0';
        at += len + 1;
        last = strlen(line) < len - with_return ? fail(-VR_EPROTOCOL)
               : !number++                      ? read_status(line)
                                                : read_header(line, number - 1);
        if (last < 0)
            return 0;
    }
    return at;
}

/* @kind is how the server ends. */
static void read_answer(int kind)
{
    want = (struct answer){.kind = kind};
    want.body = read_head();
    if (want.code)
        return;
    size_t there = want.body ? text_len - want.body : 0;
    bool whole = want.body && want.has_length && there >= want.length;
    if (want.has_length && there > want.length)
        text_len = want.body + want.length;
    if (whole)
        want.kind = VR_END_EOF;
    else if (kind == VR_END_EOF && (!want.body || want.has_length))
        want.kind = VR_END_TRUNCATED;
}

/* ---- what became of it ---- */

static void check_body(void)
{
    size_t len = reply.body.len;
    uint8_t *body = malloc(len + !len);

    fuzz_check(body && vr_buffer_pop(&reply.body, body, len) == len);
    fuzz_check(!len || (want.body && len <= text_len - want.body));
    fuzz_check(!memcmp(body, text + want.body, len));
    fuzz_check(want.kind != VR_END_EOF || len == text_len - want.body);
    free(body);
}

static void check_answer(bool failing)
{
    if (failing && vr_end_code(&ended) == -ENOMEM)
        return;
    if (want.code)
        fuzz_check(ended.code == want.code);
    else
        fuzz_check((int)ended.kind == want.kind);
    if (want.body || reply.part == HTTP_BODY) {
        fuzz_check(reply.status == want.status);
        check_body();
    }
}

/* ---- a run ---- */

static void look(const struct vr_offer *offer, size_t took)
{
    static const char request[] = "GET /p HTTP/1.0\r\nHost: h:80\r\n\r\n";

    fuzz_check(took == offer->len && took == sizeof(request) - 1);
    fuzz_check(!memcmp(offer->data, request, took));
}

static void turn(bool failing)
{
    fuzz_check(!vr_reactor_turn(reactor, 0) || failing);
}

static void on_over(struct http_reply *over, const struct vr_end *why)
{
    (void)over;
    vr_end_keep(&ended, why);
    is_closed = true;
}

static void set_up(void)
{
    static const struct url url = {.host = "h", .port = 80, .path = "/p"};

    vr_test_env_init(&test, 0);
    vr_test_script_init(&script, &test);
    fuzz_check(!vr_test_script_reactor(&script, NULL, &reactor));
    wire =
        (struct wire){.window = VR_UNLIMITED, .most = SIZE_MAX, .look = look};
    wire_init(reactor);
    http_reply_init(&reply, reactor, &url, on_over);
    is_closed = false;
    vr_connection_join(&reply.connection, reactor, &wire.element,
                       &http_reply_ops);
    vr_greet(&wire.writer.out);
    turn(false);
}

/* As it is, but for 0xfe, a byte, and how often, in 32, that comes. */
static void take_text(struct fuzz_input *in)
{
    text_len = 0;
    while (!fuzz_done(in) && text_len < WIRE_MOST) {
        uint8_t byte = fuzz_byte(in);
        size_t times = 1;
        if (byte == REPEAT) {
            byte = fuzz_byte(in);
            times = 32 * (size_t)fuzz_byte(in);
        }
        if (times > WIRE_MOST - text_len)
            times = WIRE_MOST - text_len;
        memset(text + text_len, byte, times);
        text_len += times;
    }
}

/* Pieces as long as the cuts say, in turn; one of 0, and all behind the first
 * hundred, have 4 096. */
static void send_text(const uint8_t *cuts, size_t count, bool failing)
{
    size_t at = 0;

    for (size_t i = 0; at < text_len; i++) {
        size_t cut = count && i < PIECES ? cuts[i % count] : 0;
        size_t len = cut ? cut : 4096;
        len = len < text_len - at ? len : text_len - at;
        wire_send(text + at, len);
        at += len;
        if (wire.sent_len < at) /* closed, or no memory */
            text_len = wire.sent_len;
        turn(failing);
    }
}

static void end_as(int kind)
{
    if (kind == VR_END_EOF)
        wire_end();
    else if (kind == VR_END_RESET)
        wire_reset();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int kinds[] = {VR_END_EOF, VR_END_RESET, STAYS_OPEN};
    struct fuzz_input in = fuzz_input(data, size);
    int kind = kinds[fuzz_byte(&in) % 3], nth = fuzz_byte(&in) % 16;
    size_t count;
    const uint8_t *cuts = fuzz_bytes(&in, fuzz_byte(&in) % CUTS, &count);

    set_up();
    take_text(&in);
    vr_test_fail_allocation(&test, nth, 1);
    send_text(cuts, count, nth > 0);
    end_as(kind);
    for (int i = 0; i < LAST_TURNS && !is_closed; i++)
        turn(nth > 0);
    vr_test_fail_allocation(&test, 0, 0);
    vr_connection_close(&reply.connection, NULL);
    turn(false);
    fuzz_check(is_closed);
    read_answer(kind);
    check_answer(nth > 0);
    http_reply_fini(&reply);
    vr_end_drop(&ended);
    fuzz_check(!vr_reactor_free(reactor));
    fuzz_check(!vr_test_blocks(&test));
    return 0;
}
