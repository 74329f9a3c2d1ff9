/*
 * limit: 120
 * sockets, swept (sweep.h).
 */
#include "world.h"

static const struct call calls[] = {
	{ "socket", 41, F, "1,0,46,47,-1,0x100000001 int+0x800,0x80000,0x80801,0x80802,0x80805,0x100001 int" },
	{ "socketpair", 53, D, "1,0,46,47,-1 int+0x80801,0x80802,0x100001 0,1,2,-1 pbuf" },
	{ "bind", 49, D, "sock+fd addr alen" },
	{ "connect", 42, D, "sock+fd addr alen" },
	{ "listen", 50, D, "sock+fd int" },
	{ "accept", 43, F|V, "sock+fd pbuf+0 pbuf+0" },
	{ "accept4", 288, F|V, "sock+fd pbuf+0 pbuf+0 bits" },
	{ "getsockname", 51, 0, "sock+fd pbuf ilen" },
	{ "getpeername", 52, 0, "sock+fd pbuf ilen" },
	{ "shutdown", 48, D, "sock+fd int" },
	{ "sendto", 44, D, "sock+fd pbuf small 0x4040,msgbits addr+0 alen" },
	{ "recvfrom", 45, 0, "sock+fd pbuf small 0,msgbits,0x22,0x42,0x62 pbuf+0 ilen+0" },
	{ "sendmsg", 46, D, "sock+fd msg 0x4040,msgbits" },
	{ "recvmsg", 47, 0, "sock+fd msg 0,msgbits,0x22,0x42" },
	{ "sendmmsg", 307, D, "sock msg 0,1,2,1025,-1,0x100000001 0x4040,0" },
	{ "sendto.oob", 44, D, "sp,so,ls,dg pbuf 1,0,3 0x4041,0x4001,1 0 0" },
	{ "recvfrom.oob", 45, 0, "sp,so,ls,dg pbuf 1,0,3 0x41,0x43,0x61 0 0" },
	{ "recvmmsg", 299, 0, "sock msg 0,1,2,-1 0x40,0x10040,0 ts+0" },
	{ "getsockopt", 55, V, "sock 1,0,2,6,41,-1,270 nums+65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80 pbuf ilen" },
	{ "getsockopt.mem", 55, 0, "sp,dg,ls,so 1 2,3,4,5,6,7,8,9,10,12,13,14,15,16,18,19,20,21,24,29,30,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,56,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83 buf4 ilen" },
	{ "setsockopt", 54, D, "sock 1,0,6,-1 1,2,3,4,5,6,7,8,9,10,12,13,14,15,16,17,18,19,20,21,28,29,30,31,32,33,34,35,36,38,39,40,41,42,43,44,45,48,49,54,56,57,58,59,60,63,64,66,67,0x7fffffff,-1 opt 4,0,1,3,8,16,-1,0x7fffffff" },
	{ "ioctl.sock", 16, V, "sock 0x541b,0x5411,0x5421,0x5452,0x5401,0x8901,0x8902,0x8903,0x8904,0x8905,0x8906,0x8910,0x8912,0x8914,0x8946,0x8982,0x89e0,0x89f3 buf" },
};

