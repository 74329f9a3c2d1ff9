; trap.asm - exceptions and interrupts: from the IDT to C and back.
;
; Every vector has a stub of TRAP_STUB_SIZE bytes that pushes an error code
; where the CPU did not, saves rdi and loads the vector number. The error code
; stands in the frame's orig_rax; -1 there means none, and tells signal delivery
; that no system call is to be restarted.
;
; GS: an ordinary vector looks at the interrupted CS; user mode ran on its own
; GS base. NMI, double fault and machine check may come between SWAPGS and the
; change of mode, and FSGSBASE lets user mode load any base: they save whatever
; base is loaded, and take the CPU's own from the top of their stack (segments.c).
; So does a debug exception of kernel code: a MOV SS that touches a watched word
; puts it off until after the next instruction, which may be SYSCALL or INT3: it
; comes before the first instruction of syscall_entry, on the user's stack pointer.
; One of user mode moves to the thread's stack, as if it had come there.

%include "macros.inc"

        extern  trap_handle, trap_handle_ist, irq_dispatch
        extern  return_to_user
        extern  cpu_tss
        global  trap_stubs, trap_debug, trap_nmi, trap_double_fault, trap_machine_check

MSR_GS_BASE equ 0xc0000101
%define PAD 8

%macro  PUSH_REGISTERS 0                ; rdi is pushed already
        push    rsi
        push    rdx
        push    rcx
        push    rax
        push    r8
        push    r9
        push    r10
        push    r11
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
%endmacro
%macro  POP_REGISTERS 0
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        pop     r11
        pop     r10
        pop     r9
        pop     r8
        pop     rax
        pop     rcx
        pop     rdx
        pop     rsi
        pop     rdi
        add     rsp, 8                  ; error code
%endmacro

section .text.entry progbits alloc exec nowrite align=64

trap_stubs:
%assign vector 0
%rep    256
        align   TRAP_STUB_SIZE, int3
 %if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
 %else
        push    -1
 %endif
        push    rdi
        mov     edi, vector
        jmp     trap_common
 %assign vector vector + 1
%endrep

        align   64
trap_common:
        PUSH_REGISTERS
        cld
        CLAC                            ; the interrupted code may have user memory open
        mov     esi, edi
        test    byte [rsp + FRAME_CS], 3
        jz      .kernel
        swapgs
.user:  mov     rdi, rsp
        sub     rsp, PAD
        cmp     esi, NR_TRAPS
        jae     .user_irq
        call    trap_handle
        cli
        add     rsp, PAD
        jmp     return_to_user
.user_irq:
        call    irq_dispatch
        add     rsp, PAD
        jmp     return_to_user
.kernel:
        mov     rdi, rsp
        sub     rsp, PAD
        cmp     esi, NR_TRAPS
        jae     .kernel_irq
        call    trap_handle
        jmp     .kernel_return
.kernel_irq:
        call    irq_dispatch
.kernel_return:
        cli
        add     rsp, PAD
        POP_REGISTERS
        iretq

trap_debug:
        push    -1
        push    rdi
        test    byte [rsp + 24], 3              ; CS: rdi, error code and rip stand below it
        jnz     .user
        mov     edi, 1
        jmp     trap_ist
.user:  swapgs
        mov     rdi, rsp
        mov     rsp, [PERCPU(cpu_tss) + TSS_RSP0]
 %assign at 48
 %rep 7                                         ; ss rsp rflags cs rip, error code, rdi
        push    qword [rdi + at]
  %assign at at - 8
 %endrep
        PUSH_REGISTERS
        cld
        CLAC
        mov     esi, 1
        jmp     trap_common.user

trap_nmi:
        push    -1
        push    rdi
        mov     edi, 2
        jmp     trap_ist
trap_double_fault:
        push    rdi                     ; error code 0 is there
        mov     edi, 8
        jmp     trap_ist
trap_machine_check:
        push    -1
        push    rdi
        mov     edi, 18
trap_ist:
        PUSH_REGISTERS
        cld
        CLAC
        mov     ebx, edi
        mov     ecx, MSR_GS_BASE
        rdmsr
        mov     r12d, eax
        mov     r13d, edx
        mov     eax, [rsp + FRAME_SIZE]         ; this CPU's base, above the frame
        mov     edx, [rsp + FRAME_SIZE + 4]
        wrmsr
        mov     rdi, rsp
        mov     esi, ebx
        sub     rsp, PAD
        call    trap_handle_ist
        add     rsp, PAD
        mov     ecx, MSR_GS_BASE
        mov     eax, r12d
        mov     edx, r13d
        wrmsr
        POP_REGISTERS
        iretq
