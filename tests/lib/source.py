"""Checks of the source itself: what make check looks at, one test a target."""

import subprocess

import cases
import divergences
import external

TARGETS = ["check-floors", "check-headers", "check-docs"]


def check(target):
    done = subprocess.run(["make", "-s", target], cwd=cases.TOP, capture_output=True, text=True)
    if done.returncode:
        raise external.Failed(done.stdout + done.stderr)


def check_divergences():
    try:
        divergences.check()
    except divergences.Invalid as e:
        raise external.Failed(f"tests/divergences: {e}") from None


def tests(a):
    return [(f"source/{target}", lambda report, t=target: check(t)) for target in TARGETS] + [
        ("source/divergences", lambda report: check_divergences())]