int main(int argc, char **argv)
{
	values_make();
#define X(n) add(#n, #n, FD_##n);
	X(sp) X(dg) X(ls) X(so)
#undef X
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
	put("addr", "sock", &un, sizeof un);
	strcpy(un.sun_path, "new");
	put("addr", "new", &un, sizeof un);
	strcpy(un.sun_path, "file");
	put("addr", "file", &un, sizeof un);
	strcpy(un.sun_path, "missing/x");
	put("addr", "missing/x", &un, sizeof un);
	memset(un.sun_path, 0, sizeof un.sun_path);
	put("addr", "abstract", &un, sizeof un);
	un.sun_family = AF_INET;
	put("addr", "inet", &un, sizeof un);
	un.sun_family = AF_UNSPEC;
	put("addr", "unspec", &un, sizeof un);
	add_bad_pointers("addr");
	add("alen", "110", 110);
	add("alen", "7", 7);
	add("alen", "2", 2);
	add("alen", "3", 3);
	add("alen", "0", 0);
	add("alen", "1", 1);
	add("alen", "111", 111);
	add("alen", "128", 128);
	add("alen", "129", 129);
	add("alen", "-1", -1ul);
	add("alen", "7|1<<32", 7 | 1ull << 32);
	PUT("ilen", "110", 110);
	PUT("ilen", "4", 4);
	PUT("ilen", "0", 0);
	PUT("ilen", "1", 1);
	PUT("ilen", "-1", 0xffffffff);
	PUT("ilen", "2^31", 0x7fffffff);
	add_bad_pointers("ilen");
	uint64_t b = ARENA, iov = PUT(NULL, "", b, 8), iov2 = PUT(NULL, "", b, 4, b + 8, 4), bad = PUT(NULL, "", WRONLY_FREE, 8),
		 neg = PUT(NULL, "", b, -1);
	uint64_t right = PUT(NULL, "", 20, 1 | 1ull << 32, FD_reg, 0);
	uint64_t badright = PUT(NULL, "", 20, 1 | 1ull << 32, 999, 0);
	uint64_t cred = PUT(NULL, "", 28, 1 | 2ull << 32, 0, 0, 0);
	uint64_t wrong = PUT(NULL, "", 20, 1 | 9ull << 32, 0, 0);
	uint64_t shrt = PUT(NULL, "", 15, 1 | 1ull << 32, 0, 0);
	uint64_t lng = PUT(NULL, "", 100, 1 | 1ull << 32, 0, 0);
	uint64_t level = PUT(NULL, "", 20, 2 | 1ull << 32, 0, 0);
	PUT("msg", "1", 0, 0, iov, 1, 0, 0, 0, 0);
	PUT("msg", "2", 0, 0, iov2, 2, 0, 0, 0, 0);
	PUT("msg", "0", 0, 0, 0, 0, 0, 0, 0, 0);
	PUT("msg", "bad", 0, 0, bad, 1, 0, 0, 0, 0);
	PUT("msg", "neg", 0, 0, neg, 1, 0, 0, 0, 0);
	PUT("msg", "badiov", 0, 0, WRONLY_FREE, 1, 0, 0, 0, 0);
	PUT("msg", "1025", 0, 0, iov, 1025, 0, 0, 0, 0);
	PUT("msg", "name", ARENA + 64, 110, iov, 1, 0, 0, 0, 0);
	PUT("msg", "nameneg", ARENA + 64, 0xffffffff, iov, 1, 0, 0, 0, 0);
	PUT("msg", "namebig", ARENA + 64, 200, iov, 1, 0, 0, 0, 0);
	PUT("msg", "badname", WRONLY_FREE, 110, iov, 1, 0, 0, 0, 0);
	PUT("msg", "rights", 0, 0, iov, 1, right, 24, 0, 0);
	PUT("msg", "badright", 0, 0, iov, 1, badright, 24, 0, 0);
	PUT("msg", "cred", 0, 0, iov, 1, cred, 32, 0, 0);
	PUT("msg", "wrongtype", 0, 0, iov, 1, wrong, 24, 0, 0);
	PUT("msg", "short", 0, 0, iov, 1, shrt, 24, 0, 0);
	PUT("msg", "long", 0, 0, iov, 1, lng, 24, 0, 0);
	PUT("msg", "level", 0, 0, iov, 1, level, 24, 0, 0);
	PUT("msg", "ctrl8", 0, 0, iov, 1, right, 8, 0, 0);
	PUT("msg", "ctrlbad", 0, 0, iov, 1, WRONLY_FREE, 24, 0, 0);
	PUT("msg", "ctrlhuge", 0, 0, iov, 1, right, 1ull << 40, 0, 0);
	PUT("msg", "flags", 0, 0, iov, 1, 0, 0, 0xffffffff, 0);
	add_bad_pointers("msg");
	PUT("opt", "0", 0, 0);
	PUT("opt", "1", 1, 0);
	PUT("opt", "-1", -1, -1);
	PUT("opt", "5000", 5000, 0);
	PUT("opt", "1,1", 1 | 1ull << 32, 0);
	PUT("opt", "5s", 5, 0);
	PUT("opt", "us", 5, 1000000);
	add_bad_pointers("opt");
	add("buf4", "buf", ARENA);
	for (unsigned i = 0; i < 33; i++) {
		char n[24];

		snprintf(n, sizeof n, "%#llx", 1ull << i);
		add("msgbits", n, 1ull << i);
	}
	return SWEEP(calls);
}
