#!/usr/bin/env python3
"""Fuzz the system calls of a guest: tests/fuzz/fuzz.py --help, or make fuzz.

Our own fuzzer (tests/fuzz/guest) or Debian's trinity runs in a guest under an oracle: nothing may be left when it is
over, the guest must still work, the kernel's log must be free of warnings. A panic, a call that never ends, a task
that cannot be killed, a leak or a wrong answer is a failure, told with the seed and the kernel's log. Exit status 1.
"""

import argparse
import contextlib
import os
import random
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests" / "lib"), str(TOP / "tests")]

import root as roots    # noqa: E402

HERE = TOP / "tests" / "fuzz"
BUILD = TOP / "build" / "fuzz"
SILENCE = 60            # s without a word from the guest, while it had the host's CPUs: it hangs
LIBRARIES = {"lib/x86_64-linux-gnu/libc.so.6": "lib/x86_64-linux-gnu/libc.so.6", "lib64/ld-linux-x86-64.so.2": "lib64/ld-linux-x86-64.so.2"}
TRINITY = ("cd /tmp/fuzz; exec timeout -s KILL {seconds} trinity -q -q -a 64 -s {seed} -C {children} -N 100000000 -l off "
           "--disable-fds=sockets --disable-fds=perf")


class Finding(Exception):
    """What the fuzzer found, as text."""


# ---- the root ----

def compile_guest(source, target, *more):
    target.parent.mkdir(parents=True, exist_ok=True)
    inputs = [*source, *HERE.glob("guest/*.h"), *more]
    if target.exists() and target.stat().st_mtime > max(p.stat().st_mtime for p in inputs):
        return
    subprocess.run(["musl-gcc", "-std=gnu11", "-static", "-s", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-fno-stack-protector",
                    "-pthread", f"-I{TOP}/tests/abi", f"-idirafter{TOP}/build/uapi", "-o", str(target), *map(str, source)], check=True)


def corpus():
    return sorted((HERE / "corpus").glob("*.c"))


