"""Suites of named tests that are functions: source, unit, host, model, vm, bench, insn, fuzz, boot, interactive.

A suite offers tests(a), a list of (name, function). The function takes the
report, for figures, and passes by returning; it fails by raising Failed with
the details, or skips by raising Skipped.
"""

import importlib
import time
import traceback

import cases


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


MODULES = {"source": "source", "unit": "unit", "host": "host.suite", "model": "model.suite", "vm": "runner", "bench": "bench.measure",
           "insn": "insn.suite", "fuzz": "fuzz.suite", "boot": "boot.matrix",
           "interactive": "interactive.sessions"}
BEFORE = ["source", "unit", "host", "model", "vm", "bench", "insn"]
AFTER = ["fuzz", "boot", "interactive"]


def collect(suite, a):
    module = importlib.import_module(MODULES[suite])
    return [(name, f) for name, f in module.tests(a)
            if cases.matches(name, a.filter)]


def names(a):
    return [name for s in BEFORE + AFTER if s in a.suite
            for name, _ in collect(s, a)]


def run_suite(suite, a, report):
    todo = collect(suite, a)
    report.expect(len(todo))
    for name, f in todo:
        start = time.monotonic()
        try:
            f(report)
        except Failed as e:
            report.fail(name, str(e))
        except Skipped as e:
            report.skip(name, str(e))
        except Exception:
            report.fail(name, traceback.format_exc())
        else:
            report.ok(name, time.monotonic() - start)


def before(a, report):
    for s in BEFORE:
        if s in a.suite:
            run_suite(s, a, report)


def after(a, report):
    for s in AFTER:
        if s in a.suite:
            run_suite(s, a, report)
