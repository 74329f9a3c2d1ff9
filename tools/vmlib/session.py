"""The session: bytes between the user and the guest, until the command ends.

One poll() loop.  Input is read only with the guest's credit; output is taken
at once and written as the user's end takes it, so that a slow reader of one
stream does not hold up the other.  How it ended is the return value of run()
or a GuestFailure.
"""

import contextlib
import os
import select
import stat
import struct
import sys
import time

from . import protocol as p
from . import terminal
from .common import EXIT_GUEST, EXIT_TIMEOUT, EXIT_USAGE, Fail, warn
from .log import TAIL_LINES
from .machine import read_rest

WRITE_MAX = 4096            # never blocks on a pipe that poll() calls writable
CREDIT_PORTION = 16384
PANIC_GRACE = 1.0           # seconds for the rest of a panic's message


class GuestFailure(Fail):
    """The guest failed, not the command; `lines` of the log to show (None: all)."""

    def __init__(self, message, status=EXIT_GUEST, lines=None):
        super().__init__(message, status)
        self.lines = lines


class Input:
    """Bytes toward the guest on one stream, as far as its credit goes."""

    def __init__(self, stream, line, credit):
        self.stream = stream
        self.line = line
        self.credit = credit
        self.is_over = False

    def room(self):
        return 0 if self.is_over else max(0, self.credit - p.FRAME_HEADER)

    def send(self, data):
        self.credit -= p.FRAME_HEADER + len(data)
        self.line.send(p.frame(p.FRAME_DATA, self.stream, data))

    def end(self):
        self.is_over = True
        self.line.send(p.frame(p.FRAME_END, self.stream))


class Output:
    """Bytes of one of the command's outputs, on their way to the user's fd."""

    def __init__(self, stream, fd, line):
        self.stream = stream
        self.fd = fd
        self.line = line
        self.buffer = bytearray()
        self.owed = 0
        self.is_framed = True       # false: the line is a terminal, say nothing
        self.is_closed = False
        with contextlib.suppress(OSError):
            self.write_max = 1 << 20 if stat.S_ISREG(os.fstat(fd).st_mode) else WRITE_MAX

    def take(self, data):
        if not self.is_closed:
            self.buffer += data
        self.owed += p.FRAME_HEADER

    def write(self):
        """Write once; called when the fd is writable."""
        try:
            n = os.write(self.fd, self.buffer[:self.write_max])
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        del self.buffer[:n]
        self.owed += n
        if self.is_framed and (self.owed >= CREDIT_PORTION or not self.buffer):
            self.line.send(p.credit(self.stream, self.owed))
            self.owed = 0

    def close(self):
        """Nobody reads any more: the command is to get EPIPE."""
        self.is_closed = True
        self.buffer.clear()
        if self.is_framed:
            self.line.send(p.frame(p.FRAME_STOP, self.stream))

    def flush(self):
        while self.buffer:
            select.select([], [self.fd], [])
            self.write()


class Line:
    """Our end of the guest's second serial line: sends without blocking."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = bytearray()

    def send(self, data):
        self.buffer += data
        self.write()

    def write(self):
        try:
            while self.buffer:
                del self.buffer[:self.sock.send(self.buffer)]
        except BlockingIOError:
            pass
        except OSError:
            self.buffer.clear()         # QEMU has ended: its EOF says so

    def receive(self):
        """What has come; b"" at the end, None for nothing yet."""
        try:
            return self.sock.recv(65536)
        except BlockingIOError:
            return None
        except OSError:
            return b""


class MarkFinder:
    """Finds EXIT_MARK in a raw stream; passes on all that is not part of it."""

    def __init__(self):
        self.held = b""

    def feed(self, data):
        """(bytes to pass on, exit status or None)"""
        data = self.held + data
        at = data.find(p.EXIT_MARK)
        if at >= 0:
            digits, bell, _ = data[at + len(p.EXIT_MARK):].partition(b"\a")
            self.held = data[at:]
            return (data[:at], int(digits)) if bell else (data[:at], None)
        keep = next((n for n in range(min(len(p.EXIT_MARK), len(data)), 0, -1)
                     if data.endswith(p.EXIT_MARK[:n])), 0)
        self.held = data[len(data) - keep:]
        return data[:len(data) - keep], None


class Session:
    """One run of a guest.

    States: waiting for HELLO (decoder not open), frames, direct (the line is
    a plain terminal).
    """

    def __init__(self, options, machine, log):
        self.options = options
        self.machine = machine
        self.log = log
        self.started = time.monotonic()
        self.deadline = self.started + options.timeout if options.timeout else None
        self.panic_deadline = None
        self.line = Line(machine.line)
        self.decoder = p.Decoder()
        self.request = bytearray(options.request)
        self.request_input = Input(p.STREAM_REQUEST, self.line, p.GUEST_WINDOW)
        self.input = Input(p.STREAM_STDIN, self.line, 0)
        self.outputs = [Output(p.STREAM_STDOUT, 1, self.line),
                        Output(p.STREAM_STDERR, 2, self.line)]
        self.mark = None            # MarkFinder, once the line is direct
        self.resize = terminal.ResizeWatch() if options.terminal else None
        self.status = None

    # --- the loop ---------------------------------------------------------

    def run(self):
        """Returns the command's exit status."""
        while self.status is None:
            for fd, events in self.wait():
                self.handle(fd, events)
            self.check_deadlines()
        for output in self.outputs:
            output.flush()
        return self.status

    def wanted(self):
        """(fd, events) of everything that can go on now."""
        line_events = select.POLLIN | (select.POLLOUT if self.line.buffer else 0)
        yield self.machine.line.fileno(), line_events
        yield self.machine.log.fileno(), select.POLLIN
        if self.resize:
            yield self.resize.fd, select.POLLIN
        if self.may_read_input():
            yield 0, select.POLLIN
        for output in self.outputs:
            if output.buffer:
                yield output.fd, select.POLLOUT

    def wait(self):
        poller = select.poll()
        for fd, events in self.wanted():
            poller.register(fd, events)
        deadlines = [d for d in (self.deadline, self.panic_deadline) if d is not None]
        if not deadlines:
            return poller.poll()
        return poller.poll(max(0, min(deadlines) - time.monotonic()) * 1000 + 1)

    def handle(self, fd, events):
        if fd == self.machine.line.fileno():
            if events & select.POLLOUT:
                self.line.write()
            if events & ~select.POLLOUT:
                self.line_read()
        elif fd == self.machine.log.fileno():
            self.log_read()
        elif fd == 0:
            self.input_read()
        elif self.resize and fd == self.resize.fd:
            self.resized()
        else:
            self.outputs[fd - 1].write()

    def check_deadlines(self):
        now = time.monotonic()
        if self.log.panic and self.panic_deadline is None:
            self.panic_deadline = now + PANIC_GRACE
        if self.status is not None:
            return
        if self.panic_deadline is not None and now >= self.panic_deadline:
            self.guest_gone()
        if self.deadline is not None and now >= self.deadline:
            raise GuestFailure(f"timeout after {self.options.timeout:g} s", EXIT_TIMEOUT,
                               TAIL_LINES)

    # --- from the guest ---------------------------------------------------

    def log_read(self):
        with contextlib.suppress(BlockingIOError):
            data = self.machine.log.recv(65536)
            if not data:
                self.guest_gone()
            self.log.feed(data)

    def line_read(self):
        data = self.line.receive()
        if data is None:
            return
        if not data:
            self.guest_gone()
        if self.mark:
            self.direct_take(data)
            return
        for kind, stream, payload in self.decoder.feed(data):
            self.frame_take(kind, stream, payload)
            if self.mark:
                self.direct_take(self.decoder.take_rest())
                return

    def frame_take(self, kind, stream, payload):
        if kind == p.FRAME_HELLO:
            self.hello()
        elif kind == p.FRAME_DATA:
            self.output(stream).take(payload)
        elif kind == p.FRAME_CREDIT:
            self.credit_take(stream, struct.unpack("<I", payload)[0])
        elif kind == p.FRAME_STOP:
            self.input.is_over = True
        elif kind == p.FRAME_INFO:
            meminfo_show(payload)
        elif kind == p.FRAME_DIRECT:
            self.mark = MarkFinder()
            self.outputs[0].is_framed = False
        elif kind == p.FRAME_EXIT:
            code, sig = payload
            self.status = 128 + sig if sig else code
        else:
            raise GuestFailure(f"the session is out of step: frame {kind!r}")

    def output(self, stream):
        if stream not in (p.STREAM_STDOUT, p.STREAM_STDERR):
            raise GuestFailure(f"the session is out of step: stream {stream}")
        return self.outputs[stream - 1]

    def hello(self):
        if self.options.timing:
            warn(f"boot: {(time.monotonic() - self.started) * 1000:.0f} ms")
        self.request_send()

    def credit_take(self, stream, amount):
        if stream == p.STREAM_REQUEST:
            self.request_input.credit += amount
            self.request_send()
        else:
            self.input.credit += amount

    def request_send(self):
        """Pass on as much of the request as there is credit for."""
        sender = self.request_input
        while self.request and sender.room():
            part = self.request[:sender.room()]
            del self.request[:len(part)]
            sender.send(part)
        if not self.request and not sender.is_over:
            sender.end()

    def direct_take(self, data):
        data, self.status = self.mark.feed(data)
        if not self.outputs[0].is_closed:
            self.outputs[0].buffer += data

    # --- from the user ----------------------------------------------------

    def may_read_input(self):
        if self.mark:
            return not self.input.is_over and not self.line.buffer
        return self.input.room() > 0 and terminal.is_foreground_tty(0)

    def input_read(self):
        room = 16 if self.mark else self.input.room()
        try:
            data = os.read(0, room)
        except OSError:
            data = b""
        if self.options.terminal and terminal.ESCAPE in data and os.isatty(0):
            raise GuestFailure(f"ended by {terminal.ESCAPE_NAME}", lines=0)
        if self.mark:
            self.line.send(data or b"\x04")
            self.input.is_over = not data
        elif data:
            self.input.send(data)
        else:
            self.input.end()

    def resized(self):
        self.resize.clear()
        size = terminal.size(0)
        if size and self.request_input.is_over and not self.mark:
            self.line.send(p.size(*size))

    # --- the end ----------------------------------------------------------

    def guest_gone(self):
        """QEMU has ended, or is about to: say why.  Never returns."""
        if self.log.panic is None:
            self.machine.process.wait(timeout=10)
        self.log.feed(read_rest(self.machine.log))
        if self.log.panic:
            raise GuestFailure(f"the guest panicked: {self.log.panic}")
        reason = self.machine.shutdown_reason()
        if reason == "guest-reset":
            raise GuestFailure("the guest reset itself (reboot or triple fault)")
        if reason == "guest-shutdown":
            if self.options.terminal:
                self.status = 0
                sys.exit(0)
            raise GuestFailure("the guest powered off before the command had ended")
        complaint = self.machine.complaint()
        if self.machine.process.returncode == 1 and not self.decoder.is_open:
            raise Fail(complaint or "QEMU failed without a word", EXIT_USAGE)
        raise GuestFailure(f"QEMU ended with status {self.machine.process.returncode}"
                           + (f": {complaint}" if complaint else ""))


def meminfo_show(text):
    """One line of the guest's memory figures, in KiB."""
    names = ("MemTotal", "MemFree", "MemAvailable", "Slab", "Shmem", "KernelStack", "PageTables")
    found = dict(line.split(":", 1) for line in text.decode().splitlines() if ":" in line)
    parts = [f"{name} {found[name].split()[0]}" for name in names if name in found]
    warn("memory (KiB): " + (", ".join(parts) or "the guest has no /proc/meminfo"))
