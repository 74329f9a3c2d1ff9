; switch.asm - changing kernel stacks.

%include "macros.inc"

        global  context_switch
        global  context_start

section .text.entry progbits alloc exec nowrite align=16

; context_switch(rdi = struct context *from, rsi = struct context *to, rdx = prev)
;   in: interrupts and preemption off.  out: rax = the prev of whoever switched back here.
;   The stack keeps what a C function must preserve; the rest the compiler has saved itself.
context_switch:
        push    rbp
        push    rbx
        push    r12
        push    r13
        push    r14
        push    r15
        mov     [rdi + CONTEXT_RSP], rsp
        mov     rsp, [rsi + CONTEXT_RSP]
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbx
        pop     rbp
        mov     rax, rdx
        ret

; First instruction of a fresh context (context_init): rbx = entry, rax = prev.
context_start:
        mov     rdi, rax
        xor     ebp, ebp                ; backtraces end here
        call    rbx
        ud2
