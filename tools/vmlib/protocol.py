"""The frames between init and the runner: see user/init/protocol.h.

The names and values are those of the C header; tests/vm compares the two.
"""

import struct

FRAME_HEADER = 4
GUEST_WINDOW = 3072
HOST_WINDOW = 65536
HELLO_VERSION = 1
HELLO_MAGIC = b"percival-init\n"
EXIT_MARK = b"\033]percival;exit="

FRAME_HELLO = b"H"
FRAME_DATA = b"D"
FRAME_END = b"E"
FRAME_STOP = b"S"
FRAME_CREDIT = b"C"
FRAME_SIZE = b"W"
FRAME_INFO = b"I"
FRAME_DIRECT = b"T"
FRAME_EXIT = b"X"

STREAM_STDIN = 0
STREAM_STDOUT = 1
STREAM_STDERR = 2
STREAM_REQUEST = 3

REQ_ARG = b"a"
REQ_ENV = b"e"
REQ_CWD = b"d"
REQ_TERMINAL = b"t"
REQ_SIZE = b"w"
REQ_MEMINFO = b"m"

REQUEST_MAX = 256 * 1024
HEADER = struct.Struct("<cBH")


def frame(kind, stream=0, payload=b""):
    return HEADER.pack(kind, stream, len(payload)) + payload


def credit(stream, amount):
    return frame(FRAME_CREDIT, stream, struct.pack("<I", amount))


def size(rows, cols):
    return frame(FRAME_SIZE, 0, struct.pack("<HH", rows, cols))


HELLO = frame(FRAME_HELLO, HELLO_VERSION, HELLO_MAGIC)


def request(items):
    """The request's bytes from (key, value) pairs of bytes."""
    return b"".join(key + value + b"\0" for key, value in items)


class Decoder:
    """Cuts received bytes into frames; skips what comes before HELLO."""

    def __init__(self):
        self.buffer = bytearray()
        self.is_open = False

    def feed(self, data):
        """Yield (kind, stream, payload) for each frame that is complete.

        What the caller does not consume stays: after FRAME_DIRECT it takes
        the rest with take_rest() instead of asking for another frame.
        """
        self.buffer += data
        if not self.is_open and not self.find_hello():
            return
        while len(self.buffer) >= FRAME_HEADER:
            kind, stream, length = HEADER.unpack_from(self.buffer)
            end = FRAME_HEADER + length
            if len(self.buffer) < end:
                return
            payload = bytes(self.buffer[FRAME_HEADER:end])
            del self.buffer[:end]
            yield kind, stream, payload

    def find_hello(self):
        at = self.buffer.find(HELLO)
        if at < 0:
            del self.buffer[:-len(HELLO)]
            return False
        del self.buffer[:at]
        self.is_open = True
        return True

    def take_rest(self):
        rest = bytes(self.buffer)
        self.buffer.clear()
        return rest
