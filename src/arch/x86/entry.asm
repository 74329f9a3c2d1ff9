; entry.asm - system calls: in by SYSCALL, out by SYSRETQ; and the common way back to user mode.
;
; SYSCALL leaves the return address in rcx, RFLAGS in r11, the number in rax,
; arguments in rdi rsi rdx r10 r8 r9; interrupts are off (FMASK). What the C
; convention may clobber is stored in the frame at the top of the thread's
; stack; rbx rbp r12-r15 stay in registers, unless the call is one of the
; FULL_STUBs or leaves by the slow path.
;
;   I1  the frame's CS and SS always hold the user's selectors: context_enter_user()
;       found them there, and only an interrupt from user mode writes them again
;   I2  rcx and r11 of the frame are stale in a system call, until a full stub or
;       the slow path stores the return address and flags there, as SYSCALL does
;   I3  between SWAPGS and the exit instruction interrupts are off, and no
;       instruction can fault: NMI and machine check have their own GS handling
;   I4  no user page lies at USER_END or above, so the address after a SYSCALL is
;       canonical; whoever else changes the frame's rip sets WORK_FULL_RESTORE
;
; A watched thread (seccomp, ptrace) has a limit of 0 in place of the number of
; system calls (watch.c): all its calls take the slow way in, with a full frame,
; that others may read and write before and after the call.

%include "macros.inc"
%include "syscall_table.inc"

        extern  current_thread
        extern  user_return_work, user_return_bad_rip, syscall_unknown
        extern  syscall_sp, syscall_user_rsp, syscall_limit
        extern  syscall_watched_enter, syscall_watched_exit

        global  syscall_entry
        global  return_to_user
        global  context_enter_user

RFLAGS_TF equ 0x100
RFLAGS_RF equ 0x10000
WORK_BEFORE_USER equ WORK_RESCHED | WORK_SIGNAL | WORK_NOTIFY | WORK_TRACE | WORK_FULL_RESTORE

; The frame stands 8 bytes above rsp, so that rsp is 16-byte aligned at calls.
%define PAD 8

%macro  STORE_CALLEE_SAVED 1            ; %1: bytes from rsp to the frame
        mov     [rsp + %1 + FRAME_RBX], rbx
        mov     [rsp + %1 + FRAME_RBP], rbp
        mov     [rsp + %1 + FRAME_R12], r12
        mov     [rsp + %1 + FRAME_R13], r13
        mov     [rsp + %1 + FRAME_R14], r14
        mov     [rsp + %1 + FRAME_R15], r15
%endmacro

section .text.entry progbits alloc exec nowrite align=64

syscall_entry:
        swapgs
        mov     [PERCPU(syscall_user_rsp)], rsp
        mov     rsp, [PERCPU(syscall_sp)]       ; frame - PAD
        mov     [rsp + PAD + FRAME_RIP], rcx
        mov     [rsp + PAD + FRAME_RFLAGS], r11
        mov     [rsp + PAD + FRAME_ORIG_RAX], rax
        mov     [rsp + PAD + FRAME_RDI], rdi
        mov     [rsp + PAD + FRAME_RSI], rsi
        mov     [rsp + PAD + FRAME_RDX], rdx
        mov     [rsp + PAD + FRAME_R10], r10
        mov     [rsp + PAD + FRAME_R8], r8
        mov     [rsp + PAD + FRAME_R9], r9
        mov     rcx, [PERCPU(syscall_user_rsp)]
        mov     [rsp + PAD + FRAME_RSP], rcx
        sti
        mov     eax, eax                        ; Linux looks at 32 bits
        cmp     eax, [PERCPU(syscall_limit)]
        jae     .slow_in
        mov     rcx, r10                        ; fourth argument, where C wants it
        call    [syscall_table + rax * 8]
.return:
        cli
        mov     rcx, [PERCPU(current_thread)]
        cmp     dword [rcx + THREAD_WORK], 0
        jne     .slow
        mov     rdi, [rsp + PAD + FRAME_RDI]
        mov     rsi, [rsp + PAD + FRAME_RSI]
        mov     rdx, [rsp + PAD + FRAME_RDX]
        mov     r10, [rsp + PAD + FRAME_R10]
        mov     r8, [rsp + PAD + FRAME_R8]
        mov     r9, [rsp + PAD + FRAME_R9]
        mov     rcx, [rsp + PAD + FRAME_RIP]
        mov     r11, [rsp + PAD + FRAME_RFLAGS]
        mov     rsp, [rsp + PAD + FRAME_RSP]
        swapgs
        o64 sysret

.slow_in:
        cmp     dword [PERCPU(syscall_limit)], 0
        je      .watched
        mov     edi, eax
        call    syscall_unknown
        jmp     .return

        ; Somebody looks at this call first, and after it. The frame is complete, and may come back changed.
