"""The suite model: lock-free code through every interleaving, and the checker's own tests."""

import subprocess
from pathlib import Path

from cases import TOP
from external import Failed

RUN = TOP / "tools" / "model" / "run"
LIMIT = 900


def check(*words, status=0):
    try:
        done = subprocess.run([RUN, *words], cwd=TOP, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"still running after {LIMIT} s")
    if done.returncode != status:
        raise Failed(f"exit status {done.returncode}\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout + done.stderr


def file_test(path, full):
    def run(report):
        said = check(str(path), *([] if full else ["--short"]))
        report.figure(f"{path.stem}: " + said.splitlines()[-1].split(". Bounds")[0])
    return run


def unknown_name(report):
    said = check("no_such_test", status=2)
    if "no test no_such_test" not in said or "spin_two" not in said:
        raise Failed(said)


def out_of_budget(report):
    """A search that was cut short is no pass."""
    said = check("spin_two", "--executions", "5", status=3)
    if "incomplete: more than 5 executions" not in said:
        raise Failed(said)


def replays(report):
    """A recorded failure fails again, in the same way."""
    check("broken_wake")
    said = check("--replay", "build/model/broken_wake.fail", status=1)
    if "broken_wake: lost wake-up" not in said:
        raise Failed(said)


def mutants(report):
    report.figure(check("--mutants", "--seconds", "60").splitlines()[-1])


def tests(a):
    found = [(f"{folder}/{p.stem}", file_test(p.relative_to(TOP), a.full))
             for folder in ("litmus", "model") for p in sorted(Path(TOP, "tests", folder).glob("*.c"))]
    found += [("model/unknown-name", unknown_name), ("model/out-of-budget", out_of_budget), ("model/replay", replays)]
    return found + ([("model/mutants", mutants)] if a.full else [])
