/* SPDX-License-Identifier: MIT */
/**
 * @file log_text.c
 * Entries of any bytes become lines and objects of JSON by log/format.h.  A
 * second reader, of the rules in that header, reads each line back: it is
 * UTF-8, one line, safe for a terminal, and says just what the entry does,
 * also where there is no room for all of it.
 *
 *   reaches base/text.c: return code >= least[length] && code <= 0x10ffff &&
 *   reaches base/text.c: PRIx32, code);
 *   reaches log/format.c: vr_log_put_text(line, escape);
 *   reaches log/format.c: put_quoted(line, text);
 *   reaches log/format.c: put_quoted(line, word);
 *   reaches log/format.c: (void)snprintf(text, sizeof(text), "%04d
 *   reaches log/json.c: vr_log_put_code(line, (unsigned char)byte);
 *   reaches log/json.c: vr_log_put_code(line, code);
 *   reaches log/json.c: put_number(line, (int64_t)entry->missed);
 */
#include "fuzz/fuzz.h"

#include <errno.h>

#include <vreactor/base/end.h>
#include <vreactor/base/failure.h>
#include <vreactor/log/entry.h>
#include <vreactor/log/format.h>

#include "fuzz/utf8.h"

const char fuzz_target[] = "log_text";

enum { ATTRS = 3, TEXTS = 2 + 2 * ATTRS, LONGEST_PIECE = 96 };

/* ---- the entry ---- */

static char *texts[TEXTS];
static int text_count;

/* In memory of its own, so that what is read behind it is seen. */
static const char *take_text(struct fuzz_input *in, size_t most)
{
    size_t len;
    const uint8_t *bytes = fuzz_bytes(in, most, &len);
    char *room = calloc(1, len + 1), *text;

    fuzz_check(room);
    if (len)
        memcpy(room, bytes, len);
    text = strdup(room);
    free(room);
    fuzz_check(text);
    texts[text_count++] = text;
    return text;
}

static void free_texts(void)
{
    while (text_count)
        free(texts[--text_count]);
}

enum { HAS_PREFIX = 1, HAS_ATTRS = 2, HAS_MISSED = 4 };

static struct vr_log_entry take_entry(struct fuzz_input *in,
                                      struct vr_log_attr *attrs)
{
    unsigned has = fuzz_byte(in);
    unsigned count = has & HAS_ATTRS ? fuzz_below(in, ATTRS + 1) : 0;
    struct vr_log_entry entry = {.level = (int)fuzz_u32(in)};

    entry.when = (vr_time)fuzz_u64(in);
    if (has & HAS_MISSED)
        entry.missed = fuzz_u32(in);
    if (has & HAS_PREFIX)
        entry.prefix = take_text(in, fuzz_byte(in));
    for (unsigned i = 0; i < count; i++) {
        attrs[i].key = take_text(in, fuzz_byte(in));
        if (fuzz_byte(in) % 2)
            attrs[i].text = take_text(in, fuzz_byte(in));
        else
            attrs[i].number = (int64_t)fuzz_u64(in);
    }
    entry.attrs = has & HAS_ATTRS ? attrs : NULL;
    entry.text = take_text(in, in->left);
    return entry;
}

/* ---- as a line ---- */

static void expect_plain(struct reader *reader, const char *text,
                         const char *without)
{
    while (*text) {
        char piece[4];
        fuzz_check(reader->at < reader->end && !strchr(without, *reader->at));
        size_t count = read_piece(reader, piece);
        fuzz_check(!strncmp(text, piece, count));
        text += count;
    }
}

/* What must be in quotes is, and what a quote would end has none. */
static void expect_word(struct reader *reader, const char *word)
{
    if (skip(reader, "\"")) {
        expect_plain(reader, word, "\"");
        expect(reader, "\"");
    } else {
        fuzz_check(*word);
        expect_plain(reader, word, " \"=");
    }
}

static void expect_text(struct reader *reader, const char *text)
{
    if (skip(reader, "\"")) {
        expect_plain(reader, text, "\"");
        expect(reader, "\"");
    } else {
        expect_plain(reader, text, "\"=");
    }
}

static void expect_attrs(struct reader *reader, const struct vr_log_attr *attr)
{
    for (; attr && attr->key; attr++) {
        expect(reader, " ");
        expect_word(reader, attr->key);
        expect(reader, "=");
        if (attr->text)
            expect_word(reader, attr->text);
        else
            expect_number(reader, attr->number);
    }
}

/* Of so many days since 1970: eras of 400 years, which begin in March. */
static void day_of(int64_t day, int *year, int *month, int *ret_day)
{
    int since = (int)day + 719468, of_era = since % 146097;
    int years =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * years + years / 4 - years / 100);
    int march = (5 * of_year + 2) / 153; /* months since then */

    *ret_day = of_year - (153 * march + 2) / 5 + 1;
    *month = march < 10 ? march + 3 : march - 9;
    *year = since / 146097 * 400 + years + (*month <= 2);
}

static int64_t floor_of(int64_t number, int64_t unit)
{
    return number / unit - (number % unit < 0);
}

/* In UTC, as both forms have it. */
static void expect_time(struct reader *reader, vr_time when, bool date,
                        bool json)
{
    int64_t seconds = floor_of(when, VR_SEC), day = floor_of(seconds, 86400);
    vr_time part = when % VR_SEC + (when % VR_SEC < 0 ? VR_SEC : 0);
    int left = (int)(seconds - day * 86400), year, month, number;
    char text[64];

    day_of(day, &year, &month, &number);
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d%c", year, month, number,
                   json ? 'T' : ' ');
    if (date)
        expect(reader, text);
    (void)snprintf(text, sizeof(text), "%02d:%02d:%02d", left / 3600,
                   left / 60 % 60, left % 60);
    expect(reader, text);
    (void)snprintf(text, sizeof(text), ".%06dZ\"", (int)(part / VR_USEC));
    expect(reader, json ? text : " ");
}

/* "20 ", or that with codes round it. */
static void expect_level(struct reader *reader, int level, bool colour)
{
    if (colour) {
        expect(reader, "\x1b[");
        (void)skip(reader, "1;");
        expect(reader, "3");
        reader->at++;
        expect(reader, "m");
    }
    expect_number(reader, level);
    expect(reader, colour ? "\x1b[0m " : " ");
}

static void expect_line(struct reader *reader,
                        const struct vr_log_format *format,
                        const struct vr_log_entry *entry)
{
    if (format->utc)
        expect_time(reader, entry->when, format->date, false);
    else
        reader->at +=
            format->date ? sizeof("2026-11-21 14:03:59") : sizeof("14:03:59");
    expect_level(reader, entry->level, format->colour);
    check_shown(reader->at, (size_t)(reader->end - reader->at));
    if (entry->prefix) {
        expect_text(reader, entry->prefix);
        expect(reader, ": ");
    }
    expect_text(reader, entry->text);
    expect_attrs(reader, entry->attrs);
}

/* ---- as JSON ---- */

/* RFC 8259; what was no UTF-8 is U+FFFD, byte by byte. */
static void expect_string(struct reader *reader, const char *text)
{
    expect(reader, "\"");
    while (*text) {
        size_t length = utf8_length(text, strlen(text)), count;
        const char *want = length ? text : "\xef\xbf\xbd";
        char piece[4];

        fuzz_check(reader->at < reader->end && *reader->at != '"');
        fuzz_check(strncmp(reader->at, "\\x", 2) != 0);
        count = read_piece(reader, piece);
        fuzz_check(count == (length ? length : 3));
        fuzz_check(!memcmp(want, piece, count));
        text += length ? length : 1;
    }
    expect(reader, "\"");
}

static void expect_members(struct reader *reader,
                           const struct vr_log_attr *attrs)
{
    expect(reader, ",\"attrs\":{");
    for (const struct vr_log_attr *attr = attrs; attr->key; attr++) {
        if (attr != attrs)
            expect(reader, ",");
        expect_string(reader, attr->key);
        expect(reader, ":");
        if (attr->text)
            expect_string(reader, attr->text);
        else
            expect_number(reader, attr->number);
    }
    expect(reader, "}");
}

