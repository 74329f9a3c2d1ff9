"""The boot matrix: machines, CPU models, kernels, ways to boot, bad input.

Each entry boots a guest and runs the same self-check, whose output is known.
Bad input is judged by the exit status and by what the kernel says. Figures
are measured and shown; they never decide.
"""

import re
import shutil
import statistics
import subprocess

import cases
import guest
from boot import bochs
from cpio import Archive
from external import Failed, Skipped

BUILD = cases.BUILD / "boot"

# All processors run a task; processes, pipes, files and signals work.
SELF_CHECK = r"""
n=$(nproc); i=0
while [ $i -lt $n ]; do taskset -c $i true || echo "processor $i does not run"; i=$((i+1)); done
[ $(grep -c ^processor /proc/cpuinfo) = $n ] || echo "cpuinfo differs"
i=0; while [ $i -lt 8 ]; do (seq 1 300 | sort -rn | tail -n 1) & i=$((i+1)); done; wait
mkdir /tmp/d && echo text > /tmp/d/f && cat /tmp/d/f
trap 'echo trapped' TERM; (kill -TERM $$; sleep 1) & wait; wait
echo "processors $n"
exit 5
"""


def self_check_output(cpus):
    return "1\n" * 8 + f"text\ntrapped\nprocessors {cpus}\n"


def boots(name, cpus, *options, timeout=120):
    """A test that boots with these options and runs the self-check."""
    def test(report):
        r = guest.run(["--cpus", cpus, *options],
                      ["sh", "-c", SELF_CHECK], timeout=timeout)
        want = self_check_output(cpus)
        if r.status != 5 or r.out.decode("utf-8", "replace") != want:
            raise Failed(f"expected status 5 and {want!r}\ngot {r.out[-2000:]!r}\n"
                         + r.tail())
    return f"boot/{name}", test


def matrix(a):
    kernel = ["--kernel", "percival"]
    clang = kernel + ["--build", "clang"]
    debug = kernel + ["--build", "gcc-debug"]
    rows = [boots(f"{n} CPUs", n, *kernel, timeout=240 if n > 8 else 120)
            for n in (1, 2, 4, 8, 64)]
    rows += [
        boots("qemu64", 4, "--cpu", "qemu64", *kernel),
        boots("qemu64, 1 CPU", 1, "--cpu", "qemu64", *kernel),
        boots("Haswell", 2, "--cpu", "Haswell", *kernel),
        boots("EPYC", 2, "--cpu", "EPYC", *kernel),
        boots("pc", 4, "--machine", "pc", *kernel),
        boots("microvm", 4, "--machine", "microvm", *kernel),
        boots("microvm, qemu64, 1 CPU", 1, "--machine", "microvm", "--cpu", "qemu64", *kernel),
        boots("ISO, q35", 4, "--iso", *kernel),
        boots("ISO, pc, qemu64", 2, "--iso", "--machine", "pc", "--cpu", "qemu64", *kernel),
        boots("clang", 4, *clang),
        boots("clang, ISO, 1 CPU", 1, "--iso", *clang),
        boots("debug", 4, *debug),
        boots("debug, 1 CPU, qemu64", 1, "--cpu", "qemu64", *debug),
        boots("24 MiB", 4, "--mem", "24M", *kernel),
        boots("24 MiB, microvm", 1, "--mem", "24M", "--machine", "microvm", *kernel),
        boots("4 GiB", 2, "--mem", "4G", *kernel),
        boots("instruction counting", 2, "--icount", *kernel),
        ("boot/Bochs", lambda report: bochs.test(report)),
    ]
    return rows


# ---- bad input -------------------------------------------------------------

def archive(name, fill):
    """A small initramfs of our own making."""
    a = Archive()
    fill(a)
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / f"{name}.cpio"
    path.write_bytes(a.bytes())
    return path


def put_shell(a):
    """BusyBox, and as /bin/sh, into an archive."""
    with open(guest.busybox(), "rb") as f:
        a.file("bin/busybox", f.read(), 0o755)
    a.link("bin/sh", "busybox")


def built(name):
    """The guest's program tests/boot/NAME.c, as bytes."""
    binary = cases.BUILD / f"boot-{name}"
    guest.compile_static(cases.TOP / "tests" / "boot" / f"{name}.c", binary)
    return binary.read_bytes()


