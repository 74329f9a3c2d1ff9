; vdso_image.asm - the vDSO as the build made it, in whole pages of read-only data.
bits 64
section .rodata.vdso progbits alloc noexec nowrite align=4096
global vdso_image_start, vdso_image_end
vdso_image_start:
	incbin "vdso.so"
	align 4096, db 0
vdso_image_end:
