"""Runs things in guests, always through tools/vm, always with a time limit."""

import os
import shutil
import signal
import subprocess
import time

from cases import TOP

VM = TOP / "tools" / "vm"
SHARED = TOP / "tests" / "abi"       # show.h
TIMEOUT, PANIC = 124, 125           # exit statuses of tools/vm
GRACE = 20                          # s for the runner to end by itself


class Run:
    """What a finished command in a guest left: status, out, err (bytes), log, seconds."""

    def __init__(self, status, out, err, log, seconds):
        self.status, self.out, self.err = status, out, err
        self.log, self.seconds = log, seconds

    def tail(self, lines=40):
        """The end of what the runner and the kernel said, for a failure's details."""
        text = self.err.decode("utf-8", "replace")
        if self.log.strip() and self.log.strip() not in text:
            text += "\n--- kernel log ---\n" + self.log
        kept = [l.rstrip() for l in text.replace("\r", "").split("\n") if l.strip()]
        return "\n".join([f"runner status {self.status}"] + kept[-lines:])


def stop(process):
    """End a runner that we started: politely, then with its whole process group."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def command(args, guest_args=None):
    """The runner's command line as a list."""
    line = [str(VM)] + [str(a) for a in args]
    if guest_args:
        line += ["--"] + [str(a) for a in guest_args]
    return line


def run(args, guest_args=None, stdin=b"", timeout=60, log=None):
    """Run tools/vm to its end and return a Run. timeout is the guest's, in seconds."""
    args = ["--timeout", timeout] + list(args)
    if log:
        args = ["--log", log] + args
    start = time.monotonic()
    process = subprocess.Popen(
        command(args, guest_args), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(stdin, timeout=timeout + GRACE)
    except subprocess.TimeoutExpired:
        stop(process)
        out, err = process.communicate()
        err += b"\ntests: the runner did not end by itself\n"
    seconds = time.monotonic() - start
    text = ""
    if log and os.path.exists(log):
        with open(log, "rb") as f:
            text = f.read().decode("utf-8", "replace")
    return Run(process.returncode, out, err, text, seconds)


def busybox():
    """Path of the host's static BusyBox, the program under test."""
    path = os.environ.get("BUSYBOX", "/bin/busybox")
    if not os.access(path, os.X_OK):
        raise SystemExit(f"tests: {path} not found (package busybox-static)")
    return path


def applets():
    out = subprocess.run([busybox(), "--list"], capture_output=True, check=True)
    return out.stdout.decode().split()


def compile_static(source, target, extra=()):
    """Build a C program for the guest, statically, with musl. Raises on error."""
    if not shutil.which("musl-gcc"):
        raise SystemExit("tests: musl-gcc not found (package musl-tools)")
    target.parent.mkdir(parents=True, exist_ok=True)
    headers = [*source.parent.glob("*.h"), SHARED / "show.h"]
    newest = max(p.stat().st_mtime for p in [source, *headers])
    if target.exists() and target.stat().st_mtime > newest:
        return
    subprocess.run(
        ["musl-gcc", "-std=gnu11", "-static", "-s", "-O1", "-g0", "-Wall", "-Wextra", "-Wno-unused-parameter",
         "-Werror", "-pthread", f"-I{SHARED}", f"-idirafter{TOP}/build/uapi", *extra, "-o", str(target), str(source)],
        check=True)
