/* SPDX-License-Identifier: MIT */
/**
 * @file decls.h
 * Macros for the declarations of public headers.
 *
 * Everything between VR_BEGIN_DECLS and VR_END_DECLS has C linkage and is
 * exported from the shared library; all else in the library is hidden.
 */
#ifndef VR_BASE_DECLS_H
#define VR_BASE_DECLS_H

#ifdef __cplusplus
/* A struct and a function may share a name here, as in stat(2). */
#define VR_BEGIN_DECLS                                                         \
    _Pragma("GCC diagnostic push")                                             \
        _Pragma("GCC diagnostic ignored \"-Wshadow\"")                         \
            _Pragma("GCC visibility push(default)") extern "C"                 \
    {
#define VR_END_DECLS                                                           \
    }                                                                          \
    _Pragma("GCC visibility pop") _Pragma("GCC diagnostic pop")
#else
#define VR_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define VR_END_DECLS _Pragma("GCC visibility pop")
#endif

/**
 * What VR_..._INIT of a struct that begins with its `size_t size` stands for:
 * that size, and 0 and NULL.  To be named where a variable of it is declared.
 */
#ifdef __cplusplus
#define VR_SIZED_INIT(type) ::vr_sized<type>()
template <class Type> inline Type vr_sized()
{
    Type made = Type();
    made.size = sizeof(Type);
    return made;
}
#else
#define VR_SIZED_INIT(type)                                                    \
    {                                                                          \
        .size = sizeof(type)                                                   \
    }
#endif

/*
 * Tables of hooks, struct vr_..._ops, end in `void *reserved[4]`, for hooks to
 * come: NULL.  A table that has set one is refused by the function that takes
 * it, with -EINVAL; by one that returns nothing it is asserted.
 */

/** The result says whether the call has worked: check it. */
#define VR_MUST_CHECK __attribute__((warn_unused_result))

/** Parameter @p text is a printf format for the arguments from @p first on. */
#define VR_PRINTF(text, first) __attribute__((format(printf, text, first)))

#endif
