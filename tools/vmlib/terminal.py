"""The user's terminal: raw while a guest has it, its size, its changes of size."""

import contextlib
import fcntl
import os
import signal
import struct
import termios
import tty

ESCAPE = b"\x1d"            # Ctrl-]: ends the guest, whatever it does
ESCAPE_NAME = "Ctrl-]"


def is_foreground_tty(fd):
    """True if reading from fd is ours to do: not a terminal, or we own it."""
    try:
        return not os.isatty(fd) or os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False


def size(fd):
    """(rows, columns), or None if fd is no terminal."""
    try:
        packed = fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return None
    rows, columns = struct.unpack_from("HH", packed)
    return (rows, columns) if rows and columns else None


@contextlib.contextmanager
def raw(fd):
    """Raw mode for as long as the block runs, if fd is a terminal."""
    if not os.isatty(fd):
        yield
        return
    before = termios.tcgetattr(fd)
    tty.setraw(fd, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


class ResizeWatch:
    """A descriptor that becomes readable when the terminal changed its size."""

    def __init__(self):
        self.fd, self.write_fd = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGWINCH, self.on_signal)

    def on_signal(self, _number, _frame):
        with contextlib.suppress(OSError):
            os.write(self.write_fd, b"w")

    def clear(self):
        with contextlib.suppress(OSError):
            os.read(self.fd, 64)
