"""Checks of the source itself: what make check looks at, one test a target."""

import subprocess

import cases
import external

TARGETS = ["check-floors", "check-docs"]


def check(target):
    done = subprocess.run(["make", "-s", target], cwd=cases.TOP, capture_output=True, text=True)
    if done.returncode:
        raise external.Failed(done.stdout + done.stderr)


def tests(a):
    return [(f"source/{target}", lambda report, t=target: check(t)) for target in TARGETS]
