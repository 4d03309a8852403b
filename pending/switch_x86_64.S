/* SPDX-License-Identifier: MIT */
/**
 * @file switch_x86_64.S
 * Switching stacks by the System V ABI of x86-64; see switch.h.
 *
 * A place is the address of what was pushed when its stack was left:
 *
 *      0   mxcsr, 4 bytes; x87 control word, 2 bytes
 *      8   r15, r14, r13, r12, rbx, rbp
 *     56   where to go on
 *
 * Indirect branches end at an endbr64.  Shadow stacks would need one for each
 * stack: the note at the end does not claim to know them, so the linker does
 * not claim it for a program that has this in it, and they stay off there.
 */
#define JOIN(a, b) a##b
#define PREFIXED(prefix, name) JOIN(prefix, name)
#define SYMBOL(name) PREFIXED(__USER_LABEL_PREFIX__, name)

#ifdef __ELF__
#define FUNCTION(name)                                                         \
    .globl SYMBOL(name); .hidden SYMBOL(name);                                 \
    .type SYMBOL(name), @function; .p2align 4; SYMBOL(name):
#define END(name) .size SYMBOL(name), . - SYMBOL(name)
#else
#define FUNCTION(name)                                                         \
    .globl SYMBOL(name); .private_extern SYMBOL(name);                         \
    .p2align 4; SYMBOL(name):
#define END(name)
#endif

    .text

/* void vr_switch_to(void **ret_left, void *place) */
FUNCTION(vr_switch_to)
    .cfi_startproc
    endbr64
    pushq   %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    pushq   %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    pushq   %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    pushq   %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r14, 0
    pushq   %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r15, 0
    subq    $8, %rsp
    .cfi_adjust_cfa_offset 8
    stmxcsr (%rsp)
    fnstcw  4(%rsp)

    /* From here on what was said above is true of the other stack. */
    movq    %rsp, (%rdi)
    movq    %rsi, %rsp

    ldmxcsr (%rsp)
    fldcw   4(%rsp)
    addq    $8, %rsp
    .cfi_adjust_cfa_offset -8
    popq    %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r15
    popq    %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r14
    popq    %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r13
    popq    %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r12
    popq    %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    popq    %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbp
    ret
    .cfi_endproc
END(vr_switch_to)

/* Where a new stack goes on: call r12, which does not return, with r13.
 * Nothing called this, so that whoever walks the stack ends here. */
    .p2align 4
start:
    .cfi_startproc
    .cfi_undefined %rip
    movq    %r13, %rdi
    call    *%r12
    ud2
    .cfi_endproc

/* int vr_switch_prepare(void *low, void *high, void (*entry)(void *arg),
 *                       void *arg, void **ret_place)
 * At start the stack is aligned as for a call, below two empty words. */
FUNCTION(vr_switch_prepare)
    .cfi_startproc
    endbr64
    andq    $-16, %rsi
    subq    $80, %rsi
    stmxcsr (%rsi)
    fnstcw  4(%rsi)
    xorl    %eax, %eax
    movq    %rax, 8(%rsi)
    movq    %rax, 16(%rsi)
    movq    %rcx, 24(%rsi)
    movq    %rdx, 32(%rsi)
    movq    %rax, 40(%rsi)
    movq    %rax, 48(%rsi)
    leaq    start(%rip), %rdx
    movq    %rdx, 56(%rsi)
    movq    %rax, 64(%rsi)
    movq    %rax, 72(%rsi)
    movq    %rsi, (%r8)
    ret
    .cfi_endproc
END(vr_switch_prepare)

#ifdef __ELF__
    .section .note.GNU-stack, "", @progbits

    .section .note.gnu.property, "a"
    .p2align 3
    .long   4, 16, 5            /* sizes, NT_GNU_PROPERTY_TYPE_0 */
    .asciz  "GNU"
    .long   0xc0000002, 4, 1, 0 /* GNU_PROPERTY_X86_FEATURE_1_AND: IBT */
#endif
