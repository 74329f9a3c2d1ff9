"""The differential engine: cases through a guest, results against recordings.

All cases for one (kernel, number of CPUs) run in one boot. When the guest dies
or stops answering, the case that was running is the one at fault; it fails,
and the rest goes on in a new boot, at most BOOTS times. A Linux guest on
several emulated CPUs now and then panics by itself, so there the case gets a
second try before it is blamed.
"""

import difflib
import os
import random
import selectors
import subprocess
import time

import cases as cases_
import divergences
import guest
import root

BOOTS = 6              # at most so many boots for one list of cases
BOOT_LIMIT = 90        # s until the driver must have said hello
SLACK = 25             # s beyond a case's own limit until the guest counts as hung


class Result:
    def __init__(self, how, value, ms, out, err, notes):
        self.how, self.value, self.ms = how, value, ms
        self.out, self.err, self.notes = out, err, notes


class Dead(Exception):
    """The guest ended or hung. .running is the case's name or None; .why a text."""

    def __init__(self, running, why):
        super().__init__(why)
        self.running, self.why = running, why


class _Reader:
    """Bytes from the runner's output, each read under a deadline."""

    def __init__(self, process):
        self.process = process
        self.fd = process.stdout.fileno()
        os.set_blocking(self.fd, False)
        self.buffer = bytearray()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.fd, selectors.EVENT_READ)

    def _fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not self.selector.select(left):
            raise TimeoutError
        data = os.read(self.fd, 1 << 16)
        if not data:
            raise EOFError
        self.buffer += data

    def line(self, deadline):
        while b"\n" not in self.buffer:
            self._fill(deadline)
        end = self.buffer.index(b"\n")
        line = bytes(self.buffer[:end])
        del self.buffer[:end + 1]
        return line

    def exactly(self, count, deadline):
        while len(self.buffer) < count:
            self._fill(deadline)
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data


class Boot:
    """One guest running the driver over a list of cases."""

    def __init__(self, kernel, cpus, todo, scale, extra=()):
        self.tag = "-".join([os.path.basename(kernel), str(cpus), *(e for e in extra if not e.startswith("-"))])
        self.todo = {c.name: c for c in todo}
        build = cases_.BUILD
        machine = root.MACHINES[todo[0].suite == "debian"]
        image = machine.pack(todo, kernel, scale, build / f"root-{self.tag}.cpio")
        self.log = build / f"log-{self.tag}.txt"
        self.err = build / f"err-{self.tag}.txt"
        total = BOOT_LIMIT + sum(c.limit + 5 for c in todo)
        self.args = ["--kernel", kernel, "--cpus", cpus, "--mem", machine.memory,
                     "--root", image, "--log", self.log, "--timeout", total,
                     *extra]
        self.version = "unknown"

    def results(self):
        """Yield (name, Result) as they come. Raises Dead when the guest does not finish."""
        for stale in (self.log, self.err):
            if stale.exists():
                stale.unlink()
        with open(self.err, "wb") as err:
            process = subprocess.Popen(
                guest.command(self.args, ["/tests/driver"]),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err,
                start_new_session=True)
        try:
            yield from self._frames(_Reader(process), process)
        finally:
            guest.stop(process)
            process.stdout.close()

    def _frames(self, reader, process):
        running = None
        deadline = time.monotonic() + BOOT_LIMIT
        try:
            while True:
                line = reader.line(deadline)
                if not line.startswith(b"\1"):
                    raise Dead(running, "stray bytes on standard output: "
                               + repr(line[:200]))
                word, *rest = line[1:].decode("utf-8", "replace").split(" ")
                if word == "HELLO":
                    self.version = " ".join(rest[:2])
                    deadline = time.monotonic() + SLACK
                elif word == "CASE":
                    running = rest[0]
                    limit = self.todo[running].limit
                    deadline = time.monotonic() + limit + SLACK
                elif word == "DONE":
                    name, how, value, ms, *sizes = rest
                    body = [reader.exactly(int(n), deadline) for n in sizes]
                    reader.exactly(1, deadline)
                    running = None
                    deadline = time.monotonic() + SLACK
                    yield name, Result(how, int(value), int(ms), *body)
                elif word == "END":
                    try:
                        process.wait(SLACK)
                    except subprocess.TimeoutExpired:
                        raise Dead(None, "the guest did not end after its last case")
                    if process.returncode:
                        raise Dead(None, f"runner status {process.returncode} "
                                   "after the last case\n" + self._tail())
                    return
                else:
                    raise Dead(running, f"strange frame {line[:200]!r}")
        except TimeoutError:
            guest.stop(process)
            raise Dead(running, "the guest stopped answering\n" + self._tail())
        except EOFError:
            try:
                status = process.wait(guest.GRACE)
            except subprocess.TimeoutExpired:
                status = "none, still running"
            why = {guest.PANIC: "the guest panicked",
                   guest.TIMEOUT: "the guest timed out"}.get(
                       status, f"the guest ended early, runner status {status}")
            raise Dead(running, why + "\n" + self._tail())

    def _tail(self):
        texts = []
        for path in (self.err, self.log):
            if path.exists():
                texts.append(path.read_bytes().decode("utf-8", "replace"))
        if len(texts) == 2 and texts[1].strip()[-200:] in texts[0]:
            texts.pop()
        lines = "\n".join(texts).replace("\r", "").split("\n")
        return "\n".join(l for l in lines if l.strip())[-6000:]


