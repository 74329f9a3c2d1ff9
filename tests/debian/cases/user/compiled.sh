# limit: 300
# full
# Programs of other languages' run times and another C library: Go, Rust, JavaScript, musl; threads, static and dynamic.
mkdir tree; for i in $(seq 60); do mkdir -p tree/d$((i % 7)); seq $i 400 > tree/d$((i % 7))/f$i.txt; done
rg --sort path -c '^39.$' tree | tail -2; rg -j 4 -l '^55$' tree | wc -l; rg --no-heading -n 'none of it' tree; echo "rg $?"; seq 5 | rg --passthru 3 | wc -l
fdfind -e txt . tree | wc -l; fdfind -j 4 '^f1.\.txt$' tree -x wc -l | awk '{ s += $1 } END { print s }'; fdfind -t d . tree | sort | head -2
find tree -type f | fzf --filter 'd3f1' | sort | head -3; seq 100000 | fzf --filter '999' | wc -l
TERM=linux onpty -q -g 20x60 '@3/3' 'tw' '@1/3' '\r' -- sh -c 'printf "one\ntwo\nthree\n" | fzf > picked'; cat picked
for i in $(seq 8); do seq $((i * 1000)) | sed 's/.*/{"n": &, "a": [1, "x", null]}/' | gron -s | sort | md5sum & done | sort | uniq | wc -l; wait
echo '{"b": {"c": [1, 2]}, "a": "t"}' | gron | tee g; gron -u g | tr -d ' \n'; echo
GOMAXPROCS=1 gron g 2>/dev/null; echo "gron $?"
cat > t.js <<'E'
const { spawn, execSync } = require('child_process'), fs = require('fs'), net = require('net'), { Worker, isMainThread, parentPort } = require('worker_threads');
if (!isMainThread) { let s = 0; for (let i = 0; i < 1e6; i++) s += i; parentPort.postMessage(s); }
else (async () => {
	console.log(execSync('echo sub; exit 0').toString().trim(), process.platform, process.arch, typeof process.memoryUsage().rss);
	const c = spawn('sh', ['-c', 'cat; exit 5']); c.stdout.on('data', d => process.stdout.write('child: ' + d)); c.stdin.end('in\n');
	console.log(await new Promise(r => c.on('close', r)));
	console.log((await Promise.all([1, 2, 3].map(() => new Promise(r => new Worker(__filename).on('message', r))))).join());
	await new Promise(r => net.createServer(s => s.on('data', d => s.end(d.toString().toUpperCase()))).listen('s.sock', function () { const k = net.connect('s.sock', () => k.write('over a socket'));
		k.on('data', d => console.log(d.toString())); k.on('close', () => this.close(r)); }));
	await fs.promises.writeFile('f', 'x'.repeat(1e6)); console.log((await fs.promises.stat('f')).size, (await fs.promises.readdir('tree')).sort().join());
	const w = fs.watch('tree', (e, n) => { console.log(e, n); w.close(); setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 10); }); setTimeout(() => fs.writeFileSync('tree/new', ''), 50);
	process.on('SIGUSR2', () => { console.log('usr2'); process.exit(7); });
})();
E
node t.js; echo "node $?"; node -e 'let a = []; for (let i = 0; i < 3e5; i++) a.push({ i, s: "s" + i }); console.log(a.length, require("crypto").createHash("sha1").update("x").digest("hex").slice(0, 8), require("zlib").gzipSync("a".repeat(1e5)).length < 1000)'
cat > m.c <<'E'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static __thread int mine;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t gate;
static int turn, sum;
static void *run(void *arg)
{
	int me = (int)(long)arg;
	char *p = malloc(1000 * (me + 1));
	memset(p, me, 1000 * (me + 1));
	mine = p[500 * (me + 1)];
	free(p);
	pthread_barrier_wait(&gate);
	pthread_mutex_lock(&lock);
	while (turn != me)
		pthread_cond_wait(&turned, &lock);
	sum = sum * 10 + mine;
	turn++;
	pthread_cond_broadcast(&turned);
	pthread_mutex_unlock(&lock);
	return (void *)(long)(mine * 2);
}
int main(void)
{
	pthread_t t[8];
	long all = 0;
	pthread_barrier_init(&gate, 0, 8);
	for (long i = 0; i < 8; i++)
		pthread_create(&t[i], 0, run, (void *)i);
	for (int i = 0; i < 8; i++) {
		void *r;
		pthread_join(t[i], &r);
		all += (long)r;
	}
	printf("%d %ld %d\n", sum, all, mine);
	return 3;
}
E
for how in 'gcc -pthread' 'gcc -pthread -static' 'gcc -pthread -static-pie' 'musl-gcc -pthread' 'musl-gcc -pthread -static'; do $how -O2 -o m m.c && ./m; echo "$how: $?"; done
musl-gcc -o m m.c && readelf -l m | grep -o '/lib/ld-musl.*so.1'; ldd m | grep -c libc