def expect_panic(name, patterns, *options, mem="128M"):
    """Boot what cannot work: status 125, and each pattern in what is shown."""
    log = BUILD / "log.txt"
    BUILD.mkdir(parents=True, exist_ok=True)
    r = guest.run(["--kernel", "percival", "--cpus", 2, "--mem", mem, *options],
                  ["true"], timeout=40, log=log)
    shown = r.err.decode("utf-8", "replace") + r.log
    if r.status != guest.PANIC:
        raise Failed(f"{name}: expected status {guest.PANIC}\n" + r.tail())
    missing = [p for p in patterns if not re.search(p, shown)]
    if missing:
        raise Failed(f"{name}: nothing like {missing} in\n" + r.tail())
    return shown


def no_init(report):
    """Each path that was tried is named."""
    path = archive("no-init", lambda a: a.file("etc/motd", "nothing here\n"))
    expect_panic("no init", [r"(?i)init", "/sbin/init", "/etc/init", "/bin/init", "/bin/sh"],
                 "--initrd", path)


def no_initramfs(report):
    expect_panic("no initramfs", [r"(?i)no initramfs", "/sbin/init"], "--initrd", "none")


def init_not_a_program(report):
    """Neither a program nor a script: the path and why."""
    path = archive("bad-init", lambda a: a.file("init", b"\x7fELF rubbish" * 20, 0o755))
    expect_panic("init is no program", [r"/init\b.*error -8\b"],
                 "--initrd", path)


def init_truncated(report):
    """A program cut in the middle of what it says it has."""
    with open(guest.busybox(), "rb") as f:
        data = f.read()[:3000]
    path = archive("cut-init", lambda a: a.file("init", data, 0o755))
    expect_panic("init is cut", ["/init"], "--initrd", path)


def init_exits(report):
    """Process 1 may not end; the panic says so, with a symbolised backtrace."""
    def fill(a):
        put_shell(a)
        a.file("init", "#!/bin/busybox sh\nexit 3\n", 0o755)
    expect_panic("init exits", [r"(?i)init", r"(?i)CPU \d", r"[a-z_]+\+0x[0-9a-f]+"],
                 "--initrd", archive("init-exits", fill))


def cpio_broken(name, damage, patterns):
    """A damaged archive: where it is damaged is said; what came before it is there."""
    def test(report):
        def fill(a):
            a.file("first", "whole\n")
            a.file("second", "x" * 5000)
            a.file("third", "x" * 5000)
        path = archive("damaged", fill)
        path.write_bytes(damage(path.read_bytes()))
        expect_panic(name, [r"(?i)(initramfs|cpio)", *patterns], "--initrd", path)
    return f"boot/cpio, {name}", test


def too_little_memory(report):
    """With 2 MiB nothing goes; the figure that is needed is said, where anything can be."""
    expect_panic("too little memory", [r"(?i)memory", r"\b\d+ ?(MiB|KiB|M)"], mem="6M")


def large_initramfs(report):
    """A root that does not fit into memory."""
    path = archive("large", lambda a: a.file("big", b"x" * (20 << 20)))
    expect_panic("large initramfs", [r"(?i)(memory|initramfs|initrd)"],
                 "--initrd", path, mem="24M")


def unknown_call(report):
    """ENOSYS and one line with number, name of the program; a thousand calls give few lines."""
    program = built("unknown_call")

    def fill(a):
        put_shell(a)
        a.file("bin/strange", program, 0o755)
    log = BUILD / "unknown.txt"
    BUILD.mkdir(parents=True, exist_ok=True)
    r = guest.run(["--kernel", "percival", "--cpus", 2, "--root", archive("unknown", fill)],
                  ["/bin/strange"], timeout=60, log=log)
    if r.status != 0:
        raise Failed("a call was not answered by ENOSYS\n" + r.tail())
    lines = [l for l in r.log.splitlines() if "strange" in l and "999" in l]
    if not 1 <= len(lines) <= 20:
        raise Failed(f"{len(lines)} lines on a thousand unknown calls\n" + r.tail())


