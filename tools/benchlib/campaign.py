"""A whole measurement: calibrates once, then boots the kernels in turn, round after round.

Every round boots each kernel once and runs every benchmark in it (A B C, A B C, ...).  The number of iterations is
found once, on the first kernel that can, and given to all: all do the same work.

A benchmark that fails on a kernel is not tried on it again, and its guest is booted anew for the rest of the round, so
that nothing it left behind reaches another benchmark.  Linux now and then dies by itself under the emulator with
several threads: it, and only it, gets FORGIVEN more attempts.
"""

import sys
import time

from .guest import Job

FORGIVEN = 1
PROGRAM = "program"         # stands for the kernel where the benchmark program itself lacks something
BOOTS_PER_ROUND = 40        # guests lost one after the other: give up


class Benchmark:
    """One entry of the program's list, or one call of it for a scaling curve or a storm."""

    def __init__(self, name, unit, group, kind="time"):
        self.name = name
        self.unit = unit
        self.group = group
        self.kind = kind            # time, scale or storm
        self.iterations = None      # kind time: once calibrated
        self.bytes = None           # per iteration, for a bandwidth


class Failure:
    """A benchmark (or, without a name, a kernel) that failed, and where its log is."""

    def __init__(self, kernel, name, round_number, what, tail):
        self.kernel = kernel
        self.name = name
        self.round = round_number
        self.what = what
        self.tail = tail
        self.log = None             # the file it is kept in, set by whoever writes it


class Progress:
    """What is going on: a live line on a terminal, a line per guest elsewhere."""

    def __init__(self, out=sys.stderr):
        self.out = out
        self.live = out.isatty()
        self.started = time.monotonic()
        self.total = self.done = 0

    def plan(self, jobs):
        """So many jobs remain; the time that is left is told from here on."""
        self.total, self.done = jobs, 0
        self.started = time.monotonic()

    def left(self):
        if not self.done:
            return ""
        seconds = (time.monotonic() - self.started) / self.done * (self.total - self.done)
        return f", {seconds / 60:.0f} min left" if seconds >= 90 else f", {seconds:.0f} s left"

    def step(self, where, name):
        self.done += 1
        if self.live:
            self.out.write(f"\r\033[K{where}: {name} ({self.done}/{self.total}{self.left()})"[:110])
            self.out.flush()

    def note(self, text):
        self.out.write(("\r\033[K" if self.live else "") + f"bench: {text}\n")
        self.out.flush()


