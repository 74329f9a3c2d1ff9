"""The tests of the runner, tests/vm/run: its results are taken into the count."""

import subprocess

from cases import TOP
from external import Failed, Skipped

RUN = TOP / "tests" / "vm" / "run"


def tests(a):
    kernels = {"both": ["linux", "percival"]}.get(a.kernel, [a.kernel])
    return [(f"vm/{k}", lambda report, k=k: run(k, report)) for k in kernels]


def run(kernel, report):
    """One line per test comes from tests/vm/run; pass them on as tests of our own."""
    if not RUN.exists():
        raise Skipped("no tests/vm/run")
    process = subprocess.Popen(
        [str(RUN), "--kernel", kernel], cwd=TOP, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True)
    details = []        # stand before the verdict that they belong to
    failed = 0
    try:
        for line in process.stdout:
            verdict, _, name = line.rstrip().partition(" ")
            if verdict == "ok":
                report.expect(1)
                report.ok(name)
            elif verdict == "FAIL":
                report.expect(1)
                report.fail(name, "\n".join(details[-40:]))
                failed += 1
            else:
                details.append(line.rstrip())
                continue
            details = []
        status = process.wait(60)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if status and not failed:
        raise Failed(f"tests/vm/run: exit status {status}\n"
                     + "\n".join(details[-30:]))
