"""Unit tests: built on the host with the sanitizers by mk/test.mk, then run."""

import os
import subprocess
from pathlib import Path

from cases import TOP
from external import Failed

LIMIT = 120     # s for one test


def build(compiler):
    """Build all; what does not compile has no binary afterwards. Returns make's messages."""
    done = subprocess.run(
        ["make", "-k", "-s", f"-j{os.cpu_count()}", "unit-build",
         f"UNIT_CC={compiler}"],
        cwd=TOP, capture_output=True, text=True,
        env={k: v for k, v in os.environ.items()
             if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})
    return done.stdout + done.stderr


def tests(a):
    messages = {}
    compilers = ["gcc", "clang"] if a.full else ["gcc"]

    def one(source, compiler):
        folder = "unit-clang" if compiler == "clang" else "unit"
        name = source.relative_to(TOP / "tests" / "unit").with_suffix("")
        binary = TOP / "build" / folder / name

        def run(report):
            if compiler not in messages:
                messages[compiler] = build(compiler)
            if not binary.exists():
                about = [l for l in messages[compiler].splitlines()
                         if str(name) in l or "rror" in l]
                raise Failed("does not build\n" + "\n".join(about[:30]))
            try:
                done = subprocess.run([str(binary)], cwd=TOP, timeout=LIMIT,
                                      capture_output=True, text=True)
            except subprocess.TimeoutExpired:
                raise Failed(f"still running after {LIMIT} s")
            said = done.stdout + done.stderr
            if done.returncode or done.stderr:
                raise Failed(f"exit status {done.returncode}\n" + said[-4000:])
        return f"{folder}/{name}", run

    found = sorted(Path(TOP, "tests", "unit").glob("*/*.c"))
    return [one(s, c) for c in compilers for s in found]
