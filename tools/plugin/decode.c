/*
 * decode.c - the few x86 instructions that a measurement must know: REP, CALL, RET, IRET,
 * accesses to per-CPU data.
 *
 * Code of 16 and 32 bits (booting) is decoded as if it had 64: nothing of it is measured.
 */
#include "guest.h"

struct prefixes { bool rep, gs, rex_w; size_t size; };

static struct prefixes prefixes_read(const unsigned char *b, size_t size)
{
	struct prefixes p = { 0 };

	for (; p.size + 1 < size; p.size++) {
		unsigned char c = b[p.size];

		if (c == 0xf2 || c == 0xf3)
			p.rep = true;
		else if (c == 0x65)
			p.gs = true;
		else if ((c & 0xf0) == 0x40)
			p.rex_w = c & 8;
		else if (c != 0x66 && c != 0x67 && c != 0xf0 && c != 0x2e && c != 0x36 && c != 0x3e && c != 0x26 && c != 0x64)
			break;
	}
	return p;
}

/* The string instructions, and which access tells an iteration. */
static bool rep_decode(struct decoded *d, unsigned char opcode)
{
	switch (opcode & ~1u) {
	case 0xa4: case 0xaa: case 0x6c:                /* MOVS STOS INS */
		d->rep_rw = MEM_WRITE;
		d->rep_weight = 2;
		return true;
	case 0xac: case 0xae: case 0x6e:                /* LODS SCAS OUTS */
		d->rep_rw = MEM_READ;
		d->rep_weight = 2;
		return true;
	case 0xa6:                                      /* CMPS reads twice */
		d->rep_rw = MEM_READ;
		d->rep_weight = 1;
		return true;
	default:
		return false;
	}
}

/* b: the opcode; rest: bytes from there on. The address of gs:[disp32] or gs:[rip + disp32]. */
static void percpu_decode(struct decoded *d, const unsigned char *b, size_t rest, uint64_t next_pc)
{
	size_t modrm = b[0] != 0x0f ? 1 : rest > 1 && (b[1] == 0x38 || b[1] == 0x3a) ? 3 : 2;
	int32_t disp;
	bool absolute, relative;

	if (modrm + 5 > rest)
		return;
	relative = (b[modrm] & 0xc7) == 0x05;
	absolute = (b[modrm] & 0xc7) == 0x04 && modrm + 6 <= rest && (b[modrm + 1] & 0x3f) == 0x25;
	if (!relative && !absolute)
		return;
	memcpy(&disp, b + modrm + (relative ? 1 : 2), 4);
	d->is_percpu = true;
	d->percpu = (uint64_t)(int64_t)disp + (relative ? next_pc : 0);
}

void decode(struct decoded *d, const unsigned char *bytes, size_t size, uint64_t pc)
{
	struct prefixes p = prefixes_read(bytes, size);
	const unsigned char *b = bytes + p.size;
	size_t rest = size - p.size;

	*d = (struct decoded){ .kind = PLAIN };
	if (p.rep && rest == 1 && rep_decode(d, *b))
		d->kind = REP;
	else if (*b == 0xe8 || (*b == 0xff && rest > 1 && (b[1] >> 3 & 7) == 2))
		d->kind = CALL;
	else if ((*b == 0xc3 && rest == 1) || (*b == 0xc2 && rest == 3))
		d->kind = RET;
	else if (*b == 0xcf && rest == 1 && p.rex_w)
		d->kind = IRET;
	if (p.gs)
		percpu_decode(d, b, rest, pc + size);
}
