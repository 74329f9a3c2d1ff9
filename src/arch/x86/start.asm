; start.asm - from the boot loader to boot_entry() in 64-bit mode.
;
; PVH (QEMU -kernel, Firecracker, Cloud Hypervisor) and Multiboot2 (GRUB) both
; enter in 32-bit protected mode without paging, interrupts off, at the physical
; address. The boot page tables map the first 4 GiB one to one and the first GiB
; at -2 GiB, everything writable and executable: paging_init() replaces them.
; Interrupts stay off; the loaders have zeroed .bss, as an ELF asks.

KERNEL_VMA      equ 0xffffffff80000000
%define PHYS(x) (x - KERNEL_VMA)

%define CR0_PE_ET_WP_PG 0x80010011
%define CR4_PAE         0x20
%define MSR_EFER        0xc0000080
%define EFER_LME        0x100
%define MSR_GS_BASE     0xc0000101

BOOT_PVH        equ 1
BOOT_MULTIBOOT2 equ 2
MB2_MAGIC       equ 0xe85250d6
MB2_BOOT_MAGIC  equ 0x36d76289
BOOT_STACK_SIZE equ 16384

        extern  boot_entry
        global  pvh_entry
        global  boot_gdt

; ---- what the loaders look for ----

section .note.pvh note alloc noexec nowrite align=4
        dd      4, 8, 18                ; name length, value length, XEN_ELFNOTE_PHYS32_ENTRY
        db      "Xen", 0
        dq      PHYS(pvh_entry)

section .multiboot2 progbits alloc exec nowrite align=8
mb2_header:
        dd      MB2_MAGIC, 0, mb2_end - mb2_header
        dd      0x100000000 - (MB2_MAGIC + (mb2_end - mb2_header))
        align   8, db 0                 ; entry address
        dw      3, 0
        dd      12, PHYS(multiboot2_entry)
        align   8, db 0                 ; wanted: command line, modules, memory map, ACPI old and new
        dw      1, 1                    ; (optional: GRUB refuses unknown requirements)
        dd      28, 1, 3, 6, 14, 15
        align   8, db 0                 ; modules on page boundaries
        dw      6, 0
        dd      8
        align   8, db 0
        dw      0, 0
        dd      8
mb2_end:

; ---- 32 bits ----

section .text.start progbits alloc exec nowrite align=16
bits 32
pvh_entry:                              ; ebx = struct hvm_start_info
        mov     edi, BOOT_PVH
        jmp     start32
multiboot2_entry:                       ; eax = magic, ebx = boot information
        mov     edi, BOOT_MULTIBOOT2
        cmp     eax, MB2_BOOT_MAGIC
        jne     halt32
start32:
        cld
        cli
        mov     esi, ebx
        mov     esp, PHYS(boot_stack_top)
        mov     eax, 0x80000001         ; edx: NX 20, long mode 29
        cpuid
        bt      edx, 29
        jnc     halt32                  ; not a 64-bit CPU: nothing can be said or done

        ; Identity map: four level-2 tables of 2 MiB pages; the first also serves -2 GiB.
        mov     eax, 0x83               ; present, writable, large
        xor     ecx, ecx
.page:  mov     [PHYS(boot_level2) + ecx * 8], eax
        add     eax, 0x200000
        inc     ecx
        cmp     ecx, 4 * 512
        jb      .page
        mov     eax, PHYS(boot_level2) + 3
        xor     ecx, ecx
.dir:   mov     [PHYS(boot_level3) + ecx * 8], eax
        add     eax, 0x1000
        inc     ecx
        cmp     ecx, 4
        jb      .dir
        mov     dword [PHYS(boot_level3_high) + 510 * 8], PHYS(boot_level2) + 3
        mov     dword [PHYS(boot_level4)], PHYS(boot_level3) + 3
        mov     dword [PHYS(boot_level4) + 511 * 8], PHYS(boot_level3_high) + 3

        mov     eax, PHYS(boot_level4)
        mov     cr3, eax
        mov     eax, CR4_PAE
        mov     cr4, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, EFER_LME
        wrmsr
        mov     eax, CR0_PE_ET_WP_PG
        mov     cr0, eax
        lgdt    [PHYS(boot_gdt_pointer)]
        jmp     0x10:PHYS(start64)

halt32: hlt
        jmp     halt32

; ---- 64 bits ----

bits 64
start64:
        mov     eax, 0x18
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax
        mov     rax, start_high
        jmp     rax
start_high:
        lgdt    [boot_gdt_pointer_high]
        mov     rsp, boot_stack_top
        mov     ecx, MSR_GS_BASE        ; 0: section .percpu itself is the boot CPU's area for now
        xor     eax, eax
        xor     edx, edx
        wrmsr
        mov     edi, edi                ; zero-extended: protocol, physical address of its information
        mov     esi, esi
        xor     ebp, ebp                ; backtraces end here
        call    boot_entry
        ud2

section .rodata.entry progbits alloc noexec nowrite align=16
boot_gdt:                               ; the selectors of segments.c, without TSS
        dq      0, 0
        dq      0x00af9b000000ffff      ; 10: kernel code
        dq      0x00cf93000000ffff      ; 18: kernel data
boot_gdt_end:
boot_gdt_pointer:
        dw      boot_gdt_end - boot_gdt - 1
        dd      PHYS(boot_gdt)
boot_gdt_pointer_high:
        dw      boot_gdt_end - boot_gdt - 1
        dq      boot_gdt

section .bss.page_aligned nobits alloc write align=4096
boot_level4:      resb 4096
boot_level3:      resb 4096
boot_level3_high: resb 4096
boot_level2:      resb 4 * 4096
boot_stack_guard: resb 4096             ; unmapped by irqchip_init()
        global  boot_stack_guard
boot_stack:       resb BOOT_STACK_SIZE
boot_stack_top:
