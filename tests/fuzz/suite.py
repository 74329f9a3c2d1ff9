"""The suite fuzz: system calls at random under an oracle, ours and trinity; what was found before; one that repeats exactly."""

from external import Failed
from fuzz import fuzz as fuzzer

QUICK, FULL = 20, 1800      # seconds


def session(report, *words):
    a = fuzzer.parser().parse_args(list(words))
    try:
        return fuzzer.session(a) or ""
    except fuzzer.Finding as f:
        raise Failed(f"seed {a.seed}\n{f}") from None


def random_calls(build, seconds):
    def run(report):
        out = session(report, "--build", build, "--seconds", str(seconds))
        for line in out.splitlines():
            if " programs, " in line:
                report.figure(f"{build}: {line}")
    return run


def repeats(report):
    first, second = (session(report, "--build", "gcc", "--cpus", "1", "--exact", "12", "--seed", "7") for _ in range(2))
    digests = [[l for l in out.splitlines() if "digest" in l] for out in (first, second)]
    if not digests[0] or digests[0] != digests[1]:
        raise Failed(f"two runs of one seed differ: {digests}")


def tests(a):
    found = [("fuzz/ours on gcc-debug", random_calls("gcc-debug", FULL if a.full else QUICK)),
             ("fuzz/corpus", lambda report: session(report, "--corpus"))]
    if a.full:
        found += [("fuzz/ours on gcc", random_calls("gcc", FULL)), ("fuzz/repeats exactly", repeats),
                  ("fuzz/trinity on gcc-debug", lambda report: session(report, "--trinity", "--seconds", str(FULL))),
                  ("fuzz/trinity on gcc", lambda report: session(report, "--trinity", "--build", "gcc", "--seconds", str(FULL)))]
    return found
