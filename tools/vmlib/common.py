"""What all parts of the runner share: paths, failures, the cache.

Contract: whatever goes wrong on the host's side is raised as Fail and ends as
one line on standard error; nothing here prints a traceback.
"""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("PERCIVAL_BUILD", ROOT / "build"))
CACHE = BUILD / "cache"
CACHE_KEEP = 16             # files of one kind that stay in the cache

EXIT_TIMEOUT = 124          # the statuses that issue no command of their own
EXIT_GUEST = 125
EXIT_USAGE = 2


class Fail(Exception):
    """A failure to tell the user in one line; `status` is the exit status."""

    def __init__(self, message, status=EXIT_USAGE):
        super().__init__(message)
        self.status = status


def warn(message):
    """One line on standard error, which may be in raw mode."""
    sys.stderr.write(f"vm: {message}\r\n" if sys.stderr.isatty() else f"vm: {message}\n")
    sys.stderr.flush()


def relative(path):
    """The path as the user would type it."""
    with contextlib.suppress(ValueError):
        return str(pathlib.Path(path).relative_to(pathlib.Path.cwd()))
    return str(path)


def run_quietly(argv, what):
    """Run a helper program; its output is shown only if it fails."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    except FileNotFoundError:
        raise Fail(f"{argv[0]} is missing (tools/setup installs it)") from None
    if done.returncode != 0:
        tail = done.stdout.decode(errors="replace").strip().splitlines() or ["no output"]
        raise Fail(f"{what} failed: {tail[-1]}")


def cached(kind, key, suffix, make):
    """The path of the cached file for `key`; make(path) creates a missing one.

    Several runners may do this at once: each writes a file of its own and
    renames it.  The oldest files beyond CACHE_KEEP go.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"{kind}-{key}{suffix}"
    if path.exists():
        os.utime(path)
        return path
    handle, temporary = tempfile.mkstemp(dir=CACHE, prefix="new-", suffix=suffix)
    os.close(handle)
    try:
        make(pathlib.Path(temporary))
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
    cache_prune(kind)
    return path


def cache_prune(kind):
    def age(path):
        with contextlib.suppress(FileNotFoundError):
            return path.stat().st_mtime
        return 0

    for path in sorted(CACHE.glob(f"{kind}-*"), key=age)[:-CACHE_KEEP]:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


@contextlib.contextmanager
def failures_reported(name):
    """Turn Fail into one line and its exit status."""
    try:
        yield
    except Fail as fail:
        with contextlib.suppress(AttributeError, OSError):  # nobody may be there to read it
            sys.stderr.write(f"{name}: {fail}\n")
        sys.exit(fail.status)
