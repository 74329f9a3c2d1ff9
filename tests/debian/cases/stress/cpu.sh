# limit: 600
# full
# Computing: the registers that a switch must keep, and nothing else.
stressors 20 atomic branch bsearch cpu crypt dekker fp fp-error funccall funcret getrandom goto hash heapsort \
	hsearch icache judy lockbus longjmp lsearch matrix matrix-3d memcpy memrate mergesort misaligned nop \
	peterson prefetch priv-instr qsort radixsort randlist regs shellsort skiplist sparsematrix str stream \
	syncload tree tsc tsearch vecfp vecmath vecshuf vecwide wcs x86cpuid zlib