static void expect_json(struct reader *reader, const struct vr_log_entry *entry)
{
    check_shown(reader->at, (size_t)(reader->end - reader->at));
    expect(reader, "{\"time\":\"");
    expect_time(reader, entry->when, true, true);
    expect(reader, ",\"level\":");
    expect_number(reader, entry->level);
    if (entry->prefix) {
        expect(reader, ",\"prefix\":");
        expect_string(reader, entry->prefix);
    }
    expect(reader, ",\"text\":");
    expect_string(reader, entry->text);
    if (entry->attrs && entry->attrs->key)
        expect_members(reader, entry->attrs);
    if (entry->missed) {
        expect(reader, ",\"missed\":");
        expect_number(reader, (int64_t)entry->missed);
    }
    expect(reader, "}");
}

/* ---- cut ---- */

/* Is @kept where a character or an escape ends? */
static bool is_whole(const char *line, size_t len, size_t kept)
{
    size_t at = 0;

    while (at < kept)
        at += line[at] == '\x1b' ? strcspn(line + at, "m") + 1
                                 : piece_length(line + at, len - at);
    return at == kept;
}

static void check_cut(const struct vr_log_format *format,
                      const struct vr_log_entry *entry, const char *line,
                      size_t len, size_t size)
{
    char *room = malloc(size + !size);

    fuzz_check(room);
    fuzz_check(vr_log_format_entry(format, entry, room, size) == len);
    if (size) {
        size_t kept = strnlen(room, size);
        fuzz_check(kept < size && !memcmp(room, line, kept));
        fuzz_check(kept == len || kept + LONGEST_PIECE >= size);
        fuzz_check(is_whole(line, len, kept));
    }
    free(room);
}

/* ---- the end of a connection, which stands in a log, too ---- */

static void try_end(struct fuzz_input *in)
{
    struct vr_failure cause = {.code = -EIO};
    struct vr_end end = {.kind = fuzz_byte(in) % (VR_END_ERROR + 2),
                         .cause = &cause};
    char room[1024];

    end.stage = fuzz_byte(in) % (VR_STAGE_SHUTDOWN + 1);
    end.code = -(int)fuzz_below(in, 200);
    end.after = (vr_time)fuzz_u64(in);
    size_t size = fuzz_below(in, sizeof(room));
    cause.stage = take_text(in, fuzz_byte(in));
    cause.text = take_text(in, in->left);
    size_t len = vr_end_format(&end, room, size);
    if (size) {
        fuzz_check(strlen(room) == len || len >= size);
        check_shown(room, strlen(room));
    }
}

static void try_entry(struct fuzz_input *in, unsigned looks)
{
    static const char *const ends[] = {NULL, "\n", "", "\r\n"};
    struct vr_log_format format = {.json = looks & 1,
                                   .utc = looks & 2,
                                   .date = looks & 4,
                                   .colour = looks & 8,
                                   .eol = ends[looks >> 4 & 3]};
    struct vr_log_attr attrs[ATTRS + 1] = {{0}};
    size_t cut = fuzz_below(in, 600);
    struct vr_log_entry entry = take_entry(in, attrs);
    size_t len = vr_log_format_entry(&format, &entry, NULL, 0);
    char *line = malloc(len + 1);

    fuzz_check(line &&
               vr_log_format_entry(&format, &entry, line, len + 1) == len);
    fuzz_check(strlen(line) == len);
    const char *eol = format.eol ? format.eol : format.json ? "\n" : "\r\n";
    struct reader reader = {line, line + len - strlen(eol)};
    fuzz_check(!strcmp(reader.end, eol));
    if (format.json)
        expect_json(&reader, &entry);
    else
        expect_line(&reader, &format, &entry);
    fuzz_check(reader.at == reader.end);
    check_cut(&format, &entry, line, len, cut);
    check_cut(&format, &entry, line, len, len);
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_input(data, size);
    unsigned looks = fuzz_byte(&in);

    if (looks & 0x80)
        try_end(&in);
    else
        try_entry(&in, looks);
    free_texts();
    return 0;
}