.watched:
        mov     rax, [rsp + PAD + FRAME_RIP]
        mov     [rsp + PAD + FRAME_RCX], rax
        mov     rax, [rsp + PAD + FRAME_RFLAGS]
        mov     [rsp + PAD + FRAME_R11], rax
        mov     qword [rsp + PAD + FRAME_RAX], -ENOSYS
        STORE_CALLEE_SAVED PAD
        lea     rdi, [rsp + PAD]
        call    syscall_watched_enter
        mov     rbx, [rsp + PAD + FRAME_RBX]
        mov     rbp, [rsp + PAD + FRAME_RBP]
        mov     r12, [rsp + PAD + FRAME_R12]
        mov     r13, [rsp + PAD + FRAME_R13]
        mov     r14, [rsp + PAD + FRAME_R14]
        mov     r15, [rsp + PAD + FRAME_R15]
        cmp     rax, -1
        je      .refused
        mov     eax, eax
        cmp     eax, NR_SYSCALLS
        jae     .watched_unknown
        mov     rdi, [rsp + PAD + FRAME_RDI]
        mov     rsi, [rsp + PAD + FRAME_RSI]
        mov     rdx, [rsp + PAD + FRAME_RDX]
        mov     rcx, [rsp + PAD + FRAME_R10]
        mov     r8, [rsp + PAD + FRAME_R8]
        mov     r9, [rsp + PAD + FRAME_R9]
        call    [syscall_table + rax * 8]
        jmp     .watched_done
.watched_unknown:
        mov     edi, eax
        call    syscall_unknown
.watched_done:
        mov     rcx, [PERCPU(current_thread)]
        test    dword [rcx + THREAD_WORK], WORK_FULL_RESTORE
        jnz     .refused
        mov     [rsp + PAD + FRAME_RAX], rax
.refused:
        lea     rdi, [rsp + PAD]
        call    syscall_watched_exit
        cli
        add     rsp, PAD
        jmp     return_to_user

        ; Work before user mode. rcx = the thread, rax = the call's result. A handler that asked for
        ; WORK_FULL_RESTORE (exec, sigreturn) has written the whole frame: its result is not stored.
.slow:
        test    dword [rcx + THREAD_WORK], WORK_FULL_RESTORE
        jnz     .complete
        mov     [rsp + PAD + FRAME_RAX], rax
        mov     rax, [rsp + PAD + FRAME_RIP]
        mov     [rsp + PAD + FRAME_RCX], rax
        mov     rax, [rsp + PAD + FRAME_RFLAGS]
        mov     [rsp + PAD + FRAME_R11], rax
        STORE_CALLEE_SAVED PAD
.complete:
        add     rsp, PAD
        jmp     return_to_user

; context_enter_user(rdi = struct user_frame *): never returns.
context_enter_user:
        cli
        mov     rsp, rdi

; Leave to user mode with the complete frame at rsp; interrupts off, kernel GS.
return_to_user:
        mov     rax, [PERCPU(current_thread)]
        test    dword [rax + THREAD_WORK], WORK_BEFORE_USER
        jnz     .work
        mov     rcx, [rsp + FRAME_RIP]
        mov     rdx, rcx
        shr     rdx, 47
        jnz     .bad_rip                        ; not canonical: IRETQ would fault in kernel mode, on the user's GS
        mov     r15, [rsp + FRAME_R15]
        mov     r14, [rsp + FRAME_R14]
        mov     r13, [rsp + FRAME_R13]
        mov     r12, [rsp + FRAME_R12]
        mov     rbp, [rsp + FRAME_RBP]
        mov     rbx, [rsp + FRAME_RBX]
        mov     r10, [rsp + FRAME_R10]
        mov     r9, [rsp + FRAME_R9]
        mov     r8, [rsp + FRAME_R8]
        mov     rax, [rsp + FRAME_RAX]
        mov     rsi, [rsp + FRAME_RSI]
        mov     rdi, [rsp + FRAME_RDI]
        cmp     rcx, [rsp + FRAME_RCX]          ; as after SYSCALL? then the quick way out
        jne     .iret
        mov     r11, [rsp + FRAME_RFLAGS]
        cmp     r11, [rsp + FRAME_R11]
        jne     .iret
        test    r11d, RFLAGS_TF | RFLAGS_RF
        jnz     .iret
        mov     rdx, [rsp + FRAME_RDX]
        mov     rsp, [rsp + FRAME_RSP]
        swapgs
        o64 sysret
.iret:
        mov     rdx, [rsp + FRAME_RDX]
        mov     rcx, [rsp + FRAME_RCX]
        mov     r11, [rsp + FRAME_R11]
        add     rsp, FRAME_RIP
        swapgs
        iretq

.work:
        sub     rsp, PAD
        test    dword [rax + THREAD_WORK], WORK_FULL_RESTORE
        jz      .call
        lock and dword [rax + THREAD_WORK], ~WORK_FULL_RESTORE
        test    dword [rax + THREAD_WORK], WORK_BEFORE_USER
        jz      .again
.call:  sti
        lea     rdi, [rsp + PAD]
        call    user_return_work
.again: cli
        add     rsp, PAD
        jmp     return_to_user

.bad_rip:
        sub     rsp, PAD
        sti
        lea     rdi, [rsp + PAD]
        call    user_return_bad_rip             ; forces SIGSEGV: then there is work
        jmp     .again

; A handler that sees or changes every register is entered through full_<handler>.
%macro  FULL_STUB 1
full_%1:
        mov     rax, [rsp + 16 + FRAME_RIP]
        mov     [rsp + 16 + FRAME_RCX], rax
        mov     rax, [rsp + 16 + FRAME_RFLAGS]
        mov     [rsp + 16 + FRAME_R11], rax
        STORE_CALLEE_SAVED 16                   ; return address and PAD
        jmp     %1
%endmacro
        SYSCALL_FULL_STUBS

syscall_unknown_entry:
        mov     rdi, [rsp + 16 + FRAME_ORIG_RAX]
        jmp     syscall_unknown

section .rodata.entry progbits alloc noexec nowrite align=64
syscall_table:
        SYSCALL_TABLE
        global  syscall_table
        align   4
        global  nr_syscalls
nr_syscalls:
        dd      NR_SYSCALLS
