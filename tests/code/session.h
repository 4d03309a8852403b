/* SPDX-License-Identifier: MIT */
/* A session, as the code of several headers and pages has it. */
enum { SIZE = 1000 };

struct session {
    struct vr_call idle;
    struct vr_chain chain;
    struct vr_connector connector;
    struct vr_socket socket;
    struct vr_agent agent;
    struct vr_stream stream;
    struct vr_watch watch;
    struct vr_filter tls;
    struct vr_pending *greeting;
    char buf[SIZE];
};

extern struct session *session;

struct session *session_new(void);
void session_free(struct session *session);
struct vr_pending *session_ask(struct session *session, const char *question);
struct vr_pending *session_say(struct session *session, const char *text);
struct vr_pending *session_answer(struct session *session, const char *line);
struct vr_pending *session_login(struct session *session);
struct vr_pending *session_connect(struct session *session,
                                   const struct vr_address *peer);
void session_use(struct session *session, const void *one, const void *other);
