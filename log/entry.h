/* SPDX-License-Identifier: MIT */
/**
 * @file entry.h
 * A log entry: a text with a level, a time and a prefix, and named values
 * beside it.
 *
 * Threads: any.
 */
#ifndef VR_LOG_ENTRY_H
#define VR_LOG_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

/** Levels with a name.  Any other int is a level too; higher is more severe. */
enum vr_log_level {
    VR_LOG_DEBUG = 10,
    VR_LOG_INFO = 20,
    VR_LOG_WARN = 30,
    VR_LOG_ERROR = 40,
    VR_LOG_CRITICAL = 50,
};

/** A value with a name, for programs that read the log. */
struct vr_log_attr {
    const char *key;
    const char *text; /**< NULL: the value is the number */
    int64_t number;
};

/**
 * Attributes, where vr_log_with() is called; in C++ each with all members:
 *
 *     vr_log_with(&logger, VR_LOG_INFO,
 *                 VR_LOG_ATTRS({"peer", .text = peer}, {"bytes", .number = 9}),
 *                 "a client");
 */
#ifdef __cplusplus
#define VR_LOG_ATTRS(...) ::vr_log_attrs({__VA_ARGS__, {NULL, NULL, 0}})
extern "C++" template <size_t count>
inline const struct vr_log_attr *
vr_log_attrs(const struct vr_log_attr (&attrs)[count])
{
    return attrs; /* which live as long as the call that they are given to */
}
#else
#define VR_LOG_ATTRS(...)                                                      \
    ((const struct vr_log_attr[]){__VA_ARGS__, {NULL, NULL, 0}})
#endif

/** What was logged.  Valid during the call that shows it: copy to keep. */
struct vr_log_entry {
    vr_time when;       /**< the wall clock at the log call, as env->wall */
    int level;          /**< enum vr_log_level, or any */
    const char *prefix; /**< the part that logged; NULL: not said */
    const char *text;   /**< raw, may hold control bytes: see log/format.h */
    const struct vr_log_attr *attrs; /**< up to a key of NULL; NULL: none */

    /** Not 0: this entry stands for a gap.  So many entries, of any level and
     *  prefix, were dropped in this place; the text says so, and the level is
     *  VR_LOG_WARN. */
    size_t missed;
};

VR_END_DECLS

#endif