def run_all(kernel, cpus, todo, scale, on_result, extra=()):
    """
    Run todo on a kernel; call on_result(case, Result or None, why) once for each.
    Result None means that the guest died in it (or was never reached); why says
    how. Returns the guest's kernel version.
    """
    for part in (False, True):
        some = [c for c in todo if (c.suite == "debian") == part]
        if some and len(some) < len(todo):
            run_all(kernel, cpus, some, scale, on_result, extra)
            todo = [c for c in todo if c not in some]
    left = list(todo)
    version = "unknown"
    retried = set()
    for _ in range(BOOTS):
        if not left:
            return version
        boot = Boot(kernel, cpus, left, scale, extra)
        try:
            for name, result in boot.results():
                version = boot.version
                case = boot.todo[name]
                left.remove(case)
                on_result(case, result, None)
        except Dead as death:
            if kernel == "linux" and death.running not in retried:
                retried.add(death.running)
                continue
            culprit = boot.todo.get(death.running)
            if culprit:
                left.remove(culprit)
                on_result(culprit, None, death.why)
            elif left:
                # it died between cases or never came up: blame the next one
                on_result(left.pop(0), None, "between cases: " + death.why)
            elif todo:
                on_result(todo[-1], None, "after the last case: " + death.why)
    for case in left:
        on_result(case, None, f"not run: the guest died {BOOTS} times")
    return version


def diff(expected, actual, names):
    return "".join(difflib.unified_diff(
        expected.splitlines(True), actual.splitlines(True), *names, n=3))


def compare(kernel, cpus, todo, scale, report, extra=(), label=None):
    """Run todo on kernel and hold each result against its recording, and Percival's against tests/divergences.

    label: what reports call it.
    """
    prefix = f"{label or kernel}/{cpus}cpu "
    report.expect(len(todo))
    judged = set()
    allowed = {} if kernel == "linux" else divergences.load()

    def judge(case, result, why):
        name = prefix + case.name
        if case.name in judged:         # the guest died after it: one verdict each
            report.note(f"{name}: {why}")
            report.fail(prefix + "shutdown", why)
            return
        judged.add(case.name)
        if result is None:
            report.fail(name, why)
            return
        show_notes(report, prefix, case, result)
        expected, problem = case.load()
        if problem:
            report.fail(name, problem)
            return
        actual = cases_.render(result)
        accepted = allowed.get(case.name, [])
        if divergences.changed(expected, actual) == accepted:
            report.ok(name, result.ms / 1000)
        elif actual == expected:
            report.fail(name, "equal now: take its entry out of tests/divergences")
        else:
            report.fail(name, diff(expected, actual,
                                   ("recorded on Linux", f"{kernel} now")))

    todo = list(todo)
    broken = root.build_programs(todo)
    for case in [c for c in todo if c.name in broken]:
        todo.remove(case)
        report.fail(prefix + case.name, broken[case.name])
    return run_all(kernel, cpus, todo, scale, judge, extra)


def show_notes(report, prefix, case, result):
    for line in result.notes.decode("utf-8", "replace").splitlines():
        report.figure(f"{prefix}{case.name}: {line}")


def record(cpu_counts, todo, scale, report):
    """Record todo on Linux. A case must print the same at each number of CPUs."""
    broken = root.build_programs(todo)
    todo = [c for c in todo if c.name not in broken]
    for name, why in broken.items():
        report.fail("record " + name, why)
    rendered = {}
    for cpus in cpu_counts:
        report.expect(len(todo))

        def keep(case, result, why, cpus=cpus):
            name = f"record/{cpus}cpu {case.name}"
            if result is None:
                report.fail(name, why)
                rendered[case] = None
                return
            show_notes(report, f"linux/{cpus}cpu ", case, result)
            text = cases_.render(result)
            first = rendered.setdefault(case, text)
            if first is None:
                report.fail(name, "failed before")
            elif result.how in ("timeout", "flood"):
                report.fail(name, text)
                rendered[case] = None
            elif first != text:
                report.fail(name, diff(first, text, ("first run", f"{cpus} CPUs")))
                rendered[case] = None
            else:
                report.ok(name, result.ms / 1000)

        version = run_all("linux", cpus, todo, scale, keep)
    for case, text in rendered.items():
        if text is not None:
            old, _ = case.load()
            if old != text:
                case.store(version, text)


def resample(share, cpu_counts, todo, scale, report, seed):
    """Record a random share of todo anew, and fail where it differs from what is committed."""
    choice = random.Random(seed)
    count = max(1, round(len(todo) * share)) if todo else 0
    picked = sorted(choice.sample(todo, count), key=lambda c: c.name)
    cpus = choice.choice(list(cpu_counts))
    report.note(f"recording {count} of {len(todo)} cases anew on Linux, "
                f"{cpus} CPUs, --seed {seed}")
    compare("linux", cpus, picked, scale, report)