class Campaign:
    """samples[kernel][key] is {round: value}; a key is a benchmark's name or (name, mode, objects, k)."""

    def __init__(self, options, guests, benchmarks, progress):
        self.options = options
        self.guests = guests                    # {kernel: Guest}, in the order of booting
        self.benchmarks = benchmarks
        self.progress = progress
        self.samples = {kernel: {} for kernel in guests}
        self.failures = []
        self.broken = set()                     # (kernel, name) not to be tried again
        self.dead = set()                       # kernels that do not boot

    # --- one guest after the other, until all jobs have had their turn ---

    def guest_jobs(self, kernel, round_number, todo, argv, take):
        """Run todo (benchmarks) on kernel, booting anew after a failure; take(benchmark, outcome) gets what came out."""
        todo = list(todo)
        tries = {}
        boots = 0
        limit = time.monotonic() + self.options.round_limit
        where = f"round {round_number}/{self.options.rounds} {kernel}" if round_number else f"calibration {kernel}"
        while todo and kernel not in self.dead:
            jobs = {str(n): b for n, b in enumerate(todo)}
            boots += 1
            if boots > BOOTS_PER_ROUND:
                self.give_up(kernel, round_number, todo, f"not run: {BOOTS_PER_ROUND} guests were lost in this round")
                return
            left = max(1, limit - time.monotonic())
            outcomes, boot_failure = self.guests[kernel].run(
                [Job(key, argv(b)) for key, b in jobs.items()], self.options.hang, left,
                lambda job: self.progress.step(where, jobs[job.key].name))
            if boot_failure:
                self.boot_failed(kernel, round_number, boot_failure, tries)
            for key, outcome in outcomes.items():
                if self.judge(kernel, round_number, jobs[key], outcome, tries):
                    todo.remove(jobs[key])
                    take(jobs[key], outcome)
            if todo and time.monotonic() >= limit:
                self.give_up(kernel, round_number, todo,
                             f"not run: the round took more than {self.options.round_limit:g} s")
                return

    def give_up(self, kernel, round_number, todo, why):
        for benchmark in todo:
            self.fail(kernel, benchmark.name, round_number, why, [])

    def boot_failed(self, kernel, round_number, outcome, tries):
        """No job was under way: the kernel does not boot, or died between two jobs."""
        tries[None] = tries.get(None, 0) + 1
        if tries[None] <= self.forgiven(kernel):
            self.progress.note(f"{kernel}: {outcome.failure}; once more")
            return
        self.dead.add(kernel)
        self.fail(kernel, None, round_number, outcome.failure, outcome.tail)

    def judge(self, kernel, round_number, benchmark, outcome, tries):
        """True when this benchmark is through, well or not; false when it gets another attempt."""
        if outcome.failure is None:
            return True
        tries[benchmark.name] = tries.get(benchmark.name, 0) + 1
        if outcome.lost_guest and tries[benchmark.name] <= self.forgiven(kernel):
            self.progress.note(f"{kernel}: {benchmark.name}: {outcome.failure}; once more")
            return False
        self.fail(kernel, benchmark.name, round_number, outcome.failure, outcome.tail)
        return True

    def forgiven(self, kernel):
        return 0 if kernel == "percival" else FORGIVEN

    def fail(self, kernel, name, round_number, what, tail):
        self.failures.append(Failure(kernel, name, round_number, what, tail))
        if name is not None:
            self.broken.add((kernel, name))
        if kernel != PROGRAM:
            self.progress.note(f"{kernel}: {name or 'the kernel'}: {what}")

    # --- the two phases ---

    def calibrate(self):
        """Find the iterations of each on the first kernel that can run it."""
        self.progress.plan(sum(b.kind == "time" for b in self.benchmarks))
        for kernel in self.guests:
            todo = [b for b in self.benchmarks if b.kind == "time" and b.iterations is None]
            if todo:
                self.guest_jobs(kernel, 0, todo, self.argv_calibrate, self.calibrated)

    def argv_calibrate(self, benchmark):
        return ["--time", str(self.options.time), "--rounds", "1", benchmark.name]

    def calibrated(self, benchmark, outcome):
        for result in outcome.results:
            benchmark.iterations = result.get("iterations") or benchmark.iterations
            benchmark.bytes = result.get("bytes") or benchmark.bytes

    def measure(self):
        """All rounds."""
        self.progress.plan(sum(len(self.todo(kernel)) for kernel in self.guests) * self.options.rounds)
        for number in range(1, self.options.rounds + 1):
            for kernel in self.guests:
                started = time.monotonic()
                todo = self.todo(kernel)
                self.guest_jobs(kernel, number, todo, self.argv_measure,
                                lambda b, outcome, k=kernel, n=number: self.take(k, n, b, outcome))
                if not self.progress.live and todo and kernel not in self.dead:
                    self.progress.note(f"round {number}/{self.options.rounds} {kernel}: {len(todo)} benchmarks in "
                                       f"{time.monotonic() - started:.0f} s{self.progress.left()}")

    def todo(self, kernel):
        """What this kernel still has to do in a round."""
        if kernel in self.dead:
            return []
        return [b for b in self.benchmarks if (kernel, b.name) not in self.broken
                and (b.kind != "time" or b.iterations is not None)]

    def argv_measure(self, benchmark):
        if benchmark.kind == "scale":
            return ["--scale", str(self.options.cpus), benchmark.name]
        if benchmark.kind == "storm":
            return ["--seconds", f"{self.options.storm_seconds:g}", benchmark.name]
        return ["--rounds", str(self.options.inner), "--iterations", str(benchmark.iterations), benchmark.name]

    def take(self, kernel, number, benchmark, outcome):
        """File the results of one job under their keys."""
        for result in outcome.results:
            if benchmark.kind == "time":
                key, value = benchmark.name, result.get("min")
            elif "k" in result:
                key = (benchmark.name, result.get("mode", "processes"), result.get("objects", "private"), result["k"])
                value = result.get("value")
            else:
                key, value = (benchmark.name, "processes", "private", self.options.cpus), result.get("value")
            if isinstance(value, (int, float)) and value > 0:
                self.samples[kernel].setdefault(key, {})[number] = value
