/* SPDX-License-Identifier: MIT */
#include "http_reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/failure.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/reactor.h>

enum { HTTP_OK = 200 };

static struct http_reply *reply_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct http_reply, connection);
}

/* ---- how it ends ---- */

/* @p text, if there is one, tells more than the code. */
static void finish(struct http_reply *reply, enum vr_end_kind kind, int code,
                   const char *text)
{
    struct vr_failure *cause =
        text ? vr_failure_new(NULL, code, NULL, NULL, "%s", text) : NULL;

    reply->is_complete = kind == VR_END_EOF;
    vr_connection_close(&reply->connection, &(struct vr_end){
                                                .kind = kind,
                                                .stage = VR_STAGE_READ,
                                                .code = code,
                                                .cause = cause,
                                            });
    vr_failure_unref(cause);
}

static void fail(struct http_reply *reply, int code, const char *text)
{
    finish(reply, VR_END_ERROR, code, text);
}

/* ---- the head, line by line ---- */

/* "HTTP/1.1 200", and words behind it. @return the status; -1: it is none */
static int status_in(const char *line)
{
    static const char form[] = "HTTP/d.d ddd";

    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? line[i] < '0' || line[i] > '9'
                           : line[i] != form[i])
            return -1;
    const char *end = line + sizeof(form) - 1;
    return *end && *end != ' ' ? -1 : (int)strtol(end - 3, NULL, 10);
}

static void read_status(struct http_reply *reply, const char *line)
{
    reply->status = status_in(line);
    if (reply->status < 0)
        fail(reply, -VR_EPROTOCOL, "the reply is not HTTP");
    reply->part = HTTP_HEADERS;
}

static void read_length(struct http_reply *reply, const char *text)
{
    char *end;

    errno = 0;
    unsigned long long length = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno)
        fail(reply, -VR_EPROTOCOL, "bad Content-Length");
    else if (length > HTTP_BODY_MAX)
        fail(reply, -VR_ELIMIT, "the body is too long");
    else if (reply->has_length && reply->length != length)
        fail(reply, -VR_EPROTOCOL, "two Content-Lengths");
    reply->has_length = true;
    reply->length = (size_t)length;
}

static void read_header(struct http_reply *reply, const char *line)
{
    const char *colon = strchr(line, ':');
    size_t name = colon ? (size_t)(colon - line) : 0;

    if (!*line) {
        reply->part = HTTP_BODY;
        return;
    }
    if (!colon || ++reply->lines > HTTP_LINES_MAX) {
        fail(reply, -VR_EPROTOCOL, "bad header");
        return;
    }
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    if (name == 14 && !strncasecmp(line, "Content-Length", name))
        read_length(reply, value);
    else if (name == 17 && !strncasecmp(line, "Transfer-Encoding", name))
        fail(reply, -VR_EPROTOCOL, "Transfer-Encoding is not understood");
}

/* @return how many bytes the first line has; 0 if it is not all there yet */
static size_t read_line(struct http_reply *reply, const unsigned char *data,
                        size_t len)
{
    char line[HTTP_LINE_MAX + 1];
    const unsigned char *newline = memchr(data, '\n', len);
    size_t text = newline ? (size_t)(newline - data) : 0;

    if (!newline)
        return 0;
    if (text && data[text - 1] == '\r')
        text--;
    if (text > HTTP_LINE_MAX) {
        fail(reply, -VR_ELIMIT, "a line is too long");
        return 0;
    }
    if (memchr(data, '\0', text)) {
        fail(reply, -VR_EPROTOCOL, "a zero in the head");
        return 0;
    }
    memcpy(line, data, text);
    line[text] = '\0';
    if (reply->part == HTTP_STATUS_LINE)
        read_status(reply, line);
    else
        read_header(reply, line);
    return (size_t)(newline - data) + 1;
}

/* ---- the body ---- */

static size_t read_body(struct http_reply *reply, const unsigned char *data,
                        size_t len)
{
    size_t most = reply->has_length ? reply->length : HTTP_BODY_MAX;
    size_t room = most - reply->body.len;
    size_t take = len < room ? len : room;

    if (vr_buffer_append(&reply->body, data, take))
        fail(reply, -ENOMEM, NULL);
    else if (reply->has_length && reply->body.len == reply->length)
        finish(reply, VR_END_EOF, 0, NULL);
    else if (take < len)
        fail(reply, -VR_ELIMIT, "the body is too long");
    return take;
}

