# limit: 300
# full
# Lua and Ruby, Python's asyncio, bc: what their run times ask of the kernel.
lua5.4 -e 'local t = {} for i = 1, 1e5 do t[i] = tostring(i) end print(#table.concat(t), collectgarbage("count") > 0)
	local f = io.popen("echo popen; exit 3") print(f:read("a"), f:close()) print(os.rename("none", "x")) print(os.execute("kill -TERM $$")) io.open("l", "w"):write("text"):close() for l in io.lines("l") do print(l) end'
ruby -e 'r, w = IO.pipe; p = fork { r.close; w.puts "child"; exit! 5 }; w.close; puts r.read; Process.wait p; p $?.exitstatus
	q = Queue.new; t = 4.times.map { |i| Thread.new { 100.times { q << i }; Thread.pass } }; t.each(&:join); p q.size
	trap("USR1") { puts "usr1" }; Process.kill "USR1", $$; sleep 0.1; begin; require "timeout"; Timeout.timeout(0.3) { sleep }; rescue Timeout::Error; puts "timeout"; end
	require "socket"; s = UNIXServer.new "rs"; a = Thread.new { c = s.accept; c.puts c.gets.upcase; c.close }; c = UNIXSocket.new "rs"; c.puts "abc"; puts c.read; a.join
	require "pty"; PTY.spawn("tty -s; echo tty $?") { |o, i, pid| puts o.gets; Process.wait pid }; p IO.popen(["cat"], "r+") { |io| io.write "x"; io.close_write; io.read }
	GC.start; p (1..20).inject(:*), File.stat("/").directory?, Dir.glob("/etc/pass*").sort.first, `echo sub`, Process.clock_gettime(Process::CLOCK_MONOTONIC) > 0
	require "fiddle"; p Fiddle::Function.new(Fiddle.dlopen(nil)["abs"], [Fiddle::TYPE_INT], Fiddle::TYPE_INT).call(-7); f = Fiber.new { Fiber.yield 1; 2 }; p f.resume, f.resume; r = Ractor.new { 6 * 7 }; p r.take' 2>&1 | grep -v warning:
python3 -c 'import asyncio, signal, os, concurrent.futures as cf
async def serve(r, w): w.write((await r.readline()).upper()); await w.drain(); w.close()
async def main():
    s = await asyncio.start_unix_server(serve, "as"); loop = asyncio.get_running_loop(); loop.add_signal_handler(signal.SIGUSR1, lambda: print("usr1")); os.kill(os.getpid(), signal.SIGUSR1)
    async def ask(i):
        r, w = await asyncio.open_unix_connection("as"); w.write(b"line %d\n" % i); out = await r.read(); w.close(); return out
    print(sorted(await asyncio.gather(*(ask(i) for i in range(20))))[-1])
    p = await asyncio.create_subprocess_exec("sh", "-c", "echo out; exit 4", stdout=asyncio.subprocess.PIPE); print(await p.communicate(), p.returncode)
    try: await asyncio.wait_for(asyncio.sleep(9), 0.2)
    except asyncio.TimeoutError: print("timeout")
    with cf.ProcessPoolExecutor(2) as pool: print(await loop.run_in_executor(pool, pow, 3, 5))
    print(await asyncio.to_thread(os.getpid) == os.getpid())
asyncio.run(main())'
echo 'scale=20; 4*a(1)' | bc -l; echo '2^200' | bc; /usr/bin/time -f '%x %c' true 2>&1 | cut -d' ' -f1
