"""Guests under the plugin: boots, runs jobs of the benchmark program, parts the plugin's lines by job.

A job is one call of the program.  /bin/bench of the guest is tools/plugin/job.c, which calls the program proper and
then executes the marker that ends the job, so that a benchmark that failed half-way cannot shift what belongs to the next.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from benchlib import guest as bench_guest
from measurelib import symbols
from vmlib import cpio, root
from vmlib.common import BUILD, ROOT, Fail

PLUGIN = BUILD / "tools" / "guest.so"
JOB = BUILD / "tools" / "job"
OUT = BUILD / "bench"
VM = ROOT / "tools" / "vm"
COLUMNS = {"percival": "percival", "linux": "linux", "linux-default": "linux_default"}      # kernel: key of a row
SILENCE = 90            # seconds without a sign of life: it hangs
BOOT_LIMIT = 240        # the plugin sees every instruction of the boot
NOT_COUNTED = ("scaling", "storm")


class Progress:
    """One line that is written over on a terminal; a line a boot otherwise."""

    def __init__(self):
        self.live = sys.stderr.isatty()
        self.total = self.done = 0
        self.what = ""

    def begin(self, what, total, size):
        self.what, self.total, self.done = what, total, 0
        if not self.live:
            print(f"measure: {what}, {size}", file=sys.stderr, flush=True)

    def step(self, job):
        self.done += 1
        if self.live:
            sys.stderr.write(f"\r\033[Kmeasure: {self.what} [{self.done}/{self.total}] {job.key}")
            sys.stderr.flush()

    def end(self):
        if self.live:
            sys.stderr.write("\r\033[K")

    def note(self, text):
        self.end()
        print(f"measure: {text}", file=sys.stderr, flush=True)


progress = Progress()


def names_known():
    """[(name, group, whether several tasks can do it at once)] of the program's benchmarks, in its order."""
    try:
        done = subprocess.run([str(symbols.PROGRAM), "--list"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise Fail(f"{symbols.PROGRAM}: {error.strerror} (make bench-program builds it)") from None
    rows = [line.split() for line in done.stdout.splitlines() if line.strip()]
    if done.returncode or not rows:
        raise Fail(f"{symbols.PROGRAM} --list: exit status {done.returncode}, no list")
    return [(row[0], row[2], "alone" not in row[3:]) for row in rows if row[2] not in NOT_COUNTED]


def image_write(path, program):
    entries = list(root.default_entries())
    entries.append(cpio.regular("bin/bench", str(JOB), 0o755, mtime=root.STAMP))
    entries.append(cpio.regular("bin/bench.program", str(program), 0o755, mtime=root.STAMP))
    with open(path, "wb") as out:
        cpio.write(entries, out)
    return path


class Result:
    """What became of one job: `line`, the program's JSON; `sets`, the plugin's; or `error`."""

    def __init__(self, line=None, sets=(), error=None):
        self.line = line
        self.sets = list(sets)
        self.error = error


class Plugged:
    """How guests of one kernel are measured."""

    def __init__(self, kernel, mode, cpus=1, parallel=False, program=None, build="gcc", mem="512M"):
        self.kernel = kernel
        self.program = program or symbols.PROGRAM
        self.symbols = symbols.Kernel(kernel, build, self.program)
        self.mode = mode
        self.cpus = cpus
        self.parallel = parallel        # vCPUs as threads of the host, not one after the other in turns that repeat
        self.build = build
        self.mem = mem
        self.guest = None               # the benchlib.guest.Guest that ran last: its command line

    def boot(self, jobs, scratch):
        """Run the jobs in one guest: {key: Result} of those that were begun, and why none was."""
        found = os.path.join(scratch, "plugin.out")
        pathlib.Path(found).write_text("")
        image = image_write(os.path.join(scratch, "root.cpio"), self.program)
        guest = bench_guest.Guest(VM, self.kernel, image, self.cpus, self.mem, self.build)
        entries = "".join(f",irq={lo:x}-{hi:x}/{step:x}" for lo, hi, step in self.symbols.irq_entries())
        plugin = f"{PLUGIN},mode={self.mode},out={found},program={self.program}{entries}"
        if self.mode == "conflicts":
            plugin += "".join(f",{argument}" for argument in self.symbols.memory_arguments())
            guest.vm += [f"--qemu-arg={word}" for word in (
                "-object", f"memory-backend-memfd,id=ram,size={self.mem}", "-machine", "memory-backend=ram")]
        guest.vm += ["--accel", "tcg", "--append", "nokaslr", *([] if self.parallel else ["--icount"]),
                     "--qemu-arg=-plugin", f"--qemu-arg={plugin}"]
        guest.boot_limit = BOOT_LIMIT
        self.guest = guest
        outcomes, failure = guest.run(jobs, SILENCE, SILENCE * len(jobs), progress.step)
        told = read(found)
        results = {}
        for number, (key, outcome) in enumerate(outcomes.items()):
            sets = told[number] if number < len(told) else []
            line = next((r for r in outcome.results if "name" in r), None)
            error = outcome.failure
            if not error and not sets:
                error = "the program executed no markers"
            results[key] = Result(line, sets, error)
        return results, failure.failure if failure else None

    def run(self, jobs):
        """{key: Result} of all jobs; a guest that was lost is booted anew for the rest."""
        results, left = {}, list(jobs)
        with tempfile.TemporaryDirectory() as scratch:
            while left:
                some, failure = self.boot(left, scratch)
                results.update(some)
                left = [job for job in left if job.key not in some]
                if not some:
                    results.update({job.key: Result(error=f"boot: {failure or 'no job began'}") for job in left})
                    break
        progress.end()
        return results


def read(path):
    """The plugin's lines: a list of jobs, each a list of sets, each a list of lines split into words."""
    jobs, sets, lines = [], [], []
    with open(path, encoding="ascii") as text:
        for line in text:
            words = line.split()
            if words == ["set"]:
                sets.append(lines)
                lines = []
            elif words == ["job"]:
                jobs.append(sets)
                sets, lines = [], []
            else:
                lines.append(words)
    jobs.append(sets)           # of a job that the guest did not survive
    return jobs


def kernels_there(kernels):
    """Without Linux our own figures still come, after one clear line."""
    if all(kernel == "percival" for kernel in kernels):
        return kernels
    done = subprocess.run([str(ROOT / "tools/fetch-linux")], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return kernels
    why = (done.stderr.strip().splitlines() or ["fetch-linux failed"])[-1].removeprefix("fetch-linux: ")
    if "percival" not in kernels:
        raise Fail(f"no Linux to measure ({why})")
    progress.note(f"no Linux to compare with ({why}): Percival's own figures only")
    return ["percival"]
