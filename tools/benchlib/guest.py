"""One guest: boots, runs a list of jobs one after the other, tells what became of each.

A job is one call of the benchmark program.  The guest's shell frames its output:

    @ready UNAME            the guest is up
    @begin KEY              the job KEY starts
    ...                     JSON lines are its results, all else is what it has to say
    @end KEY STATUS

A job that is silent for too long, or a guest that ends in the middle of one, loses the guest:
that job has failed and the rest is not done.  After a job that died of a signal the guest ends in order, because it
may have left something behind.  What to do with the jobs not done is the caller's business.
"""

import json
import os
import pathlib
import select
import shlex
import signal
import subprocess
import tempfile
import time

from vmlib import cpio, machine, root
from vmlib.common import ROOT

PROGRAM = "/bin/bench"      # where the guest has it
BOOT_LIMIT = 60             # seconds until @ready
TAIL = 30                   # lines of a log that a failure keeps

DRIVER = """\
run() {
	key=$1; shift
	echo "@begin $key"
	"$@" </dev/null 2>&1
	status=$?
	printf '\\n@end %s %s\\n' "$key" $status
	[ $status -lt 128 ] || exit 0
}
echo "@ready $(uname -srv)"
"""


class Job:
    """argv without the program's name; `key` is one word."""

    def __init__(self, key, argv):
        self.key = key
        self.argv = argv


class Outcome:
    """What became of one job: its JSON results, and why it failed if it did."""

    def __init__(self):
        self.results = []
        self.said = []          # other lines that it printed
        self.failure = None     # one line
        self.tail = []          # the end of the log that belongs to the failure
        self.lost_guest = False


def image_write(path, program):
    """The default root with the benchmark program in it, as a cpio archive."""
    entries = list(root.default_entries())
    entries.append(cpio.regular(PROGRAM.lstrip("/"), str(program), 0o755, mtime=root.STAMP))
    with open(path, "wb") as out:
        cpio.write(entries, out)
    return path


def script(jobs):
    """What the guest's shell runs."""
    lines = [shlex.join(["run", job.key, PROGRAM, *job.argv]) for job in jobs]
    return DRIVER + "\n".join(lines) + "\n"


def tail_of(path):
    try:
        text = pathlib.Path(path).read_text(errors="replace").replace("\r", "")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-TAIL:]


class Guest:
    """How guests of one kernel are started: the runner's command line but for the jobs."""

    def __init__(self, vm, kernel, image, cpus, mem, build):
        self.kernel = kernel
        self.boot_limit = BOOT_LIMIT
        self.vm = [str(vm), "--kernel", kernel, "--cpus", str(cpus), "--mem", mem, "--root", str(image),
                   "--verbose"]
        if kernel == "percival" and build != "gcc":
            self.vm += ["--build", build]
        self.uname = None           # of the first boot
        self.qemu = None            # QEMU's command line

    def command(self):
        """The runner's command line for a reader, with paths as seen from the project's folder."""
        words = [word.replace(f"{ROOT}/", "") for word in self.vm if word != "--verbose"]
        return shlex.join([*words, "--", "/bin/sh", "-c", "..."])

    def run(self, jobs, silence, limit, progress):
        """Run the jobs in one guest; {key: Outcome} of those that were begun, and the boot's failure.

        silence: seconds that a job may take; limit: seconds for all.  progress(job) is called as each begins.
        The second result is None or an Outcome that tells why no job began.
        """
        with tempfile.TemporaryDirectory() as scratch:
            log = os.path.join(scratch, "log")
            errors = os.path.join(scratch, "stderr")
            argv = [*self.vm, "--timeout", str(limit + self.boot_limit), "--log", log, "--", "/bin/sh", "-c",
                    script(jobs)]
            with open(errors, "wb") as stderr:
                process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=stderr, start_new_session=True,
                                           preexec_fn=machine.die_with(os.getpid()))
            try:
                return Run(self, process, jobs, silence, limit, progress, log, errors).follow()
            finally:
                stop(process)
                process.stdout.close()
                self.learn(errors)

    def learn(self, errors):
        """QEMU's command line, which the runner prints."""
        for line in tail_of(errors):
            if self.qemu is None and line.startswith("vm: qemu"):
                self.qemu = line[4:].replace(f"{ROOT}/", "")