/* ---- the hooks ---- */

static void on_connected(struct vr_connection *connection)
{
    struct http_reply *reply = reply_of(connection);
    const struct url *url = reply->url;
    char request[URL_PATH_SIZE + URL_HOST_SIZE + 64];
    char host[URL_HOST_SIZE + 16];

    url_host_line(url, host, sizeof(host));
    int len = snprintf(request, sizeof(request),
                       "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", url->path, host);
    if (vr_connection_write(connection, request, (size_t)len))
        fail(reply, -ENOMEM, NULL);
}

static size_t on_bytes(struct vr_connection *connection,
                       const struct vr_offer *offer)
{
    struct http_reply *reply = reply_of(connection);
    const struct vr_element *agent = &connection->agent.element;
    size_t used = 0;

    while (reply->part != HTTP_BODY && vr_element_is_open(agent)) {
        size_t line = read_line(reply, offer->data + used, offer->len - used);
        if (!line)
            return used;
        used += line;
    }
    if (vr_element_is_open(agent))
        used += read_body(reply, offer->data + used, offer->len - used);
    return used;
}

static void on_ended(struct vr_connection *connection, const struct vr_end *why)
{
    struct http_reply *reply = reply_of(connection);

    if (!vr_end_is_clean(why)) /* or a line was too long */
        vr_connection_close(connection, why);
    else if (reply->part == HTTP_BODY && !reply->has_length)
        finish(reply, VR_END_EOF, 0, NULL);
    else
        finish(reply, VR_END_TRUNCATED, -VR_ETRUNCATED, "half a reply");
}

static void on_closed(struct vr_connection *connection,
                      const struct vr_end *why)
{
    struct http_reply *reply = reply_of(connection);
    const struct vr_address peer = vr_chain_peer(&connection->chain);

    vr_address_format(&peer, reply->peer, sizeof(reply->peer));
    reply->over(reply, why);
}

const struct vr_connection_ops http_reply_ops = {
    .need = HTTP_LINE_MAX + 2, /* with its end */
    .connected = on_connected,
    .consume = on_bytes,
    .ended = on_ended,
    .closed = on_closed,
};

void http_reply_init(struct http_reply *reply, struct vr_reactor *reactor,
                     const struct url *url,
                     void (*over)(struct http_reply *reply,
                                  const struct vr_end *why))
{
    *reply = (struct http_reply){.url = url, .over = over};
    vr_buffer_init(&reply->body, vr_reactor_env(reactor));
}

/* ---- what became of it ---- */

static int save(struct vr_buffer *body, const char *file)
{
    char block[64 * 1024];
    size_t len;
    FILE *to = fopen(file, "wb");
    if (!to)
        return -errno;

    errno = 0;
    while ((len = vr_buffer_pop(body, block, sizeof(block))))
        if (fwrite(block, 1, len, to) < len)
            break;
    int err = body->len || len ? -(errno ? errno : EIO) : 0;
    if (fclose(to) != 0 && !err)
        err = -errno;
    return err;
}

int http_reply_print(struct http_reply *reply, const struct vr_end *why,
                     const char *file)
{
    size_t len = reply->body.len;
    char text[512];

    if (!reply->is_complete) {
        vr_end_format(why, text, sizeof(text));
        fprintf(stderr, "%s%s%s\n", reply->peer, *reply->peer ? ": " : "",
                text);
        return 1;
    }
    if (reply->status != HTTP_OK) {
        fprintf(stderr, "%s: the server answered with status %d\n", reply->peer,
                reply->status);
        return 1;
    }
    int err = file ? save(&reply->body, file) : 0;
    if (err) {
        fprintf(stderr, "%s: %s (%s)\n", file, vr_strerror(err),
                vr_errname(err));
        return 1;
    }
    printf("received %zu bytes from %s\n", len, reply->peer);
    return 0;
}

void http_reply_fini(struct http_reply *reply)
{
    vr_buffer_clear(&reply->body);
}