def root_make(trinity):
    """An archive with BusyBox, the fuzzer, the corpus, and Debian's trinity if asked for."""
    subprocess.run(["make", "-s", "build/uapi"], cwd=TOP, check=True)
    compile_guest(sorted((HERE / "guest").glob("*.c")), BUILD / "fuzz")
    a = roots.base()
    a.file("bin/fuzz", (BUILD / "fuzz").read_bytes(), 0o755)
    a.dir("corpus")
    for source in corpus():
        compile_guest([source], BUILD / "corpus" / source.stem)
        a.file(f"corpus/{source.stem}", (BUILD / "corpus" / source.stem).read_bytes(), 0o755)
    if trinity:
        debian = Path(subprocess.run([TOP / "tools/fetch-debian"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
        for d in ("lib", "lib/x86_64-linux-gnu", "lib64"):
            a.dir(d)
        for name in ("usr/bin/trinity", *LIBRARIES):
            file = debian / name
            while file.is_symlink():        # links of that root, not of this one
                link = os.readlink(file)
                file = debian / link.lstrip("/") if link.startswith("/") else file.parent / link
            a.file(LIBRARIES.get(name, "bin/trinity"), file.read_bytes(), 0o755)
    path = BUILD / f"root-{os.getpid()}.cpio"
    path.write_bytes(a.bytes())
    return path


# ---- a guest that is watched ----

def symbols(build):
    names = []
    for line in subprocess.run(["nm", "-n", TOP / "build" / build / "percival.debug"], capture_output=True, text=True).stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "tT":
            names.append((int(words[0], 16), words[2]))
    return names


def ask(monitor, command):
    """What QEMU's monitor answers, up to its next prompt; to None with what it greets with."""
    if command is not None:
        monitor.sendall(command.encode() + b"\n")
    text = b""
    with contextlib.suppress(OSError):
        while not text.endswith(b"\n(qemu) ") and (chunk := monitor.recv(65536)):
            text += chunk
    return text.decode("latin-1").replace("\r", "")


STACK_WORDS = 240


def where_cpus_are(path, build):
    """Each CPU's place and what on its stack looks like return addresses, from QEMU's monitor: twice, to see what moves."""
    names = symbols(build)

    def name(address):
        found = [n for n in names if n[0] <= address] if address >> 31 == 0x1ffffffff else []
        return f"{found[-1][1]}+{address - found[-1][0]:#x}" if found else None

    out = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.settimeout(3)
        ask(s, None)
        for look in range(2):
            ask(s, "stop")
            for cpu, text in enumerate(ask(s, "info registers -a").split("CPU#")[1:]):
                regs = dict(re.findall(r"\b(R[A-Z0-9]{2}|CR2)=\s*([0-9a-f]{8,16})", text))
                out.append(f"CPU {cpu}: {regs['RIP']} {name(int(regs['RIP'], 16)) or ''} RDI {regs['RDI']} RBX {regs['RBX']} CR2 {regs.get('CR2')}")
                if not regs["RSP"].startswith("ffff"):
                    continue
                ask(s, f"cpu {cpu}")
                words = re.findall(r"0x([0-9a-f]{16})", ask(s, f"x/{STACK_WORDS}gx 0x{regs['RSP']}"))
                out += [f"    {n}" for w in words if (n := name(int(w, 16)))]
            ask(s, "cont")
            time.sleep(0.2)
    return "\n".join(out) or "(no answer from QEMU's monitor)"


class GuestClock:
    """
    Seconds as the guest had them: the wall's, less those that its threads waited for a CPU of a busy host.

    Each thread's waiting time is in /proc; the guest goes no faster than the one that waited most.
    """

    def __init__(self, runner):
        self.runner, self.qemu, self.waited, self.lost, self.start = runner, None, {}, 0.0, time.monotonic()

    def find(self):
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                name, rest = stat.read_text().rsplit(")", 1)
                if int(rest.split()[1]) == self.runner and "(qemu" in name:
                    return stat.parent
        return None

    def seconds(self):
        self.qemu = self.qemu or self.find()
        most = 0
        for path in self.qemu.glob("task/*/schedstat") if self.qemu else ():
            with contextlib.suppress(OSError, IndexError, ValueError):
                waited = int(path.read_text().split()[1])
                most = max(most, waited - self.waited.get(path, 0))
                self.waited[path] = waited
        self.lost += most / 1e9
        return time.monotonic() - self.start - self.lost


def memory_dump(path, to):
    """The guest's memory in a file, to be looked at with the kernel's symbols."""
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.settimeout(60)
        ask(s, None)
        ends = re.findall(r"-([0-9a-f]{16}) \(prio \d+, ram\): pc\.ram", ask(s, "info mtree -f"))
        ask(s, f'pmemsave 0 {max(int(e, 16) for e in ends) + 1} "{to}"')


def run_guest(a, root, command, timeout):
    """
    Run command in a guest; returns its output. Finding: it failed, panicked or hangs.

    Hangs are judged by the guest's clock, so that a busy host makes none; the wall's limit is only for a host that stands still.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        monitor, log = f"{folder}/monitor", f"{folder}/log"
        line = [TOP / "tools/vm", "--quiet", "--cpus", str(a.cpus), "--mem", a.mem, "--timeout", str(5 * timeout + 600), "--build", a.build, "--root", root,
                "--log", log, *(["--icount"] if a.exact else []), "--kernel", a.kernel,
                "--qemu-arg=-monitor", f"--qemu-arg=unix:{monitor},server=on,wait=off", "--", *command]
        p = subprocess.Popen(list(map(str, line)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        clock = GuestClock(p.pid)
        text, heard, hangs, dump = b"", clock.seconds(), "", a.dump
        while True:
            now = clock.seconds()
            if select.select([p.stdout], [], [], 1)[0]:
                chunk = os.read(p.stdout.fileno(), 65536)
                if not chunk:
                    break
                text += chunk
                heard = now
                if a.verbose:
                    sys.stdout.buffer.write(chunk)
                    sys.stdout.flush()
                if dump and b"does not die" in text[-len(chunk) - 16:]:
                    memory_dump(monitor, os.path.abspath(dump))
                    dump = None
            elif now - heard > SILENCE or now > timeout + SILENCE:
                hangs = f"no word from the guest for {now - heard:.0f} s of its own, {now:.0f} s after its start\n" + where_cpus_are(monitor, a.build)
                if dump:
                    memory_dump(monitor, os.path.abspath(dump))
                p.terminate()
                break
        status = p.wait()
        out = text.decode("utf-8", "replace")
        if not hangs and status == 124:
            hangs = "the guest did not come to an end"
        if status == 0 and not hangs:
            return out
        kernel = Path(log).read_text("utf-8", "replace") if os.path.exists(log) else ""
        kept = [l for l in kernel.replace("\r", "").split("\n") if not re.search("segfault at|traps:|which is not offered|exec: |messages suppressed", l)]
        raise Finding(f"{hangs}\nstatus {status}\n{out[-6000:]}\n--- kernel log, without what programs are told off for ---\n" + "\n".join(kept[-60:]))


# ---- what to run ----

def fuzz(a, root):
    if a.program:
        command, seconds = ["fuzz", "one", a.program, a.times], 60 + int(a.times) * 2
    elif a.exact:
        command, seconds = ["fuzz", "exact", a.seed, a.exact], 120
    elif a.trinity:
        half = max(a.seconds // 2, 5)
        command = ["fuzz", "oracle", "su", "alice", "-c", TRINITY.format(seconds=half, seed=a.seed, children=2 * a.cpus)]
        seconds = 2 * half + 60
    else:
        command, seconds = ["fuzz", "run", a.seed, a.seconds, a.workers or 2 * a.cpus], a.seconds + 60
    return run_guest(a, root, command, seconds)


def run_corpus(a, root):
    """Each reproducer of the corpus, under the oracle."""
    for source in corpus():
        run_guest(a, root, ["fuzz", "oracle", f"/corpus/{source.stem}"], 90)
        print(f"fuzz: corpus/{source.stem} passed")


def parser():
    p = argparse.ArgumentParser(prog="tests/fuzz/fuzz.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=int, default=60)
    p.add_argument("--cpus", type=int, default=4)
    p.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    p.add_argument("--workers", type=int, help="programs at a time (twice the CPUs)")
    p.add_argument("--build", default="gcc-debug", help="which Percival (gcc-debug)")
    p.add_argument("--kernel", default="percival", help="percival; linux: what the fuzzer itself does there")
    p.add_argument("--mem", default="512M")
    p.add_argument("--trinity", action="store_true", help="Debian's trinity, as an unprivileged user")
    p.add_argument("--exact", type=int, default=0, metavar="PROGRAMS", help="one worker, single tasks, instructions counted: repeats exactly")
    p.add_argument("--program", help="one program, by its seed: the name of the process in a panic")
    p.add_argument("--times", default="100", help="how often, with --program")
    p.add_argument("--corpus", action="store_true", help="only the reproducers of what was found before")
    p.add_argument("--dump", metavar="FILE", help="the guest's memory, when it hangs or a task cannot be killed")
    p.add_argument("--verbose", action="store_true")
    return p


def session(a):
    """Run as the options say; returns the output. Finding: something was found."""
    root = root_make(a.trinity)
    try:
        return run_corpus(a, root) if a.corpus else fuzz(a, root)
    finally:
        root.unlink()


def main():
    a = parser().parse_args()
    what = "trinity" if a.trinity else "the corpus" if a.corpus else f"program {a.program}" if a.program else "ours"
    print(f"fuzz: {what}, seed {a.seed}, {a.cpus} CPUs, {a.build}", flush=True)
    if not shutil.which("musl-gcc"):
        sys.exit("fuzz: musl-gcc not found (package musl-tools)")
    try:
        out = session(a)
    except Finding as f:
        print(f"{f}\nfuzz: FAILED: {what}, SEED={a.seed} CPUS={a.cpus} BUILD={a.build}")
        return 1
    if out and not a.verbose:
        said = [l for l in out.splitlines() if re.match(r"fuzz: (\d+ programs|\d+ of \d+ calls|digest|MemFree)|\[main\] \d+ iterations", l)]
        print("\n".join(said[-3:]))
    print("fuzz: passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
