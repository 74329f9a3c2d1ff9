; hand.asm - what hand-written code for the same would be: the yardstick of count.py. Never executed.
;   rdi = the object.  Slow paths are left out: a jump there counts, what it reaches does not.
bits 64
section .text.hand progbits alloc exec nowrite align=16

extern preempt_schedule, spin_lock_slow, preempt_count, cpu_number

%macro hand 1
global hand_%1
hand_%1:
%endmacro

hand load_acquire
        mov     rax, [rdi]
        ret
hand store_release
        mov     qword [rdi], 1
        ret
hand fetch_add
        mov     eax, 1
        lock xadd [rdi], rax
        ret
hand cas
        xor     eax, eax
        mov     edx, 1
        lock cmpxchg [rdi], rdx
        sete    al
        movzx   eax, al
        ret
hand exchange
        mov     eax, 1
        xchg    [rdi], rax
        ret
hand fence
        lock or qword [rsp], 0
        ret
hand this_cpu_inc
        add     dword [gs:rel preempt_count], 1
        ret
hand this_cpu_read
        mov     eax, [gs:rel cpu_number]
        ret
hand spin_lock
        add     dword [gs:rel preempt_count], 1
        xor     eax, eax
        mov     edx, 1
        lock cmpxchg [rdi], edx
        jne     near spin_lock_slow
        ret
hand spin_unlock
        mov     byte [rdi], 0
        dec     dword [gs:rel preempt_count]
        je      near preempt_schedule
        ret
hand rcu_read_section
        add     dword [gs:rel preempt_count], 1
        dec     dword [gs:rel preempt_count]
        je      near preempt_schedule
        ret
hand wake_nobody_ordered
        mov     eax, [rdi]
        test    eax, eax
        jne     near spin_lock_slow             ; any other function
        ret
hand seq_read
.again: mov     edx, [rdi]
        test    dl, 1
        jne     .again
        mov     ecx, [rdi]
        xor     eax, eax
        cmp     edx, ecx
        setne   al
        ret
