"""Counts results and shows progress: one line per test, details on failure.

A terminal gets a live counter instead of the lines of tests that passed.
Figures are measured and printed, and never decide anything.
"""

import sys
import threading
import time


class Report:
    def __init__(self, out=sys.stdout, verbose=False):
        self.passed = 0
        self.skipped = 0
        self.failures = []          # (name, details)
        self.figures = []           # lines
        self._expected = 0
        self._out = out
        self._live = out.isatty() and not verbose
        self._lock = threading.Lock()
        self._start = time.monotonic()

    def expect(self, count):
        """Announce so many more tests, for the progress counter."""
        with self._lock:
            self._expected += count

    def ok(self, name, seconds=None):
        with self._lock:
            self.passed += 1
            self._line("ok  ", name, seconds)

    def fail(self, name, details=""):
        with self._lock:
            self.failures.append((name, details))
            self._line("FAIL", name, None, force=True)
            for line in details.rstrip("\n").split("\n") if details else []:
                self._print("    " + line)

    def skip(self, name, why):
        with self._lock:
            self.skipped += 1
            self._line("skip", f"{name}: {why}", None, force=True)

    def figure(self, text):
        with self._lock:
            self.figures.append(text)
            self._print("figure: " + text)

    def note(self, text):
        with self._lock:
            self._print("# " + text)

    def finish(self):
        """Print the summary, ending in the line that says it all. Returns the exit status."""
        with self._lock:
            if self._live:
                self._out.write("\r\033[K")
            if self.figures:
                self._print("")
                self._print("Figures, measured and not asserted:")
                for line in self.figures:
                    self._print("  " + line)
            if self.failures:
                self._print("")
                self._print("Failed:")
                for name, _ in self.failures:
                    self._print("  " + name)
            took = time.monotonic() - self._start
            self._print(f"took {took:.0f} s" + (
                f", {self.skipped} skipped" if self.skipped else ""))
            self._print(f"{self.passed} passed, {len(self.failures)} failed")
        if not self.passed and not self.failures:
            return 2
        return 1 if self.failures else 0

    def _line(self, verdict, name, seconds, force=False):
        done = self.passed + len(self.failures) + self.skipped
        count = f"[{done}/{max(done, self._expected)}]"
        took = "" if seconds is None else f" ({seconds:.2f} s)"
        if self._live and not force:
            bad = f", {len(self.failures)} failed" if self.failures else ""
            self._out.write(f"\r\033[K{count}{bad} {name}"[:100])
            self._out.flush()
        else:
            self._print(f"{verdict} {count} {name}{took}")

    def _print(self, text):
        if self._live:
            self._out.write("\r\033[K")
        self._out.write(text + "\n")
        self._out.flush()