def out_of_memory(report):
    """All memory of a small guest is used up in ways of each kind; it kills whom it should, says so, and goes on."""
    program = built("out_of_memory")

    def fill(a):
        put_shell(a)
        a.file("bin/fill", program, 0o755)
    log = BUILD / "memory.txt"
    BUILD.mkdir(parents=True, exist_ok=True)
    r = guest.run(["--kernel", "percival", "--cpus", 4, "--mem", "64M", "--root", archive("memory", fill)], ["/bin/fill"], timeout=90, log=log)
    out = r.out.decode()
    for said in ("offered: signal 9", "hog: signal 9", "protected: lives", "all is well"):
        if r.status != 0 or said not in out:
            raise Failed(f"nothing like {said!r}\n{out}" + r.tail())
    if "exit 99" in out or not re.search(r"Out of memory: Killed process \d+ \(fill\)", r.log):
        raise Failed("a way left the guest without memory, or nobody was named\n" + out + r.tail())


def long_ring(report):
    """Whoever must be punctual is, while thousands of sockets that nobody can reach are found and let go."""
    program = built("long_ring")
    r = guest.run(["--kernel", "percival", "--cpus", 1, "--icount", "--root", archive("long-ring", lambda a: a.file("bin/ring", program, 0o755))],
                  ["/bin/ring"], timeout=60)
    found = re.findall(r"(\d+) sockets: gone, (\d+) ns", r.out.decode())
    if r.status != 0 or [n for n, _ in found] != ["20", "20", "4000"]:
        raise Failed("the rings stayed\n" + r.out.decode() + r.tail())
    if int(found[2][1]) > 10000:                # nanoseconds of instructions: measured 2852, before walks paused 734261
        raise Failed("a thread waited for a walk along a ring\n" + r.out.decode())


def memory_forms(cpus):
    """Each kind of thing that the kernel keeps for programs, until a small guest has no more: an error or a victim, and it goes on."""
    def run(report):
        program = built("memory_forms")

        def fill(a):
            put_shell(a)
            a.file("bin/fill", program, 0o755)
            a.dir("tmp", 0o1777)
        r = guest.run(["--kernel", "percival", "--cpus", cpus, "--mem", "128M", "--root", archive(f"forms-{cpus}", fill)],
                      ["/bin/fill"], timeout=400)
        out = r.out.decode()
        if r.status != 0 or "all is well" not in out or re.search(r": (exit [1-9]|signal)", out):
            raise Failed("a kind left the guest without memory\n" + out + r.tail())
    return f"boot/memory forms, {cpus} CPUs", run


def exit_status(report):
    for command, want in ((["sh", "-c", "exit 7"], 7), (["true"], 0), (["false"], 1),
                          (["sh", "-c", "kill -9 $$"], 137),
                          (["sh", "-c", "kill -TERM $$"], 143),
                          (["/nothing/here"], 127), (["/etc/passwd"], 126)):
        r = guest.run(["--kernel", "percival", "--cpus", 1], command, timeout=40)
        if r.status != want:
            raise Failed(f"{command}: expected {want}\n" + r.tail())


def last_words(report):
    """What a program wrote to the console just before it powers the machine off is sent."""
    r = guest.run(["--cpus", 4, "--log", "-"], ["sh", "-c", "seq 1 1500 > /dev/console; poweroff -f"], timeout=60)
    if not re.search(rb"\n1500\r?\n.*Power down", r.err, re.S):
        raise Failed(f"the end of the console's output is lost: {r.err[-300:]!r}")


def resets(report):
    r = guest.run(["--kernel", "percival", "--cpus", 2], ["reboot", "-f"], timeout=40)
    if r.status != guest.PANIC or not re.search(rb"(?i)reset|reboot", r.err):
        raise Failed("expected status 125 and a word about it\n" + r.tail())


def hangs(report):
    r = guest.run(["--kernel", "percival", "--cpus", 2], ["sleep", "1000"], timeout=6)
    if r.status != guest.TIMEOUT:
        raise Failed("expected status 124\n" + r.tail())


def binary_safe(report):
    """Bytes through standard input and output, all values; the serial line takes some 250 KB/s."""
    data = bytes(range(256)) * 512
    r = guest.run(["--kernel", "percival", "--cpus", 4], ["cat"], stdin=data, timeout=60)
    if r.status or r.out != data:
        raise Failed(f"{len(r.out)} bytes of {len(data)} came back\n" + r.tail())


