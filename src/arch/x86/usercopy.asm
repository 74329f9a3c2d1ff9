; usercopy.asm - every instruction of the kernel that touches user memory.
;
; The callers (usercopy.h, usercopy.c) have checked that the user range lies
; below USER_END, so a fault here is a fault in user memory: trap.c serves it,
; or goes on at the fix-up that EX_TABLE names. A copy is restartable: its
; short forms load all before they store, and a failed one is repeated byte by
; byte, which finds the exact place of the fault.
;
; Short copies are plain moves, for the start of a REP string instruction costs
; more; longer ones are REP MOVSB where the CPU says it is fast (ERMS), else REP
; MOVSQ. cpu.c patches the jump that chooses. From WORDS_MIN bytes on it is REP
; MOVSQ everywhere: a CPU moves cache lines for both, and its second start for
; the last bytes counts no more; an emulator takes a step for every word.

%include "macros.inc"

%define WORDS_MIN 512

        global  usercopy_core, userzero_core, userstring_core
        global  usercas_core, userload_nofault_core, usercas_nofault_core
        global  user_load8_core, user_store8_core, user_load4_core, user_store4_core
        global  kernel_load_core
        global  usercopy_text_start, usercopy_text_end, usercopy_nofault_start
        global  usercopy_rep_site, userzero_rep_site

section .text.usercopy progbits alloc exec nowrite align=64
usercopy_text_start:

; size_t usercopy_core(rdi = to, rsi = from, rdx = len): bytes not copied. One of the two is user memory.
usercopy_core:
        STAC
        cmp     rdx, 16
        ja      .over16
        cmp     edx, 8
        jb      .under8
.a0:    mov     rax, [rsi]
.a1:    mov     rcx, [rsi + rdx - 8]
.a2:    mov     [rdi], rax
.a3:    mov     [rdi + rdx - 8], rcx
.done:  CLAC
        xor     eax, eax
        ret
.under8:
        cmp     edx, 4
        jb      .under4
.b0:    mov     eax, [rsi]
.b1:    mov     ecx, [rsi + rdx - 4]
.b2:    mov     [rdi], eax
.b3:    mov     [rdi + rdx - 4], ecx
        jmp     .done
.under4:
        test    edx, edx
        jz      .done
.c0:    movzx   eax, byte [rsi]
.c1:    movzx   ecx, byte [rsi + rdx - 1]
.c2:    mov     [rdi], al
        cmp     edx, 3
        jb      .two
.c3:    movzx   eax, byte [rsi + 1]
.c4:    mov     [rdi + 1], al
.two:
.c5:    mov     [rdi + rdx - 1], cl
        jmp     .done

.over16:
        cmp     rdx, 32
        ja      .over32
.d0:    mov     rax, [rsi]
.d1:    mov     rcx, [rsi + 8]
.d2:    mov     r8, [rsi + rdx - 16]
.d3:    mov     r9, [rsi + rdx - 8]
.d4:    mov     [rdi], rax
.d5:    mov     [rdi + 8], rcx
.d6:    mov     [rdi + rdx - 16], r8
.d7:    mov     [rdi + rdx - 8], r9
        jmp     .done
.over32:
        cmp     rdx, 64
        ja      .long
.e0:    mov     rax, [rsi]
.e1:    mov     rcx, [rsi + 8]
.e2:    mov     r8, [rsi + 16]
.e3:    mov     r9, [rsi + 24]
.e4:    mov     [rdi], rax
.e5:    mov     [rdi + 8], rcx
.e6:    mov     [rdi + 16], r8
.e7:    mov     [rdi + 24], r9
.e8:    mov     rax, [rsi + rdx - 32]
.e9:    mov     rcx, [rsi + rdx - 24]
.e10:   mov     r8, [rsi + rdx - 16]
.e11:   mov     r9, [rsi + rdx - 8]
.e12:   mov     [rdi + rdx - 32], rax
.e13:   mov     [rdi + rdx - 24], rcx
.e14:   mov     [rdi + rdx - 16], r8
.e15:   mov     [rdi + rdx - 8], r9
        jmp     .done

.long:
        mov     rcx, rdx
        cmp     rdx, WORDS_MIN
        jae     .words
.rep_site:
        jmp     short .words                    ; two bytes; NOP with ERMS
.f0:    rep movsb
        CLAC
        xor     eax, eax
        ret
.words: shr     rcx, 3
.f1:    rep movsq
        and     edx, 7
        jz      .done2
        mov     ecx, edx
.f2:    rep movsb
.done2: CLAC
        xor     eax, eax
        ret

; Fix-ups. A short form has changed neither pointer nor length: again, by bytes.
.words_failed:
        and     edx, 7
        lea     rdx, [rdx + rcx * 8]
.short_failed:
        mov     rcx, rdx
.g0:    rep movsb
.bytes_failed:
        CLAC
        mov     rax, rcx
        ret

%macro  SHORT_FAILS 1-*
 %rep %0
        EX_TABLE usercopy_core.%1, usercopy_core.short_failed
  %rotate 1
 %endrep
