"""The suite host: lock-free code on host threads under sanitizers, its costs in the kernel, and liburcu beside."""

import os
import subprocess

from cases import TOP
from external import Failed

KINDS = ["plain", "tsan", "asan"]
QUICK_MS, FULL_MS = 700, 8000
LIMIT = 300


def make(*words):
    """Run make for a target, whatever make runs us."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", *words], cwd=TOP, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Failed((done.stdout + done.stderr)[-4000:])
    return done.stdout


def stress(name, kind, ms):
    def run(report):
        binary = TOP / "build" / "host" / kind / name
        make(str(binary.relative_to(TOP)))
        try:
            done = subprocess.run([binary, str(ms)], capture_output=True, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running after {LIMIT} s: a lost wake-up?")
        if done.returncode or done.stderr:
            raise Failed(f"exit status {done.returncode}\n{(done.stdout + done.stderr)[-4000:]}")
        if kind == "plain":
            report.figure(done.stdout.strip())
    return run


def costs(report):
    for line in make("costs").splitlines():
        report.figure(line)


def throughput(rounds, bar):
    def run(report):
        for line in make("host-bench", f"BENCH_ROUNDS={rounds}", f"BENCH_BAR={bar}").splitlines():
            report.figure(line)
    return run


def tests(a):
    names = sorted(p.stem for p in (TOP / "tests" / "host").glob("*.c"))
    found = [(f"host/{kind}/{name}", stress(name, kind, FULL_MS if a.full else QUICK_MS)) for name in names for kind in KINDS]
    found.append(("host/costs", costs))
    found.append(("host/throughput", throughput(25, 1) if a.full else throughput(7, 0.9)))
    return found
