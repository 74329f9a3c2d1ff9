"""Suites of named tests that are functions: source, unit, host, model, vm, bench, insn, init, fuzz, boot, interactive.

A suite offers tests(a), a list of (name, function). The function takes the
report, for figures, and passes by returning; it fails by raising Failed with
the details, or skips by raising Skipped. A suite with a record(a) is recorded
on Linux by it.
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
           "insn": "insn.suite", "init": "debian.init.suite", "fuzz": "fuzz.suite", "boot": "boot.matrix",
           "interactive": "interactive.sessions"}
BEFORE = ["source", "unit", "host", "model", "vm", "bench", "insn"]
AFTER = ["init", "fuzz", "boot", "interactive"]


def collect(suite, a):
    module = importlib.import_module(MODULES[suite])
    return [(name, f) for name, f in module.tests(a)
            if cases.matches(name, a.filter)]


def recorders(a):
    """(suite, function) of those that --record is for."""
    modules = [(s, importlib.import_module(MODULES[s])) for s in BEFORE + AFTER if s in a.suite]
    return [(s, m.record) for s, m in modules if hasattr(m, "record")]


def can_record(a):
    return bool(recorders(a))


def record(a, report):
    for suite, f in recorders(a):
        report.expect(1)
        try:
            f(a)
        except Failed as e:
            report.fail(f"record {suite}", str(e))
        else:
            report.ok(f"record {suite}")


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