def stop(process):
    """End the runner, which ends its guest."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class Run:
    """One run of a guest: reads the frames, watches the clock."""

    def __init__(self, guest, process, jobs, silence, limit, progress, log, errors):
        self.guest = guest
        self.process = process
        self.jobs = {job.key: job for job in jobs}
        self.silence = silence
        self.progress = progress
        self.log = log
        self.errors = errors
        self.end = time.monotonic() + limit + self.guest.boot_limit
        self.deadline = time.monotonic() + self.guest.boot_limit
        self.outcomes = {}
        self.current = None         # the key between @begin and @end
        self.is_up = False
        self.rest = b""

    def follow(self):
        """Read until the guest ends; ({key: Outcome}, None or the boot's Outcome)."""
        fd = self.process.stdout.fileno()
        while True:
            left = min(self.deadline, self.end) - time.monotonic()
            if left <= 0:
                return self.lost(self.too_late())
            if not select.select([fd], [], [], left)[0]:
                continue
            data = os.read(fd, 65536)
            if not data:
                return self.over()
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                self.line(line.decode(errors="replace").rstrip("\r"))

    def too_late(self):
        if self.deadline > self.end:
            return "the round's time is up"
        if self.current is None:
            return f"no sign of life for {self.guest.boot_limit} s" if self.is_up else f"does not boot within {self.guest.boot_limit} s"
        return f"hangs: no end after {self.silence:g} s"

    def line(self, text):
        mark, _, rest = text.partition(" ")
        if mark == "@ready":
            self.is_up = True
            self.guest.uname = self.guest.uname or rest
            self.deadline = time.monotonic() + self.guest.boot_limit
        elif mark == "@begin" and rest in self.jobs:
            self.current = rest
            self.outcomes[rest] = Outcome()
            self.deadline = time.monotonic() + self.silence
            self.progress(self.jobs[rest])
        elif mark == "@end" and self.current is not None:
            self.ended(rest.rpartition(" ")[2])
        elif self.current is not None:
            self.take(text)

    def take(self, text):
        """A line of the program: a result, or words."""
        outcome = self.outcomes[self.current]
        if text.startswith("{"):
            try:
                outcome.results.append(json.loads(text))
                return
            except ValueError:
                pass
        if text.strip():
            outcome.said.append(text)

    def ended(self, status):
        outcome = self.outcomes[self.current]
        self.current = None
        self.deadline = time.monotonic() + self.guest.boot_limit
        errors = [str(result["error"]) for result in outcome.results if result.get("error")]
        if errors:
            outcome.failure = "; ".join(dict.fromkeys(errors))
        elif status != "0":
            outcome.failure = status_text(status)
        elif not outcome.results:
            outcome.failure = "printed no result"
        if outcome.failure:
            outcome.tail = tail_of(self.log) + outcome.said[-TAIL:]

    def over(self):
        """The runner ended: after the last job, or by accident."""
        status = self.process.wait()
        if status == 0 and self.is_up and self.current is None:
            return self.outcomes, None
        said = [line for line in tail_of(self.errors) if not line.startswith(("vm: qemu", "  | "))]
        why = next((line for line in said if "panic" in line or line.startswith("vm: ")), None)
        return self.lost(f"the guest ended: {why[4:] if why and why.startswith('vm: ') else why or f'status {status}'}")

    def lost(self, why):
        """The guest is gone; what was under way has failed by it."""
        outcome = self.outcomes[self.current] if self.current is not None else Outcome()
        outcome.failure = why
        outcome.lost_guest = True
        stop(self.process)
        outcome.tail = outcome.said[-TAIL:] + tail_of(self.log) or tail_of(self.errors)
        return self.outcomes, (None if self.current is not None else outcome)


def status_text(status):
    """A shell's exit status in words."""
    number = int(status) if status.isdigit() else 1
    if number > 128:
        try:
            return f"killed by {signal.Signals(number - 128).name}"
        except ValueError:
            pass
    if number in (126, 127):
        return "cannot be executed"
    return f"exit status {number}"