def runner_options(report):
    """What the runner cannot use is one clear line on standard error, and status 2."""
    for options, word in ((["--nosuch"], "nosuch"), (["--root", "/no/such/place"], "/no/such/place"),
                          (["--kernel", "/no/such/kernel"], "/no/such/kernel")):
        done = subprocess.run(guest.command(options, ["true"]), capture_output=True,
                              text=True, timeout=30, stdin=subprocess.DEVNULL)
        said = [l for l in done.stderr.splitlines() if not l.startswith("usage")]
        if done.returncode != 2 or word not in done.stderr or len(said) > 2:
            raise Failed(f"{options}: status {done.returncode}\n{done.stderr}")


BAD_INPUT = [
    ("boot/no init", no_init),
    ("boot/no initramfs", no_initramfs),
    ("boot/init is no program", init_not_a_program),
    ("boot/init is cut", init_truncated),
    ("boot/init exits", init_exits),
    cpio_broken("cut in a file", lambda d: d[:6000], [r"third", r"\b5244\b"]),
    cpio_broken("cut in a header", lambda d: d[:180], [r"\d{2,}"]),
    cpio_broken("no end mark", lambda d: d[:-124], ["no end mark", r"\d{3,}"]),
    cpio_broken("wrong magic", lambda d: d.replace(b"070701", b"0707XX"), [r"\b0\b|offset"]),
    cpio_broken("size that is no number", lambda d: d[:230] + b"ZZZZZZZZ" + d[238:], [r"\d{2,}"]),
    ("boot/too little memory", too_little_memory),
    ("boot/large initramfs", large_initramfs),
    ("boot/unknown call", unknown_call),
    ("boot/out of memory", out_of_memory),
    ("boot/long ring", long_ring),
    ("boot/exit status", exit_status),
    ("boot/last words", last_words),
    ("boot/reset", resets),
    ("boot/hang", hangs),
    ("boot/binary safe", binary_safe),
    ("boot/runner options", runner_options),
]


# ---- figures ---------------------------------------------------------------

def figures(report):
    """Boot time beside Linux's, memory after boot, size of the image."""
    times = {}
    for _ in range(3):
        for kernel in ("percival", "linux"):
            r = guest.run(["--kernel", kernel, "--cpus", 4, "--timing", "--memory-stats"],
                          ["true"], timeout=90)
            said = (r.err + b"\n" + r.out).decode("utf-8", "replace")
            found = re.search(r"boot: *(\d+) *ms", said)
            if r.status == 0 and found:
                times.setdefault(kernel, []).append(int(found.group(1)))
                memory = [l for l in said.splitlines() if re.search(r"(?i)memory|mem", l)]
                times[kernel + " memory"] = memory
    if "percival" not in times:
        raise Failed("no figure from --timing")
    for kernel in ("percival", "linux"):
        if kernel in times:
            report.figure(f"boot, 4 CPUs, 512 MiB, {kernel}: median "
                          f"{statistics.median(times[kernel]):.0f} ms of {times[kernel]}")
            for line in times[kernel + " memory"]:
                report.figure(f"{kernel}: {line.strip()}")
    if "linux" in times:
        share = statistics.median(times["percival"]) / statistics.median(times["linux"])
        report.figure(f"boot time, share of Linux's: {share:.3f} (aim: at most 0.1)")
    image = cases.TOP / "build" / "gcc" / "percival"
    if shutil.which("size"):
        done = subprocess.run(["size", str(image)], capture_output=True, text=True)
        if done.returncode == 0:
            text, data, bss = done.stdout.splitlines()[1].split()[:3]
            report.figure(f"kernel image: text {text}, data {data}, bss {bss} bytes "
                          "(aim: at most 2 MiB loaded)")


def tests(a):
    if a.kernel == "linux":
        return []
    if not (cases.TOP / "build" / "gcc" / "percival").exists():
        def absent(report):
            raise Failed("the kernel is not built: run `make`")
        return [("boot/kernel", absent)]
    return matrix(a) + BAD_INPUT + ([memory_forms(1), memory_forms(4)] if a.full else []) + [("boot/figures", figures)]
