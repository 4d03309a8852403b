/* SPDX-License-Identifier: MIT */
#include <pthread.h>

struct query {
    const char *name;
};

extern struct query *query;
extern struct vr_promise *promise;
extern struct vr_pending *address;
extern struct vr_value arg;
extern pthread_t thread;

void cancelled(void *arg);
struct vr_result find_address(const char *name);
void free_query(void *query);
