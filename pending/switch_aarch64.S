/* SPDX-License-Identifier: MIT */
/**
 * @file switch_aarch64.S
 * Switching stacks by the procedure call standard of 64-bit Arm; see switch.h.
 *
 * A place is the address of what was stored when its stack was left:
 *
 *      0   x29, and x30: where to go on
 *     16   x19 to x28
 *     96   d8 to d15
 *    160   fpcr
 *
 * Branch targets are marked, and x30 is signed while it is in memory; on older
 * processors these instructions do nothing, so they are written as hints.
 * Guarded control stacks would need one for each stack: the note at the end
 * does not claim to know them, and they stay off in a program that has this.
 */
#define JOIN(a, b) a##b
#define PREFIXED(prefix, name) JOIN(prefix, name)
#define SYMBOL(name) PREFIXED(__USER_LABEL_PREFIX__, name)

#ifdef __ELF__
#define FUNCTION(name)                                                         \
    .globl SYMBOL(name) SEP .hidden SYMBOL(name) SEP                           \
    .type SYMBOL(name), %function SEP .p2align 4 SEP SYMBOL(name):
#define END(name) .size SYMBOL(name), . - SYMBOL(name)
#define SEP ;
#else
#define FUNCTION(name)                                                         \
    .globl SYMBOL(name) SEP .private_extern SYMBOL(name) SEP                   \
    .p2align 4 SEP SYMBOL(name):
#define END(name)
#define SEP %%
#endif

#define BTI_C hint #34
#define PACIASP hint #25 /* marks a branch target, too */
#define AUTIASP hint #29
#define PACIA1716 hint #8

#define FRAME 176

    .text

/* void vr_switch_to(void **ret_left, void *place) */
FUNCTION(vr_switch_to)
    .cfi_startproc
    PACIASP
    .cfi_negate_ra_state
    sub     sp, sp, #FRAME
    .cfi_def_cfa_offset FRAME
    stp     x29, x30, [sp]
    .cfi_offset 29, -FRAME
    .cfi_offset 30, -FRAME + 8
    stp     x19, x20, [sp, #16]
    .cfi_offset 19, -FRAME + 16
    .cfi_offset 20, -FRAME + 24
    stp     x21, x22, [sp, #32]
    .cfi_offset 21, -FRAME + 32
    .cfi_offset 22, -FRAME + 40
    stp     x23, x24, [sp, #48]
    .cfi_offset 23, -FRAME + 48
    .cfi_offset 24, -FRAME + 56
    stp     x25, x26, [sp, #64]
    .cfi_offset 25, -FRAME + 64
    .cfi_offset 26, -FRAME + 72
    stp     x27, x28, [sp, #80]
    .cfi_offset 27, -FRAME + 80
    .cfi_offset 28, -FRAME + 88
    stp     d8, d9, [sp, #96]
    .cfi_offset 72, -FRAME + 96
    .cfi_offset 73, -FRAME + 104
    stp     d10, d11, [sp, #112]
    .cfi_offset 74, -FRAME + 112
    .cfi_offset 75, -FRAME + 120
    stp     d12, d13, [sp, #128]
    .cfi_offset 76, -FRAME + 128
    .cfi_offset 77, -FRAME + 136
    stp     d14, d15, [sp, #144]
    .cfi_offset 78, -FRAME + 144
    .cfi_offset 79, -FRAME + 152
    mrs     x9, fpcr
    str     x9, [sp, #160]

    /* From here on what was said above is true of the other stack. */
    mov     x10, sp
    str     x10, [x0]
    mov     sp, x1

    ldr     x10, [sp, #160]
    cmp     x9, x10
    b.eq    1f                  /* setting it is slow */
    msr     fpcr, x10
1:  ldp     d14, d15, [sp, #144]
    ldp     d12, d13, [sp, #128]
    ldp     d10, d11, [sp, #112]
    ldp     d8, d9, [sp, #96]
    ldp     x27, x28, [sp, #80]
    ldp     x25, x26, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x21, x22, [sp, #32]
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp]
    add     sp, sp, #FRAME
    .cfi_def_cfa_offset 0
    AUTIASP
    .cfi_negate_ra_state
    ret
    .cfi_endproc
END(vr_switch_to)

/* Where a new stack goes on: call x19, which does not return, with x20.
 * Nothing called this, so that whoever walks the stack ends here. */
    .p2align 4
start:
    .cfi_startproc
    .cfi_undefined 30
    mov     x0, x20
    blr     x19
    brk     #1
    .cfi_endproc

/* int vr_switch_prepare(void *low, void *high, void (*entry)(void *arg),
 *                       void *arg, void **ret_place) */
FUNCTION(vr_switch_prepare)
    .cfi_startproc
    BTI_C
    and     x16, x1, #-16       /* sp at start, by which x30 is signed */
    adr     x17, start
    PACIA1716
    sub     x9, x16, #FRAME
    stp     xzr, x17, [x9]
    stp     x2, x3, [x9, #16]
    stp     xzr, xzr, [x9, #32]
    stp     xzr, xzr, [x9, #48]
    stp     xzr, xzr, [x9, #64]
    stp     xzr, xzr, [x9, #80]
    stp     xzr, xzr, [x9, #96]
    stp     xzr, xzr, [x9, #112]
    stp     xzr, xzr, [x9, #128]
    stp     xzr, xzr, [x9, #144]
    mrs     x10, fpcr
    str     x10, [x9, #160]
    str     x9, [x4]
    mov     w0, wzr
    ret
    .cfi_endproc
END(vr_switch_prepare)

#ifdef __ELF__
    .section .note.GNU-stack, "", %progbits

    .section .note.gnu.property, "a"
    .p2align 3
    .word   4, 16, 5            /* sizes, NT_GNU_PROPERTY_TYPE_0 */
    .asciz  "GNU"
    .word   0xc0000000, 4, 3, 0 /* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI,
                                   PAC */
#endif
