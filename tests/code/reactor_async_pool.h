/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

struct digest;

extern struct vr_pool *pool;
extern struct vr_pool_group *group;
extern struct vr_pending *hashed;
extern struct vr_value value;
extern void *file;

struct vr_result fn(struct vr_job *job, struct vr_value value);
struct digest *digest_new(void);
bool digest_some(struct digest *digest, void *file);
void digest_free(void *digest);
void close_file(void *file);
struct vr_result on_digest(void *arg, struct vr_value value);
struct vr_result on_no_digest(void *arg, struct vr_failure *why);
