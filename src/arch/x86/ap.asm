; ap.asm - from the start-up interrupt to ap_entry().
;
; smp.c copies the trampoline to TRAMPOLINE, a page below 1 MiB, and fills in
; its parameters; every CPU but the boot CPU runs it at the same time. It uses
; no stack and writes nothing, so that any number may. In the kernel's text
; each finds its number by its APIC id and takes its stack, once; a CPU that
; ACPI did not name, or that was started twice, stays parked for ever.

%include "macros.inc"

        extern  cpu_apic_ids, nr_cpus, percpu_bases
        extern  ap_stacks, ap_kernel_cr3, ap_entry
        global  ap_trampoline_start, ap_trampoline_end
        global  ap_param_cr3, ap_param_efer

TRAMPOLINE      equ 0x8000
%define LOW(x)  (TRAMPOLINE + (x - ap_trampoline_start))
CR4_PAE         equ 0x20
CR0_PE_ET_WP_PG equ 0x80010011
MSR_EFER        equ 0xc0000080
MSR_GS_BASE     equ 0xc0000101

section .rodata.entry progbits alloc noexec nowrite align=16
ap_trampoline_start:
bits 16
        cli
        cld
        xor     ax, ax
        mov     ds, ax
        o32 lgdt [LOW(.gdt_pointer)]
        mov     eax, CR4_PAE
        mov     cr4, eax
        mov     eax, [LOW(ap_param_cr3)]
        mov     cr3, eax
        mov     ecx, MSR_EFER
        mov     eax, [LOW(ap_param_efer)]
        xor     edx, edx
        wrmsr
        mov     eax, CR0_PE_ET_WP_PG    ; protection and paging at once: long mode
        mov     cr0, eax
        jmp     dword 0x10:LOW(.long)
bits 64
.long:  mov     eax, 0x18
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     rax, [abs LOW(.high)]
        jmp     rax
        align   8, db 0
.gdt:   dq      0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
.gdt_pointer:
        dw      31
        dd      LOW(.gdt)
        align   8, db 0
.high:  dq      ap_start_high
ap_param_cr3:
        dd      0                       ; paging_trampoline_cr3()
ap_param_efer:
        dd      0                       ; long mode, and NX where the kernel's entries use it
ap_trampoline_end:

section .text.entry progbits alloc exec nowrite align=16
ap_start_high:
        mov     rax, [ap_kernel_cr3]    ; the trampoline's tables do not live long
        mov     cr3, rax
        xor     eax, eax
        cpuid
        cmp     eax, 0xb
        jb      .short_id
        mov     eax, 0xb
        xor     ecx, ecx
        cpuid
        mov     edi, edx                ; x2APIC id
        test    ebx, ebx
        jnz     .find
.short_id:
        mov     eax, 1
        cpuid
        shr     ebx, 24
        mov     edi, ebx
.find:  mov     rsi, [cpu_apic_ids]
        mov     ecx, [nr_cpus]
        xor     eax, eax
.next:  cmp     [rsi + rax * 4], edi
        je      .found
        inc     eax
        cmp     eax, ecx
        jb      .next
.park:  cli
        hlt
        jmp     .park
.found: mov     rdx, [ap_stacks]
        xor     ecx, ecx
        xchg    [rdx + rax * 8], rcx
        test    rcx, rcx
        jz      .park
        mov     rsp, rcx
        mov     rdx, [percpu_bases]
        mov     rax, [rdx + rax * 8]
        mov     rdx, rax
        shr     rdx, 32
        mov     ecx, MSR_GS_BASE
        wrmsr
        xor     ebp, ebp                ; backtraces end here
        call    ap_entry
        ud2
