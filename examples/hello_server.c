/* SPDX-License-Identifier: MIT */
#include "hello_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <vreactor/base/container_of.h>

struct guest {
    struct vr_connection connection;
    unsigned long long body; /* bytes still to come, and to be dropped */
    size_t seen;             /* bytes of a head that is not all there yet */
    bool is_asking;          /* there are some */
    bool is_last;            /* no request is taken behind the next */
    bool is_over;            /* it has its last answer */
};

/* What a head says. */
struct request {
    bool is_bad;
    bool is_head;       /* asks for the head of an answer alone */
    bool goes_on;       /* another request may follow */
    const char *length; /* Content-Length; NULL: none was given */
    unsigned long long body;
};

/* ---- the head ---- */

static void read_length(struct request *request, const char *value)
{
    char *end;

    errno = 0;
    request->body = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno ||
        (request->length && strcmp(request->length, value) != 0))
        request->is_bad = true;
    request->length = value;
}

/* A line that others would read as another one is bad. */
static void read_header(struct request *request, char *line)
{
    char *value = line + strcspn(line, ": \t");
    if (*value != ':') {
        request->is_bad = true;
        return;
    }

    *value++ = '\0';
    value += strspn(value, " \t");
    if (!strcasecmp(line, "Content-Length"))
        read_length(request, value);
    else if (!strcasecmp(line, "Transfer-Encoding"))
        request->is_bad = true;
    else if (!strcasecmp(line, "Connection"))
        request->goes_on =
            !strcasecmp(value, "keep-alive") ||
            (request->goes_on && strcasecmp(value, "close") != 0);
}

/* "GET /path HTTP/1.1" */
static void read_first_line(struct request *request, const char *line)
{
    const char *version = strrchr(line, ' ');

    request->is_head = !strncmp(line, "HEAD ", 5);
    request->goes_on = version && !strcmp(version, " HTTP/1.1");
    request->is_bad =
        !version || (!request->goes_on && strcmp(version, " HTTP/1.0") != 0);
}

/* @head has lines, the last of which is empty, and is cut into them. */
static struct request read_head(char *head)
{
    struct request request = {.is_bad = false};
    char *line = head, *end = strstr(line, "\r\n");

    *end = '\0';
    read_first_line(&request, line);
    for (line = end + 2; (end = strstr(line, "\r\n")) != line; line = end + 2) {
        *end = '\0';
        read_header(&request, line);
    }
    return request;
}

/* No byte but a tab and the ends of lines controls anything: others take a lone
 * "\n" or "\r" for such an end. */
static bool is_plain(const char *head, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)head[i];
        if (byte == '\r' && head[i + 1] == '\n')
            i++;
        else if ((byte < ' ' && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

/* @return how many bytes it has; 0: it is not all there yet
 * @param seen  so many were looked at before, and do not end one */
static size_t head_len(const unsigned char *data, size_t len, size_t seen)
{
    for (size_t i = seen; i + 4 <= len && i + 4 <= HELLO_HEAD_MAX; i++)
        if (!memcmp(data + i, "\r\n\r\n", 4))
            return i + 4;
    return 0;
}

/* ---- the answer ---- */

static const char words[] = "Hello from an agent of ours.\r\n";

static void answer(struct guest *guest, const struct request *request)
{
    char text[256];
    bool has_body = !request->is_head && !request->is_bad;
    bool goes_on = request->goes_on && !request->is_bad && !guest->is_last;

    int len = snprintf(text, sizeof(text),
                       "HTTP/1.1 %s\r\n"
                       "Content-Type: text/plain\r\n"
                       "Content-Length: %zu\r\n"
                       "Connection: %s\r\n"
                       "\r\n"
                       "%s",
                       request->is_bad ? "400 Bad Request" : "200 OK",
                       request->is_bad ? 0 : sizeof(words) - 1,
                       goes_on ? "keep-alive" : "close", has_body ? words : "");
    guest->body = request->body;
    guest->is_over = !goes_on;
    if (vr_connection_write(&guest->connection, text, (size_t)len))
        vr_connection_close(&guest->connection, NULL);
    else if (guest->is_over)
        vr_connection_finish(&guest->connection);
}

/* @return how many bytes the request's head has, or an empty line before it,
 * which some clients send behind a body; 0: the socket keeps what is there for
 * us.  A head longer than our need breaks the link. */
static size_t take_head(struct guest *guest, const unsigned char *data,
                        size_t len)
{
    char head[HELLO_HEAD_MAX + 1];
    guest->is_asking = false;
    if (len >= 2 && !memcmp(data, "\r\n", 2))
        return 2;

    size_t used = head_len(data, len, guest->seen);
    guest->seen = used || len < 4 ? 0 : len - 3;
    guest->is_asking = !used;
    if (!used)
        return 0;

    memcpy(head, data, used);
    head[used] = '\0';
    struct request request = {.is_bad = true};
    if (is_plain(head, used))
        request = read_head(head);
    answer(guest, &request);
    return used;
}

/* @return how many bytes were taken */
static size_t take(struct guest *guest, const unsigned char *data, size_t len)
{
    if (!guest->body)
        return take_head(guest, data, len);

    size_t part = guest->body < len ? (size_t)guest->body : len;
    guest->body -= part;
    return part;
}

/* ---- the hooks ---- */

static struct guest *guest_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct guest, connection);
}

static size_t on_bytes(struct vr_connection *connection,
                       const struct vr_offer *offer)
{
    struct guest *guest = guest_of(connection);
    size_t used = 0, part = 1;

    for (; part && used < offer->len && !guest->is_over; used += part)
        part = take(guest, offer->data + used, offer->len - used);
    return used;
}

/* Who has begun to ask gets an answer, the last one. */
static void on_finish(struct vr_connection *connection)
{
    struct guest *guest = guest_of(connection);

    guest->is_last = true;
    if (!guest->is_asking)
        vr_connection_finish(connection);
}

/* ---- the server ---- */

const struct vr_server_ops hello_server_ops = {
    .connection = {.need = HELLO_HEAD_MAX, .consume = on_bytes},
    .finish = on_finish,
};

const struct vr_server_options hello_server_options = {
    .size = sizeof(hello_server_options),
    .connection_size = sizeof(struct guest),
    .drain_time = 10 * VR_SEC,
};

int hello_server_open(struct vr_server *server, struct vr_reactor *reactor,
                      struct vr_address *place)
{
    int err = place->len ? 0 : vr_address_ip(NULL, "127.0.0.1", 0, place);

    if (!err)
        err = vr_server_open(server, reactor, place, &hello_server_options,
                             &hello_server_ops);
    if (!err)
        *place = *vr_server_local(server);
    return err;
}
