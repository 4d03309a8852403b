/* SPDX-License-Identifier: MIT */
extern struct ssl_ctx_st *ctx;
extern const char *path;
extern struct vr_logger *logger_of_all;
#define logger logger_of_all

int SSL_CTX_use_certificate_chain_file(struct ssl_ctx_st *ctx,
                                       const char *path);
