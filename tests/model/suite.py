"""The suite model: lock-free code through every interleaving, and the checker's own tests."""

import re
import shutil
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


def under_gdb(report):
    """A replay stops where it fails, with the frames of the thread that fails."""
    check("broken_publish")
    words = [RUN, "--replay", "build/model/broken_publish.fail", "--gdb"]
    said = subprocess.run(words, cwd=TOP, input="continue\nbt\nkill\nquit\n", capture_output=True, text=True, timeout=120).stdout
    if "read_published () at tests/model/broken.c" not in said:
        raise Failed(said[-4000:])


def same_time(text):
    return re.sub(r"\d+\.\d\d s", "_ s", text)


def newcomer(report):
    """docs/sync.md, followed step by step in a copy of the tree: what it says happens."""
    copy = TOP / "build" / "model" / "newcomer"
    shutil.rmtree(copy, ignore_errors=True)
    for folder in ("include", "src", "tools/model"):
        shutil.copytree(TOP / folder, copy / folder)
    for name in ("Makefile", "mk/model.mk"):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, copy / name)
    page = (TOP / "docs" / "sync.md").read_text()
    (copy / "tests/model").mkdir(parents=True)
    saved = [copy / path for path in re.findall(r"Save this as `([^`]+)`", page)]
    parts = re.split(r"^```c\n(.*?)^```\n", page, flags=re.M | re.S)
    steps = 0
    for n, part in enumerate(parts):
        if n % 2:                                   # source: a file of its own, or a line that is to be another
            if saved:
                saved.pop(0).write_text(part)
                continue
            new = part.strip().split(";")[0]
            for path in (copy / "include/sync").glob("*.h"):
                lines = path.read_text().splitlines()
                old = [i for i, l in enumerate(lines) if l.strip().split(";")[0] == new.replace("release", "relaxed") and path.name in page]
                for i in old:
                    lines[i] = part.rstrip("\n")
                    path.write_text("\n".join(lines) + "\n")
            continue
        # A session, indented: a command behind "$", and what it prints; commands alone.
        for session in re.findall(r"(?:^    .*\n)+", part, re.M):
            first, *expected = [line[4:] for line in session.splitlines()]
            command = first.removeprefix("$ ")
            if not command.startswith(("make model", "tools/model/run --replay")) or "--gdb" in command:
                continue
            done = subprocess.run(command, shell=True, cwd=copy, capture_output=True, text=True, timeout=LIMIT)
            said = same_time(done.stdout + done.stderr)
            if not first.startswith("$"):
                expected = []
                if ": " not in said:
                    raise Failed(f"{command}\n{said}")
            missing = [line for line in expected if same_time(line).rstrip() not in said]
            if missing:
                raise Failed(f"{command}\n{said}\nthe page says:\n" + "\n".join(missing))
            steps += 1
    if steps < 4:
        raise Failed(f"only {steps} steps found on the page")
    shutil.rmtree(copy)
    report.figure(f"docs/sync.md: {steps} steps do what the page says")


def mutants(report):
    report.figure(check("--mutants", "--seconds", "60").splitlines()[-1])


def tests(a):
    found = [(f"{folder}/{p.stem}", file_test(p.relative_to(TOP), a.full))
             for folder in ("litmus", "model") for p in sorted(Path(TOP, "tests", folder).glob("*.c"))]
    found += [("model/unknown-name", unknown_name), ("model/out-of-budget", out_of_budget), ("model/replay", replays),
              ("model/newcomer", newcomer)]
    if shutil.which("gdb"):
        found.append(("model/gdb", under_gdb))
    return found + ([("model/mutants", mutants)] if a.full else [])