%endmacro
        SHORT_FAILS a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, c4, c5
        SHORT_FAILS d0, d1, d2, d3, d4, d5, d6, d7
        SHORT_FAILS e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15
        EX_TABLE usercopy_core.f1, usercopy_core.words_failed
        EX_TABLE usercopy_core.f0, usercopy_core.bytes_failed
        EX_TABLE usercopy_core.f2, usercopy_core.bytes_failed
        EX_TABLE usercopy_core.g0, usercopy_core.bytes_failed

; size_t userzero_core(rdi = user address, rsi = len): bytes not zeroed.
        align   16
userzero_core:
        STAC
        xor     eax, eax
        mov     rcx, rsi
        cmp     rcx, 16
        jb      .bytes
        cmp     rcx, WORDS_MIN
        jae     .words
.rep_site:
        jmp     short .words
.z0:    rep stosb
        CLAC
        ret
.words: mov     edx, ecx
        and     edx, 7
        shr     rcx, 3
.z1:    rep stosq
        mov     ecx, edx
.bytes:
.z2:    rep stosb
.failed:
        CLAC
        mov     rax, rcx
        ret
.words_failed:
        lea     rcx, [rdx + rcx * 8]
        jmp     .bytes
        EX_TABLE userzero_core.z0, userzero_core.failed
        EX_TABLE userzero_core.z1, userzero_core.words_failed
        EX_TABLE userzero_core.z2, userzero_core.failed

; Find a zero byte in rax: rcx = its mask (zero when there is none); r8 = 0x01.., r9 = 0x80.. . Clobbers r10.
%macro  ZERO_BYTE 0
        mov     rcx, rax
        sub     rcx, r8
        mov     r10, rax
        not     r10
        and     rcx, r10
        and     rcx, r9
%endmacro
%macro  ZERO_BYTE_INIT 0
        mov     r8, 0x0101010101010101
        mov     r9, 0x8080808080808080
%endmacro

; long userstring_core(rdi = to, rsi = user string, rdx = size): length without the terminator, size when
; there is none in so many bytes, -EFAULT. Words may be read past the terminator: a fault there is not
; the string's, so a failing word is read again by bytes.
        align   16
userstring_core:
        STAC
        ZERO_BYTE_INIT
        xor     r11d, r11d                      ; bytes copied
.word:  lea     rax, [r11 + 8]
        cmp     rax, rdx
        ja      .byte
.s0:    mov     rax, [rsi + r11]
        mov     [rdi + r11], rax
        ZERO_BYTE
        jnz     .found
        add     r11, 8
        jmp     .word
.found: bsf     rcx, rcx
        shr     ecx, 3
        lea     rax, [r11 + rcx]
        CLAC
        ret
.byte:  cmp     r11, rdx
        jae     .end
.s1:    movzx   eax, byte [rsi + r11]
        mov     [rdi + r11], al
        test    al, al
        jz      .end
        inc     r11
        jmp     .byte
.end:   mov     rax, r11
        CLAC
        ret
.failed:
        mov     rax, -EFAULT
        CLAC
        ret
        EX_TABLE userstring_core.s0, userstring_core.byte
        EX_TABLE userstring_core.s1, userstring_core.failed

; One word. Address and value as for the C functions of usercopy.h; 0 or -EFAULT.
%macro  ONE_WORD 2-3                            ; name, the instruction that may fault, one after it
        align   16
%1:
        STAC
.insn:  %2
        CLAC
 %if %0 == 3
        %3
 %endif
        xor     eax, eax
        ret
        EX_TABLE %1.insn, word_failed
%endmacro
        ONE_WORD user_load8_core, {mov rax, [rsi]}, {mov [rdi], rax}     ; (rdi = to, rsi = user)
        ONE_WORD user_load4_core, {mov eax, [rsi]}, {mov [rdi], eax}
        ONE_WORD user_store8_core, {mov [rdi], rsi}                      ; (rdi = user, rsi = value)
        ONE_WORD user_store4_core, {mov [rdi], esi}

; int NAME(rdi = user word, esi = expected, edx = desired, rcx = &old)
%macro  COMPARE_AND_SWAP 1
        align   16
%1:
        STAC
        mov     eax, esi
.insn:  lock cmpxchg [rdi], edx
        CLAC
        mov     [rcx], eax
        xor     eax, eax
        ret
        EX_TABLE %1.insn, word_failed
%endmacro
        COMPARE_AND_SWAP usercas_core

word_failed:
        CLAC
        mov     eax, -EFAULT
        ret

; From here on a page fault is not served: straight to the fix-up, at any address.
usercopy_nofault_start:

; int userload_nofault_core(rdi = to, rsi = user word)
        ONE_WORD userload_nofault_core, {mov eax, [rsi]}, {mov [rdi], eax}
        COMPARE_AND_SWAP usercas_nofault_core

; int kernel_load_core(rdi = to, rsi = from, 8 bytes)
        align   16
kernel_load_core:
.insn:  mov     rax, [rsi]
        mov     [rdi], rax
        xor     eax, eax
        ret
.failed:
        mov     eax, -EFAULT
        ret
        EX_TABLE kernel_load_core.insn, kernel_load_core.failed

usercopy_text_end:

usercopy_rep_site equ usercopy_core.rep_site
userzero_rep_site equ userzero_core.rep_site
